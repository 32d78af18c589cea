import type { Clock } from "../core/clock.ts";
import type { Job } from "../core/job.ts";
import type { JobQueue } from "../core/job-queue.ts";
import type { Logger } from "../core/logger.ts";
import type { JobStatus } from "./status-throttle.ts";

/** Only so many of the waiting people are kept up to date: the others see no change they could use. */
const TOLD_JOBS = 100;

/** Tells waiting people their place and time whenever the queue moves. */
export interface WaitingStatus {
  stop(): void;
}

/** Looks at most every `everyMs`, and shortly after a change, so that a job that starts at once is never announced as waiting. */
export function createWaitingStatus(deps: {
  queue: JobQueue;
  clock: Clock;
  log: Logger;
  onStatus: (job: Job, status: JobStatus) => void;
  everyMs?: number;
  firstMs?: number;
}): WaitingStatus {
  const { queue, clock, log, everyMs = 2_000, firstMs = 300 } = deps;
  let told = new Map<string, string>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | undefined;
  const unwatch = queue.watch((event) => {
    if (event.type !== "progress" && event.type !== "delivered") lookSoon();
  });

  function lookSoon(): void {
    cancelTimer ??= clock.after(Math.max(firstMs, lookedAt + everyMs - clock.now()), () => {
      cancelTimer = undefined;
      lookedAt = clock.now();
      look().catch((error: unknown) => log.warn("waiting jobs could not be looked up", { error }));
    });
  }

  async function look(): Promise<void> {
    const waiting = await queue.list({ states: ["queued"], limit: TOLD_JOBS });
    const known = told;
    told = new Map();
    for (const job of waiting) {
      const position = await queue.position(job.id);
      if (!position) continue;
      const key = `${position.ahead} ${position.etaMs}`;
      told.set(job.id, key);
      if (known.get(job.id) !== key) deps.onStatus(job, { job: job.id, state: "queued", ...position });
    }
  }

  return {
    stop() {
      cancelTimer?.();
      unwatch();
    },
  };
}
