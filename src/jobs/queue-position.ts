import type { Position, QueueStats } from "../core/job-queue.ts";
import { TIERS } from "../core/job.ts";
import type { Database } from "../storage/database.ts";
import type { JobRow } from "./job-rows.ts";
import { createQueueOrder } from "./queue-order.ts";

/** Nobody needs to know whether it is 1000 or 5000, and counting on would cost time for everybody. */
const MAX_AHEAD = 1000;

/** Counts that cost the same however long the queue is. */
export interface QueueCounts {
  stats(): QueueStats;
  /** All jobs that wait. */
  waiting(): number;
  /** Of a waiting job; `running` are the jobs on devices. */
  position(row: JobRow, running: readonly JobRow[], now: number): Position;
  /** Has to be called after every change of the queue by this process. */
  changed(): void;
}

export function createQueueCounts(database: Database): QueueCounts {
  const order = createQueueOrder(database, MAX_AHEAD);
  const totals = database.prepare<{ name: string; jobs: number; ms: number }>("SELECT * FROM totals");
  const runningJobs = database.prepare<{ jobs: number }>("SELECT count(*) AS jobs FROM jobs WHERE state = 'running'");

  function readTotals() {
    const rows = new Map(totals.all().map((row) => [row.name, row]));
    const at = (name: string) => rows.get(name) ?? { jobs: 0, ms: 0 };
    return { tiers: TIERS.map((_, tier) => at(`waiting ${tier}`)), undelivered: at("undelivered").jobs };
  }

  return {
    waiting: () => sum(readTotals().tiers.map(({ jobs }) => jobs)),
    changed: () => order.changed(),

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
      // Past the end of the count, everything that waits up to this tier is the best guess.
      const { ahead, ms } = order.placeOf(row.sequence) ?? {
        ahead: MAX_AHEAD,
        ms: sum(
          readTotals()
            .tiers.slice(0, row.tier + 1)
            .map((tier) => tier.ms),
        ),
      };
      const runningMs = sum(running.map((job) => Math.max(0, job.predicted_ms - (now - (job.started_at ?? now)))));
      // Where jobs wait, every device has one.
      const devices = Math.max(1, running.length);
      return { ahead, etaMs: Math.round((ms + runningMs) / devices) };
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
