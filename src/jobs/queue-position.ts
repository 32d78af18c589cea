import type { Position, QueueStats } from "../core/job-queue.ts";
import { TIERS } from "../core/job.ts";
import type { Database } from "../storage/database.ts";
import type { FairShares, ShareKey } from "./fair-shares.ts";
import type { JobRow } from "./job-rows.ts";

/** Nobody needs to know whether it is 1000 or 5000, and counting on would cost time for everybody. */
const MAX_AHEAD = 1000;

/** Counts that cost the same however long the queue is. */
export interface QueueCounts {
  stats(): QueueStats;
  /** All jobs that wait. */
  waiting(): number;
  /** Replays the fair order up to a waiting job. `running` are the jobs on devices. */
  position(row: JobRow, running: readonly JobRow[], now: number): Position;
}

export function createQueueCounts(database: Database, shares: FairShares): QueueCounts {
  const totals = database.prepare<{ name: string; jobs: number; ms: number }>("SELECT * FROM totals");
  const runningJobs = database.prepare<{ jobs: number }>("SELECT count(*) AS jobs FROM jobs WHERE state = 'running'");
  const predicted = database.prepare<{ ms: number }>(
    `SELECT predicted_ms AS ms FROM jobs
     WHERE state = 'queued' AND tier = ? AND platform = ? AND person = ? AND sequence < ? ORDER BY sequence LIMIT ?`,
  );

  function readTotals() {
    const rows = new Map(totals.all().map((row) => [row.name, row]));
    const at = (name: string) => rows.get(name) ?? { jobs: 0, ms: 0 };
    return { tiers: TIERS.map((_, tier) => at(`waiting ${tier}`)), undelivered: at("undelivered").jobs };
  }

  const jobsOf = ({ tier, platform, person }: ShareKey, before: number, limit: number) =>
    predicted.all(tier, platform, person, before, limit).map(({ ms }) => ms);

  /** Predicted milliseconds of each job that comes before the one at `sequence` of `own`. */
  function jobsBefore(own: JobRow, limit: number): number[] {
    const share = shares.get(own);
    if (!share) return [];
    const before = jobsOf(own, own.sequence, limit);
    const tag = before.reduce((start, ms) => start + ms / share.weight, share.start_tag);
    for (const other of shares.upTo(own.tier, tag, limit)) {
      if (before.length >= limit) break;
      if (other.platform === own.platform && other.person === own.person) continue;
      let start = other.start_tag;
      for (const ms of jobsOf(other, Number.MAX_SAFE_INTEGER, limit - before.length)) {
        if (start > tag || (start === tag && other.since > share.since)) break;
        before.push(ms);
        start += ms / other.weight;
      }
    }
    return before;
  }

  return {
    waiting: () => sum(readTotals().tiers.map(({ jobs }) => jobs)),

    stats() {
      const { tiers, undelivered } = readTotals();
      const [interactive, batch, background] = tiers.map(({ jobs }) => jobs);
      return {
        waiting: { interactive: interactive!, batch: batch!, background: background! },
        running: runningJobs.get()?.jobs ?? 0,
        undelivered,
        waitingMs: sum(tiers.map(({ ms }) => ms)),
      };
    },

    position(row, running, now) {
      const { tiers } = readTotals();
      const earlier = tiers.slice(0, row.tier);
      const jobsEarlier = sum(earlier.map(({ jobs }) => jobs));
      const before = jobsBefore(row, Math.max(0, MAX_AHEAD - jobsEarlier));
      const ahead = Math.min(MAX_AHEAD, jobsEarlier + before.length);
      // Past the end of the count everything that waits is the best guess.
      const tierMs = ahead === MAX_AHEAD ? tiers[row.tier]!.ms : sum(before);
      const runningMs = sum(running.map((job) => Math.max(0, job.predicted_ms - (now - (job.started_at ?? now)))));
      // Where jobs wait, every device has one.
      const devices = Math.max(1, running.length);
      return { ahead, etaMs: Math.round((sum(earlier.map(({ ms }) => ms)) + tierMs + runningMs) / devices) };
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
