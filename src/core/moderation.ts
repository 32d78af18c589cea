import type { CommunityModels } from "./community-models.ts";
import type { ImageRequest } from "./image-request.ts";
import type { Job, NewJob } from "./job.ts";
import { accountOf, type Account, type Person, type Place, type ReplyAddress } from "./platform.ts";

/** What can wait for a moderator: a reported picture, a request or pictures that a filter held, a refusal that somebody disputes. */
export const CASE_KINDS = ["report", "held-request", "held-pictures", "appeal"] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** approve: it stays, or is drawn, or is shown; deny: it is deleted, or never drawn; ban: deny, and the person may not draw for a while. */
export const DECISIONS = ["approve", "deny", "ban"] as const;
export type Decision = (typeof DECISIONS)[number];

/** Somebody and where they are: a moderator's word counts in their own community. */
export interface Asker {
  readonly person: Person;
  readonly place: Place;
}

/** One thing that waits for a moderator's decision. */
export interface Case {
  readonly id: string;
  readonly kind: CaseKind;
  readonly platform: string;
  readonly community: string;
  /** Whose request it is about, by the platform's id. */
  readonly person: string;
  /** The filter's rule; absent for reports. */
  readonly rule?: string;
  readonly openedAt: number;
  /** What was asked for. */
  readonly requests: readonly ImageRequest[];
  /** The finished job of a report or of held pictures, with the pictures that are to be judged. */
  readonly job?: Job;
  readonly reports: readonly { readonly reporter: string; readonly reason?: string }[];
}

export interface Cases {
  /** Stores a report of a job; somebody's second report of the same job changes nothing. Rejects with UserError too-many-reports. */
  report(job: Job, by: Asker, reason?: string): Promise<void>;
  /** Disputes a refusal by the id that it came with. Rejects with UserError button-expired, job-not-yours, too-many-appeals. */
  appeal(id: string, by: Asker): Promise<void>;
  /** What waits in the moderator's community, oldest first. Rejects with UserError moderators-only. */
  waiting(by: Asker, limit: number): Promise<readonly Case[]>;
  /** Decides a case and does what follows from it; says how many messages could not be taken back. Rejects with UserError moderators-only, case-unknown. */
  decide(id: string, decision: Decision, by: Asker): Promise<{ readonly decided: Case; readonly left: number }>;
}

/** The community of a ban that holds on a whole platform: only the operator can say so. */
export const EVERYWHERE = "*";

/** Somebody may not draw in one community, or EVERYWHERE on a platform. */
export interface Ban {
  readonly platform: string;
  readonly community: string;
  readonly person: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  /** Absent: until it is lifted. */
  readonly expiresAt?: number;
}

export interface Bans {
  /**
   * Rejects with UserError moderators-only. A second ban replaces the first. At the machine itself `person` may be `discord:123`: that bans
   * somebody everywhere on a platform.
   */
  ban(person: string, options: { reason: string; hours?: number }, by: Asker): Promise<Ban>;
  /** False when there was none. Rejects with UserError moderators-only. */
  lift(person: string, by: Asker): Promise<boolean>;
  /** Those in force in the moderator's community, and everywhere. Rejects with UserError moderators-only. */
  list(by: Asker): Promise<readonly Ban[]>;
  /** The one in force for this person here. */
  find(asker: Asker): Promise<Ban | undefined>;
}

/** Who stopped the drawing, and when. */
export interface Pause {
  readonly by: string;
  readonly at: number;
}

/** While it is on, nothing is accepted, started or posted; everything that was accepted waits. Survives a restart. */
export interface KillSwitch {
  pause(by: string): Promise<void>;
  /** Rejects with UserError pause-file while the operator's file is there. */
  resume(by: string): Promise<void>;
  paused(): Promise<Pause | undefined>;
}

/** What a purge takes: jobs that match every field. An operator's has no community and reaches everywhere. */
export interface PurgeSelection {
  readonly job?: string;
  /** By the platform's id; with `platform`. */
  readonly person?: string;
  /** Asked for in the last so many milliseconds. */
  readonly withinMs?: number;
  /** Asked for until this time, in milliseconds since the epoch. */
  readonly before?: number;
  readonly platform?: string;
  readonly community?: string;
}

export interface PurgeOutcome {
  readonly jobs: number;
  /** Files that were deleted; those that other requests still need stay. */
  readonly pictures: number;
  /** Messages in chats that were taken back, and those that could not be. */
  readonly withdrawn: number;
  readonly left: number;
}

export interface Purges {
  /** How many requests a purge would take. */
  count(selection: PurgeSelection): Promise<number>;
  /** Erases words, pictures and addresses of the selected jobs and of those made from them; cancels what runs. Audit and bans stay. */
  purge(selection: PurgeSelection, by: string): Promise<PurgeOutcome>;
  /** purge of all of a person's jobs, and their settings, reports and texts that wait; of all their accounts. */
  forget(person: Account, by: string): Promise<PurgeOutcome>;
  /** What is stored about somebody and all their accounts, in numbers. */
  summary(person: Account): Promise<PersonSummary>;
}

export interface PersonSummary {
  readonly jobs: number;
  readonly pictures: number;
  readonly cases: number;
  readonly reports: number;
  readonly strikes: number;
  readonly bans: number;
}

export interface CommunityStats {
  /** Why the safety filters let nothing be drawn now. */
  readonly safetyFault?: string;
  readonly openCases: number;
  /** Since 24 hours. */
  readonly strikes: number;
  readonly bans: number;
  readonly decisions: number;
}

/** What happens to requests that a filter did not let pass. */
export interface RequestDesk {
  /** Records a refusal and its strike. Returns the id for an appeal, where one is possible. */
  refused(jobs: readonly NewJob[], rule: string): Promise<string | undefined>;
  /** Keeps the requests until a moderator decides; then they are drawn or refused. */
  held(jobs: readonly NewJob[], rule: string): Promise<void>;
}

/** Everything moderators do, and what they need to know. Platform-neutral: the bot, the buttons and the command line use the same. */
export interface Moderation {
  readonly requests: RequestDesk;
  readonly cases: Cases;
  readonly bans: Bans;
  readonly killSwitch: KillSwitch;
  readonly models: CommunityModels;
  readonly purges: Purges;
  /** All accounts of the person who has this one; the one that they are known by comes first. */
  accountsOf(account: Account): readonly Account[];
  /** How long things are kept, and which limits hold, one line each. */
  readonly rules: readonly string[];
  /** Rejects with UserError moderators-only. */
  stats(by: Asker): Promise<CommunityStats>;
  /** New cases are posted there from now on. Rejects with UserError moderators-only, channel-without-posts. */
  setChannel(address: ReplyAddress, by: Asker): Promise<void>;
}

/** The community a place belongs to, for moderation: its server or workspace, or the channel itself where there is none. */
export function communityOf(place: Pick<Place, "community" | "channel">): string {
  return place.community ?? place.channel;
}

/** Whoever sits at the machine: the operator. */
export function isOperator({ place }: Pick<Asker, "place">): boolean {
  return place.platform === "terminal";
}

/** How people appear in stored decisions: discord:123, the account by which they acted. */
export function personKey(person: Account & Pick<Person, "account">): string {
  const { platform, id } = accountOf(person);
  return `${platform}:${id}`;
}
