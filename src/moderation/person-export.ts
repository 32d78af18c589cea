import type { Job } from "../core/job.ts";
import type { JobQueue } from "../core/job-queue.ts";
import { personKey, type Ban } from "../core/moderation.ts";
import { settingsKey } from "../core/person-settings.ts";
import type { Person } from "../core/platform.ts";
import type { KeyValueStore } from "../core/stores.ts";
import type { Database } from "../storage/database.ts";
import type { AuditLog, AuditRow } from "./audit-log.ts";
import type { BanList } from "./bans.ts";
import type { CaseRow, CaseRows, ReportRow } from "./case-rows.ts";
import type { JobRecords } from "./job-records.ts";
import type { Strikes } from "./strikes.ts";

/** Everything that is stored about somebody, as plain JSON; pictures by their sha256, which is also their file name below `blobs`. */
export interface PersonExport {
  readonly person: string;
  readonly exportedAt: string;
  readonly settings: unknown;
  /** Favourites, questions and refusals that wait, and other small things kept under their id. */
  readonly kept: readonly unknown[];
  readonly jobs: readonly Job[];
  readonly cases: readonly CaseRow[];
  readonly reports: readonly ReportRow[];
  readonly bans: readonly Ban[];
  readonly strikes: readonly { readonly rule: string; readonly at: number }[];
  /** Device milliseconds per request, for quotas. */
  readonly deviceTime: readonly { readonly at: number; readonly device_ms: number }[];
  readonly audit: readonly AuditRow[];
}

const ALL = 1_000_000;

/** Collects what is stored about somebody, and notes in the audit log that it was handed out. */
export function createPersonExport(deps: {
  readonly database: Database;
  readonly queue: Pick<JobQueue, "get">;
  readonly settings: KeyValueStore;
  readonly records: JobRecords;
  readonly rows: CaseRows;
  readonly bans: Pick<BanList, "ofPerson">;
  readonly strikes: Pick<Strikes, "ofPerson">;
  readonly audit: AuditLog;
  readonly now: () => number;
}): (person: Pick<Person, "platform" | "id">, by: string) => Promise<PersonExport> {
  const { queue, settings, records, rows, bans, strikes, audit } = deps;
  const uses = deps.database.prepare<{ at: number; device_ms: number }>(
    "SELECT at, device_ms FROM quota_uses WHERE platform = ? AND person = ? ORDER BY at",
  );

  // keyv keeps values as {"value": …}.
  const kept = deps.database.prepare<{ value: string }>(
    "SELECT value FROM key_values WHERE value ->> '$.value.platform' = ? AND value ->> '$.value.person' = ? ORDER BY key",
  );

  return async (person, by) => {
    const jobs = await Promise.all(records.ofPerson(person).map((id) => queue.get(id)));
    audit.append({ event: "export", by, person: personKey(person) });
    return {
      person: personKey(person),
      exportedAt: new Date(deps.now()).toISOString(),
      settings: (await settings.get(settingsKey(person))) ?? null,
      kept: kept.all(person.platform, person.id).map(({ value }) => (JSON.parse(value) as { value: unknown }).value),
      jobs: jobs.filter((job) => job !== undefined),
      cases: rows.ofPerson(person),
      reports: rows.reportsBy(person),
      bans: bans.ofPerson(person),
      strikes: strikes.ofPerson(person),
      deviceTime: uses.all(person.platform, person.id),
      audit: audit.list({ limit: ALL, person: personKey(person) }),
    };
  };
}
