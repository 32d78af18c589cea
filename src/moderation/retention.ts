import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { BlobStore } from "../core/stores.ts";
import type { AuditLog } from "./audit-log.ts";
import type { CaseRows } from "./case-rows.ts";
import type { JobRecords } from "./job-records.ts";
import type { PurgeRoom } from "./purges.ts";
import type { Strikes } from "./strikes.ts";

const DAY_MS = 24 * 3_600_000;
const FIRST_RUN_MS = 60_000;
const EVERY_MS = 6 * 3_600_000;
/** A file that nothing refers to may belong to something that is being stored. */
const ORPHAN_AGE_MS = DAY_MS;

export interface RetentionDeps {
  /** Days that requests and pictures, and that decisions and the audit log are kept; 0 = for ever. */
  readonly keep: { readonly jobDays: number; readonly auditDays: number };
  readonly purges: Pick<PurgeRoom, "expire" | "compactIfWanted">;
  readonly records: Pick<JobRecords, "unused">;
  readonly blobs: Pick<BlobStore, "list" | "delete">;
  readonly rows: Pick<CaseRows, "prune">;
  readonly strikes: Pick<Strikes, "prune">;
  readonly audit: Pick<AuditLog, "prune">;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Retention {
  /** One round: forgets what is too old, and files that a crash or a cancelled job left behind. Never rejects. */
  run(): Promise<void>;
  stop(): void;
}

/** Runs a minute after the start and every six hours. */
export function createRetention(deps: RetentionDeps): Retention {
  const { keep, purges, records, blobs, rows, strikes, audit, clock, log } = deps;
  let cancel = clock.after(FIRST_RUN_MS, repeat);
  let stopped = false;

  function repeat(): void {
    void run().finally(() => {
      if (!stopped) cancel = clock.after(EVERY_MS, repeat);
    });
  }

  async function run(): Promise<void> {
    try {
      const now = clock.now();
      const jobs = keep.jobDays === 0 ? 0 : await purges.expire(now - keep.jobDays * DAY_MS);
      await purges.compactIfWanted();
      const before = now - keep.auditDays * DAY_MS;
      const decisions = keep.auditDays === 0 ? 0 : rows.prune(before) + strikes.prune(before) + audit.prune(before);
      const files = await removeOrphans(now - ORPHAN_AGE_MS);
      if (jobs + decisions + files > 0) log.info("old data removed", { jobs, decisions, files });
    } catch (error) {
      log.error("old data could not be removed", { error });
    }
  }

  async function removeOrphans(before: number): Promise<number> {
    const old = (await blobs.list()).filter(({ writtenAt }) => writtenAt < before);
    const unused = records.unused(new Set(old.map(({ ref }) => ref.sha256)));
    const orphans = old.filter(({ ref }) => unused.has(ref.sha256));
    for (const { ref } of orphans) await blobs.delete(ref);
    return orphans.length;
  }

  return {
    run,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
