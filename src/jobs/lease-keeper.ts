import type { Clock } from "../core/clock.ts";
import type { JobQueue, Lease, Progress } from "../core/job-queue.ts";
import type { Logger } from "../core/logger.ts";

/** Holds a lease while its job runs. */
export interface LeaseKeeper {
  /** Fires when the job was cancelled or somebody else has it. */
  readonly signal: AbortSignal;
  /** `cancelled` and `lost`: the queue has the last word already, nothing more may be stored for this lease. */
  state(): "held" | "cancelled" | "lost";
  /** Goes out with the next beat. */
  progress(progress: Progress): void;
  stop(): void;
}

/** Beats every `beatMs` and whenever the queue reports something about the job. Failing beats are retried until the lease is over. */
export function keepLease(
  deps: { queue: JobQueue; clock: Clock; log: Logger; leaseMs: number; beatMs: number },
  lease: Lease,
): LeaseKeeper {
  const { queue, clock, log, leaseMs, beatMs } = deps;
  const over = new AbortController();
  let state: "held" | "cancelled" | "lost" = "held";
  let expiresAt = lease.expiresAt;
  let latest: Progress | undefined;
  let cancelTimer = clock.after(beatMs, beatSoon);
  let beating = false;
  const unwatch = queue.watch((event) => {
    if (event.job === lease.job.id && event.type !== "progress") beatSoon();
  });

  function beatSoon(): void {
    if (beating) return;
    beating = true;
    cancelTimer();
    void beat().finally(() => {
      beating = false;
      if (!over.signal.aborted) cancelTimer = clock.after(beatMs, beatSoon);
    });
  }

  async function beat(): Promise<void> {
    try {
      const answer = await queue.beat(lease, leaseMs, latest);
      if (answer === "ok") expiresAt = clock.now() + leaseMs;
      else end(answer);
    } catch (error) {
      log.warn("lease could not be extended", { job: lease.job.id, error });
      if (clock.now() >= expiresAt) end("lost");
    }
  }

  function end(how: "cancelled" | "lost"): void {
    if (over.signal.aborted) return;
    state = how;
    stop();
  }

  function stop(): void {
    cancelTimer();
    unwatch();
    over.abort();
  }

  return {
    signal: over.signal,
    state: () => state,
    progress(progress) {
      latest = progress;
    },
    stop,
  };
}
