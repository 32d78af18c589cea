import type { Clock } from "../core/clock.ts";
import { composeAnswer } from "../core/compose-answer.ts";
import { composeCase } from "../core/compose-case.ts";
import { UserError } from "../core/errors.ts";
import type { Job, JobResult, NewJob } from "../core/job.ts";
import type { JobQueue } from "../core/job-queue.ts";
import type { Logger } from "../core/logger.ts";
import { notice } from "../core/message.ts";
import {
  communityOf,
  personKey,
  type Asker,
  type Case,
  type Cases,
  type Decision,
  type RequestDesk,
} from "../core/moderation.ts";
import { accountOf, type Platform, type ReplyAddress } from "../core/platform.ts";
import type { KeyValueStore } from "../core/stores.ts";
import type { AuditLog } from "./audit-log.ts";
import { placeOf, requireModerator, type BanList } from "./bans.ts";
import type { CaseRow, CaseRows } from "./case-rows.ts";
import { filesIn, type JobRecords } from "./job-records.ts";
import type { PurgeRoom } from "./purges.ts";
import type { Strikes } from "./strikes.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const MAX_REPORTS_PER_DAY = 10;
export const MAX_APPEALS_PER_DAY = 5;
/** Requests of one person that may wait for moderators. */
export const MAX_HELD_PER_PERSON = 5;
/** A ban by the button; /admin ban takes any length. */
export const BAN_BUTTON_MS = 7 * DAY_MS;
/** How long a refusal can be disputed. */
const APPEAL_TTL_MS = DAY_MS;

export interface CasesDeps {
  readonly rows: CaseRows;
  readonly bans: Pick<BanList, "place">;
  readonly strikes: Pick<Strikes, "add" | "takeBack">;
  readonly purges: Pick<PurgeRoom, "purge" | "dropFiles">;
  readonly records: Pick<JobRecords, "showResult">;
  readonly queue: Pick<JobQueue, "get" | "enqueueAll">;
  readonly settings: KeyValueStore;
  readonly platforms: ReadonlyMap<string, Pick<Platform, "deliver" | "post">>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
  /** Categories (what stands before a rule's slash) whose refusals no moderator may lift. */
  readonly absolute: readonly string[];
}

export interface CaseRoom extends Cases, RequestDesk {
  /** Keeps finished pictures until a moderator decides about them. */
  holdPictures(job: Job, result: JobResult, rule: string): Promise<void>;
}

/** What waits in a case, as it is stored. */
type Body = { readonly jobs: readonly NewJob[] } | { readonly result: JobResult };

/** A refusal that can be disputed; `platform` and `person` let a purge find it. */
interface Refused {
  readonly platform: string;
  readonly person: string;
  readonly rule: string;
  readonly jobs: readonly NewJob[];
}

/** Where a community's moderators want to be told: a ReplyAddress. */
export function channelKey({ platform, community }: { platform: string; community: string }): string {
  return `moderators:${platform}:${community}`;
}

/** Everything that waits for moderators. A decision's effects come first and can be repeated; the case is closed when they are done. */
export function createCases(deps: CasesDeps): CaseRoom {
  const { rows, bans, strikes, purges, queue, settings, audit, clock, log } = deps;
  const underDecision = new Set<string>();
  const newId = (): string => Array.from({ length: 10 }, () => deps.random(36).toString(36)).join("");

  async function toCase(row: CaseRow): Promise<Case> {
    const body = row.body === null ? undefined : (JSON.parse(row.body) as Body);
    const found = row.kind === "report" || row.kind === "held-pictures" ? await queue.get(row.subject) : undefined;
    const job = found && body && "result" in body ? { ...found, result: body.result } : found;
    const { id, kind, platform, community, person, rule, opened_at: openedAt } = row;
    return {
      id,
      kind,
      platform,
      community,
      person,
      openedAt,
      ...(rule === null ? {} : { rule }),
      ...(job === undefined ? {} : { job }),
      requests: body && "jobs" in body ? body.jobs.map(({ request }) => request) : job ? [job.request] : [],
      reports: rows.reportsOf(id).map(({ reporter, reason }) => ({
        reporter,
        ...(reason === null ? {} : { reason }),
      })),
    };
  }

  function open(
    kind: Case["kind"],
    { person, place }: Asker,
    given: { subject: string; rule?: string; body?: Body },
  ): CaseRow {
    const { rule = null, body, subject } = given;
    const row = { id: newId(), kind, subject, ...placeOf({ place }), person: accountOf(person).id, rule };
    return rows.open({ ...row, body: body === undefined ? null : JSON.stringify(body) }, clock.now());
  }

  /** Moderators hear of a new case in their channel, when they have one; a platform shows a key once. */
  async function announce(row: CaseRow): Promise<void> {
    const address = await settings.get<ReplyAddress>(channelKey(row));
    if (!address) return;
    try {
      const post = deps.platforms.get(address.platform)?.post;
      await post?.(address, { ...composeCase(await toCase(row)), private: false }, `case-${row.id}`);
    } catch (error) {
      log.warn("moderators could not be told", { case: row.id, error });
    }
  }

  async function tell({ address }: Pick<NewJob, "address">, text: string, key: string): Promise<void> {
    try {
      await deps.platforms.get(address.platform)?.deliver(address, notice(text, { kind: "error" }), key);
    } catch (error) {
      log.warn("decision could not be told", { key, error });
    }
  }

  async function approve(row: CaseRow): Promise<void> {
    const body = row.body === null ? undefined : (JSON.parse(row.body) as Body);
    if (!body) return;
    if ("jobs" in body) {
      await queue.enqueueAll(body.jobs);
      if (row.kind === "appeal" && row.rule !== null) strikes.takeBack(row, row.rule);
      return;
    }
    const job = await queue.get(row.subject);
    const platform = job && deps.platforms.get(job.address.platform);
    if (!job) throw new UserError("job-unknown", { job: row.subject });
    if (!platform) throw new Error(`${job.address.platform} is not connected`);
    const { failure: _, ...shown } = { ...job, result: body.result, state: "delivered" as const };
    await platform.deliver(job.address, composeAnswer(shown), `${job.id}-approved`);
    deps.records.showResult(job.id, body.result);
  }

  /** Returns how many messages could not be taken back. */
  async function deny(row: CaseRow, by: string): Promise<number> {
    if (row.kind === "report") return (await purges.purge({ job: row.subject }, by)).left;
    const body = row.body === null ? undefined : (JSON.parse(row.body) as Body);
    const text = `A moderator declined your request${row.rule === null ? "" : ` (${row.rule})`}.`;
    const asked = body && "jobs" in body ? body.jobs[0] : await queue.get(row.subject);
    if (asked) await tell(asked, text, `case-${row.id}-answer`);
    return 0;
  }

  function close(row: CaseRow, decision: Decision, by: string): void {
    if (!rows.decide(row.id, decision, by, clock.now())) return;
    const { id, kind, platform, community, person, rule } = row;
    audit.append({
      event: "decision",
      by,
      case: id,
      platform,
      community,
      person: personKey({
        platform,
        id: person,
      }),
      ...(rule === null ? {} : { rule }),
      ...(kind === "report" || kind === "held-pictures" ? { job: row.subject } : {}),
      detail: `${kind}: ${decision}`,
    });
  }

  async function effects(row: CaseRow, decision: Decision, by: string): Promise<number> {
    if (decision === "approve") {
      await approve(row);
      return 0;
    }
    const left = await deny(row, by);
    if (decision === "deny") return left;
    const { platform, community, person } = row;
    const reason = row.rule === null ? "a picture that was reported" : `a request that was declined (${row.rule})`;
    bans.place({ platform, community, person, reason, by, expiresAt: clock.now() + BAN_BUTTON_MS });
    return left;
  }

  return {
    async report(job, by, reason) {
      const { person } = by;
      if (rows.hasReported(job.id, person)) return;
      if (rows.countReports(person, clock.now() - DAY_MS) >= MAX_REPORTS_PER_DAY) {
        throw new UserError("too-many-reports", { limit: MAX_REPORTS_PER_DAY });
      }
      const row = open("report", job, { subject: job.id });
      const { platform, id: reporter } = person;
      rows.addReport({ case_id: row.id, platform, reporter, reason: reason ?? null, at: clock.now() });
      audit.append({
        event: "report",
        by: personKey(person),
        case: row.id,
        job: job.id,
        person: personKey(job.person),
        platform,
        community: row.community,
      });
      await announce(row);
    },

    async appeal(id, { person }) {
      const key = refusedKey(id);
      const refused = await settings.get<Refused>(key);
      const [first] = refused?.jobs ?? [];
      if (!refused || !first) throw new UserError("button-expired");
      if (refused.platform !== person.platform || refused.person !== person.id) throw new UserError("job-not-yours");
      if (rows.countAppeals(accountOf(person), clock.now() - DAY_MS) >= MAX_APPEALS_PER_DAY) {
        throw new UserError("too-many-appeals", { limit: MAX_APPEALS_PER_DAY });
      }
      const { rule, jobs } = refused;
      const row = open("appeal", first, { subject: first.key, rule, body: { jobs } });
      await settings.delete(key);
      audit.append({ ...entryOf(first, rule), event: "appeal", by: personKey(person), case: row.id });
      await announce(row);
    },

    async waiting(by, limit) {
      requireModerator(by);
      return Promise.all(rows.waiting(placeOf(by), limit).map(toCase));
    },

    async decide(id, decision, by) {
      requireModerator(by);
      const row = rows.byId(id);
      const { platform, community } = placeOf(by);
      const here = row?.platform === platform && row.community === community;
      if (!row || !here || row.decision !== null || underDecision.has(id))
        throw new UserError("case-unknown", { case: id });
      underDecision.add(id);
      try {
        const decided = await toCase(row);
        const left = await effects(row, decision, personKey(by.person));
        close(row, decision, personKey(by.person));
        if (row.body !== null && decision !== "approve") await purges.dropFiles(filesIn(row.body));
        return { decided, left };
      } finally {
        underDecision.delete(id);
      }
    },

    async refused(jobs, rule) {
      const [first] = jobs;
      if (!first) return undefined;
      audit.append({ ...entryOf(first, rule), event: "request-refused", by: personKey(first.person) }, promptOf(jobs));
      strikes.add({ ...placeOf(first), person: accountOf(first.person).id }, rule);
      if (deps.absolute.includes(rule.split("/", 1)[0]!)) return undefined;
      const id = newId();
      const { platform, id: person } = first.person;
      await settings.set(refusedKey(id), { platform, person, rule, jobs } satisfies Refused, APPEAL_TTL_MS);
      return id;
    },

    async held(jobs, rule) {
      const [first] = jobs;
      if (!first) return;
      const waiting = rows
        .ofPerson(accountOf(first.person))
        .filter(({ kind, decision }) => kind === "held-request" && !decision);
      if (waiting.length >= MAX_HELD_PER_PERSON) {
        throw new UserError("too-many-waiting", { waiting: waiting.length, limit: MAX_HELD_PER_PERSON });
      }
      const row = open("held-request", first, { subject: first.key, rule, body: { jobs } });
      const entry = { ...entryOf(first, rule), by: personKey(first.person), case: row.id };
      audit.append({ ...entry, event: "request-held" }, promptOf(jobs));
      await announce(row);
    },

    async holdPictures(job, result, rule) {
      const row = open("held-pictures", job, { subject: job.id, rule, body: { result } });
      audit.append({ ...entryOf(job, rule), event: "pictures-held", by: "easel", case: row.id, job: job.id });
      await announce(row);
    },
  };
}

function entryOf({ person, place }: Asker, rule: string) {
  return { person: personKey(person), platform: place.platform, community: communityOf(place), rule };
}

function promptOf(jobs: readonly NewJob[]): string {
  return jobs.map(({ request }) => [request.prompt, request.negativePrompt].filter(Boolean).join("\n--no ")).join("\n");
}

function refusedKey(id: string): string {
  return `refused:${id}`;
}
