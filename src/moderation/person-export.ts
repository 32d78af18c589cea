import type { Job } from "../core/job.ts";
import type { JobQueue } from "../core/job-queue.ts";
import { personKey, type Ban } from "../core/moderation.ts";
import { settingsKey } from "../core/person-settings.ts";
import type { Account } from "../core/platform.ts";
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
  /** All accounts of theirs that the operator linked, and this one. */
  readonly accounts: readonly string[];
  readonly exportedAt: string;
  /** By account. */
  readonly settings: Readonly<Record<string, unknown>>;
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
  readonly accountsOf: (account: Account) => readonly Account[];
  readonly now: () => number;
}): (person: Account, by: string) => Promise<PersonExport> {
  const { queue, settings, records, rows, bans, strikes, audit } = deps;
  const uses = deps.database.prepare<{ at: number; device_ms: number }>(
    "SELECT at, device_ms FROM quota_uses WHERE platform = ? AND person = ? ORDER BY at",
  );

  // keyv keeps values as {"value": …}.
  const kept = deps.database.prepare<{ value: string }>(
    "SELECT value FROM key_values WHERE value ->> '$.value.platform' = ? AND value ->> '$.value.person' = ? ORDER BY key",
  );

  return async (person, by) => {
    const accounts = deps.accountsOf(person);
    const ofAll = <T>(read: (account: Account) => readonly T[]): T[] => accounts.flatMap((account) => read(account));
    const jobs = await Promise.all(ofAll((account) => records.ofPerson(account)).map((id) => queue.get(id)));
    audit.append({ event: "export", by, person: personKey(person) });
    const defaults = await Promise.all(
      accounts.map(async (account) => [personKey(account), await settings.get(settingsKey(account))] as const),
    );
    return {
      person: personKey(person),
      accounts: accounts.map(personKey),
      exportedAt: new Date(deps.now()).toISOString(),
      settings: Object.fromEntries(defaults.filter(([, values]) => values !== undefined)),
      kept: ofAll(({ platform, id }) => kept.all(platform, id)).map(
        ({ value }) => (JSON.parse(value) as { value: unknown }).value,
      ),
      jobs: jobs.filter((job) => job !== undefined),
      cases: ofAll((account) => rows.ofPerson(account)),
      reports: ofAll((account) => rows.reportsBy(account)),
      bans: ofAll((account) => bans.ofPerson(account)),
      strikes: ofAll((account) => strikes.ofPerson(account)),
      deviceTime: ofAll(({ platform, id }) => uses.all(platform, id)),
      audit: unique(ofAll((account) => audit.list({ limit: ALL, person: personKey(account) }))),
    };
  };
}

/** What one account did to another is a row of both. */
function unique(rows: readonly AuditRow[]): AuditRow[] {
  return [...new Map(rows.map((row) => [row.sequence, row])).values()];
}
