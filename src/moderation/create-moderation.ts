import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { Job, JobResult } from "../core/job.ts";
import type { JobQueue } from "../core/job-queue.ts";
import type { Logger } from "../core/logger.ts";
import { communityOf, personKey, type Asker, type Moderation } from "../core/moderation.ts";
import { accountOf, type Account, type Platform } from "../core/platform.ts";
import type { PictureRegistry } from "../core/provenance.ts";
import type { BlobStore, KeyValueStore } from "../core/stores.ts";
import type { Database } from "../storage/database.ts";
import { createAuditLog, type AuditLog, type AuditPrompts } from "./audit-log.ts";
import { createBans, placeOf, requireModerator } from "./bans.ts";
import { createCommunityModels, type ModelTrials } from "./community-models.ts";
import { createCaseRows } from "./case-rows.ts";
import { channelKey, createCases } from "./cases.ts";
import { createJobRecords } from "./job-records.ts";
import { createKillSwitch } from "./kill-switch.ts";
import { createLinkedAccounts, type LinkedAccounts } from "./linked-accounts.ts";
import { createPersonExport, type PersonExport } from "./person-export.ts";
import { createPurges } from "./purges.ts";
import { createRetention, type Retention, type RetentionDeps } from "./retention.ts";
import { createTellModerators } from "./tell-moderators.ts";
import { createStrikes, type StrikePolicy } from "./strikes.ts";

const DAY_MS = 24 * 3_600_000;

export interface ModerationDeps {
  readonly database: Database;
  readonly queue: JobQueue;
  readonly blobs: BlobStore;
  readonly settings: KeyValueStore;
  readonly pictures: PictureRegistry;
  /** The connected platforms by name; may change at any time. */
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly clock: Clock;
  readonly log: Logger;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
  /** The operator's kill switch: DATA_DIR/PAUSE. */
  readonly pauseFile: string;
  readonly auditPrompts: AuditPrompts;
  readonly strikes: StrikePolicy;
  /** Categories of rules whose refusals no moderator may lift. */
  readonly absolute: readonly string[];
  readonly keep: RetentionDeps["keep"];
  /** Why the safety filters let nothing be drawn now; absent where nothing is drawn. */
  readonly safetyFault?: () => string | undefined;
  /** Absent where nothing is drawn: models are not changed there. */
  readonly trials?: ModelTrials;
  /** Lines about other limits, for /admin limits. */
  readonly limits: readonly string[];
}

/** The moderators' desk and what the rest of the program asks of it. */
export interface ModerationRoom extends Moderation {
  /** What admission asks before a job is stored. Rejects with UserError queue-paused, safety-stopped, banned. */
  gate(asker: Asker): Promise<void>;
  /** Keeps finished pictures until a moderator decides about them. */
  holdPictures(job: Job, result: JobResult, rule: string): Promise<void>;
  /** Posts a notice to the moderators of every community. Never rejects. */
  tell(text: string): Promise<void>;
  /** Flips the kill switch: a signal's handler. Returns whether it is on now. */
  toggle(by: string): Promise<boolean>;
  /** Notes a job that ended refused, e.g. because of what an image filter saw. */
  noteRefusal(job: string): Promise<void>;
  /** Notes an upload that was refused, and its strike. Nothing of the picture is kept. */
  refuseUpload(by: Asker, rule: string): void;
  exportPerson(person: Account, by: string): Promise<PersonExport>;
  readonly audit: AuditLog;
  /** Which accounts are one person. */
  readonly people: LinkedAccounts;
}

/** Builds the room from its parts; the caller starts what repeats (createModerationRetention) where the program runs for long. */
export function createModeration(deps: ModerationDeps): ModerationRoom & { startRetention(): Retention } {
  const { database, queue, blobs, settings, platforms, clock, log, random } = deps;
  const audit = createAuditLog({ database, clock, prompts: deps.auditPrompts });
  const rows = createCaseRows(database);
  const records = createJobRecords({ database, clock });
  const people = createLinkedAccounts({ database, settings, audit, clock });
  const accountsOf = (account: Account) => people.accountsOf(account);
  const bans = createBans({ database, clock, audit, accountsOf });
  const strikes = createStrikes({ database, clock, bans, policy: deps.strikes });
  const killSwitch = createKillSwitch({ settings, file: deps.pauseFile, clock, audit });
  const common = { queue, rows, records, bans, strikes, settings, platforms, audit, clock, log, accountsOf };
  const purges = createPurges({ ...common, database, blobs, pictures: deps.pictures });
  const cases = createCases({ ...common, purges, random, absolute: deps.absolute });
  const exportPerson = createPersonExport({ ...common, database, now: () => clock.now() });

  async function gate({ person, place }: Asker): Promise<void> {
    if (await killSwitch.paused()) throw new UserError("queue-paused");
    if (deps.safetyFault?.() !== undefined) throw new UserError("safety-stopped");
    await bans.check({ person, place });
  }

  return {
    requests: {
      // Whoever is banned already hears that, and collects no more strikes and no more cases.
      async refused(jobs, rule) {
        for (const job of jobs.slice(0, 1)) await gate(job);
        return cases.refused(jobs, rule);
      },
      async held(jobs, rule) {
        for (const job of jobs.slice(0, 1)) await gate(job);
        await cases.held(jobs, rule);
      },
    },
    cases,
    bans,
    killSwitch,
    models: createCommunityModels({ ...common, gate, trials: deps.trials ?? NO_TRIALS }),
    purges,
    rules: [...deps.limits, ...keepLines(deps)],
    audit,
    people,
    accountsOf,
    exportPerson,
    holdPictures: (job, result, rule) => cases.holdPictures(job, result, rule),
    gate,
    tell: createTellModerators(deps),

    async toggle(by) {
      if (!(await killSwitch.paused())) {
        await killSwitch.pause(by);
        return true;
      }
      await killSwitch.resume(by);
      return false;
    },

    async noteRefusal(id) {
      const job = await queue.get(id);
      if (job?.failure?.code !== "refused") return;
      const { person, place, failure } = job;
      audit.append({
        event: "pictures-refused",
        by: "easel",
        job: id,
        person: personKey(person),
        platform: place.platform,
        community: communityOf(place),
        rule: String(failure.params["rule"] ?? ""),
      });
    },

    refuseUpload({ person, place }, rule) {
      const where = placeOf({ place });
      audit.append({ event: "upload-refused", by: personKey(person), person: personKey(person), ...where, rule });
      strikes.add({ ...where, person: accountOf(person).id }, rule);
    },

    async stats(by) {
      requireModerator(by);
      const here = placeOf(by);
      const since = clock.now() - DAY_MS;
      return {
        ...safetyOf(deps.safetyFault?.()),
        openCases: rows.countWaiting(here),
        strikes: strikes.count(here, since),
        bans: bans.inForce(here.platform, here.community).length,
        decisions: rows.countDecided(here, since),
      };
    },

    async setChannel(address, by) {
      requireModerator(by);
      if (!platforms.get(address.platform)?.post) throw new UserError("channel-without-posts");
      await settings.set(channelKey(placeOf(by)), address);
      audit.append({ event: "channel", by: personKey(by.person), ...placeOf(by), detail: by.place.channel });
    },

    startRetention: () =>
      createRetention({ keep: deps.keep, purges, records, blobs, rows, strikes, audit, clock, log }),
  };
}

const NO_TRIALS: ModelTrials = {
  models: {
    defaultId: "",
    get() {
      throw new Error("models are not changed where nothing is drawn");
    },
  },
  tryModel: () => Promise.reject(new Error("nothing is drawn here")),
};

function safetyOf(fault: string | undefined): { safetyFault?: string } {
  return fault === undefined ? {} : { safetyFault: fault };
}

function days(count: number): string {
  return count === 0 ? "for ever" : `${count} days`;
}

function keepLines({ keep, strikes }: ModerationDeps): string[] {
  const steps = strikes.steps.map((step) => `${step.strikes} strikes: ${step.hours} h`).join(", ");
  return [
    `Requests and pictures are kept ${days(keep.jobDays)}, decisions and the audit log ${days(keep.auditDays)}`,
    steps === ""
      ? "Refusals lead to no bans"
      : `Bans after refusals within ${strikes.windowMs / DAY_MS} days: ${steps}`,
  ];
}
