import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { Job } from "../core/job.ts";
import type { JobQueue } from "../core/job-queue.ts";
import type { Logger } from "../core/logger.ts";
import { personKey, type PurgeOutcome, type PurgeSelection, type Purges } from "../core/moderation.ts";
import { settingsKey } from "../core/person-settings.ts";
import type { Account, Platform } from "../core/platform.ts";
import type { PictureRegistry } from "../core/provenance.ts";
import type { BlobStore, KeyValueStore } from "../core/stores.ts";
import type { Database } from "../storage/database.ts";
import type { AuditEntry, AuditLog } from "./audit-log.ts";
import type { BanList } from "./bans.ts";
import type { CaseRows } from "./case-rows.ts";
import { filesIn, fileRef, type JobRecords } from "./job-records.ts";
import type { Strikes } from "./strikes.ts";

export interface PurgesDeps {
  readonly database: Database;
  readonly queue: Pick<JobQueue, "get" | "cancel">;
  readonly records: JobRecords;
  readonly rows: CaseRows;
  readonly bans: Pick<BanList, "ofPerson">;
  readonly strikes: Pick<Strikes, "ofPerson">;
  readonly blobs: Pick<BlobStore, "delete">;
  readonly settings: KeyValueStore;
  readonly accountsOf: (account: Account) => readonly Account[];
  /** What recognises posted pictures. */
  readonly pictures: Pick<PictureRegistry, "forget">;
  /** The connected platforms by name; may change at any time. */
  readonly platforms: ReadonlyMap<string, Pick<Platform, "withdraw">>;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Purges, also for the program itself. */
export interface PurgeRoom extends Purges {
  /** What is too old goes; messages in chats and what was made from it stay. Returns how many jobs. */
  expire(before: number): Promise<number>;
  /** Rewrites the database when an earlier purge left that to do. */
  compactIfWanted(): Promise<void>;
  /** Deletes the files that nothing uses any more. Returns how many. */
  dropFiles(files: Iterable<string>): Promise<number>;
}

const COMPACT_KEY = "compact:wanted";
const COMPACT_AT_ONCE_BYTES = 128 * 2 ** 20;

export function createPurges(deps: PurgesDeps): PurgeRoom {
  const { database, queue, records, rows, blobs, settings, audit, clock, log } = deps;
  // Everything a person's questions left behind: keyv keeps values as {"value": …}.
  const removeWaiting = database.prepare(
    "DELETE FROM key_values WHERE value ->> '$.value.platform' = ? AND value ->> '$.value.person' = ?",
  );

  async function dropFiles(files: Iterable<string>): Promise<number> {
    const unused = records.unused(new Set(files));
    for (const sha256 of unused) await blobs.delete(fileRef(sha256));
    return unused.size;
  }

  /**
   * Rewrites the database: what was deleted is otherwise still on its pages. That takes a second per 100 MB or so, in which nothing else
   * happens; a large one waits for the next round of clean-up.
   */
  async function compact(): Promise<void> {
    try {
      database.exec("VACUUM");
      database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
      await settings.delete(COMPACT_KEY);
    } catch (error) {
      if (!(error instanceof UserError && error.code === "storage-full")) throw error;
      log.warn("no room to rewrite the database; what was erased may still be on its pages");
      await settings.set(COMPACT_KEY, true);
    }
  }

  async function compactSoon(): Promise<void> {
    const pages = database.prepare<{ page_count: number }>("PRAGMA page_count").get()?.page_count ?? 0;
    const { page_size: bytes = 0 } = database.prepare<{ page_size: number }>("PRAGMA page_size").get() ?? {};
    if (pages * bytes <= COMPACT_AT_ONCE_BYTES) await compact();
    else await settings.set(COMPACT_KEY, true);
  }

  async function eraseJobs(ids: readonly string[], by: string): Promise<{ jobs: Job[]; files: string[] }> {
    const jobs: Job[] = [];
    const files: string[] = [];
    for (const id of ids) {
      const job = await queue.get(id);
      if (!job) continue;
      await queue.cancel(id, by);
      files.push(
        ...database.transaction(() => {
          const waited = rows.eraseJob(id, clock.now());
          audit.erasePrompts({ job: id });
          return [...(records.erase(id) ?? []), ...waited.flatMap(filesIn)];
        }),
      );
      jobs.push(job);
    }
    return { jobs, files };
  }

  async function withdraw(jobs: readonly Job[]): Promise<Pick<PurgeOutcome, "withdrawn" | "left">> {
    let withdrawn = 0;
    let left = 0;
    for (const { id, address, state } of jobs) {
      try {
        // Whoever waits may see a message, too: its status.
        if (await deps.platforms.get(address.platform)?.withdraw?.(address, id)) withdrawn += 1;
        else if (state !== "queued" && state !== "running") left += 1;
      } catch (error) {
        log.warn("message could not be taken back", { job: id, error });
        left += 1;
      }
    }
    return { withdrawn, left };
  }

  async function purge(selection: PurgeSelection, by: string): Promise<PurgeOutcome> {
    const { jobs, files } = await eraseJobs(records.select(selection, { derived: true }), by);
    for (const { id } of jobs) await deps.pictures.forget(id);
    const pictures = await dropFiles(files);
    const messages = await withdraw(jobs);
    audit.append({ event: "purge", by, ...describe(selection), detail: `${jobs.length} jobs, ${pictures} files` });
    return { jobs: jobs.length, pictures, ...messages };
  }

  async function forgetAccount(account: Account, by: string): Promise<PurgeOutcome> {
    const { platform, id } = account;
    const outcome = await purge({ platform, person: id }, by);
    const waited = database.transaction(() => {
      removeWaiting.run(platform, id);
      audit.erasePrompts({ person: personKey(account) });
      return rows.erasePerson(account, clock.now());
    });
    await settings.delete(settingsKey(account));
    return { ...outcome, pictures: outcome.pictures + (await dropFiles(waited.flatMap(filesIn))) };
  }

  return {
    async purge(selection, by) {
      const outcome = await purge(selection, by);
      if (outcome.jobs > 0) await compactSoon();
      return outcome;
    },
    dropFiles,
    async compactIfWanted() {
      if (await settings.get<boolean>(COMPACT_KEY)) await compact();
    },
    count: async (selection) => records.select(selection, { derived: true }).length,
    async forget(person, by) {
      let total: PurgeOutcome = { jobs: 0, pictures: 0, withdrawn: 0, left: 0 };
      for (const account of deps.accountsOf(person)) total = sum(total, await forgetAccount(account, by));
      await compactSoon();
      return total;
    },
    async expire(before) {
      const ids = records.select({ before }, { derived: false });
      const { jobs, files } = await eraseJobs(ids, "easel");
      await dropFiles(files);
      if (jobs.length > 0) {
        audit.append({ event: "purge", by: "easel", detail: `${jobs.length} jobs, too old` });
        await compactSoon();
      }
      return jobs.length;
    },
    async summary(person) {
      const accounts = deps.accountsOf(person);
      const ids = accounts.flatMap((account) => records.ofPerson(account));
      const jobs = await Promise.all(ids.map((id) => queue.get(id)));
      return {
        jobs: ids.length,
        pictures: jobs.reduce((count, job) => count + (job?.result?.pictures.length ?? 0), 0),
        cases: accounts.flatMap((account) => rows.ofPerson(account)).length,
        reports: accounts.flatMap((account) => rows.reportsBy(account)).length,
        strikes: accounts.flatMap((account) => deps.strikes.ofPerson(account)).length,
        bans: accounts.flatMap((account) => deps.bans.ofPerson(account)).length,
      };
    },
  };
}

function sum(one: PurgeOutcome, other: PurgeOutcome): PurgeOutcome {
  return {
    jobs: one.jobs + other.jobs,
    pictures: one.pictures + other.pictures,
    withdrawn: one.withdrawn + other.withdrawn,
    left: one.left + other.left,
  };
}

function describe({ job, person, platform, community }: PurgeSelection): Partial<AuditEntry> {
  return {
    ...(job === undefined ? {} : { job }),
    ...(person === undefined ? {} : { person: personKey({ platform: platform ?? "", id: person }) }),
    ...(platform === undefined ? {} : { platform }),
    ...(community === undefined ? {} : { community }),
  };
}
