import type { Clock } from "../core/clock.ts";
import type { StatusUpdate } from "../core/message.ts";

/** What is known about a job on its way; whoever shows it adds the buttons. */
export type JobStatus = Omit<StatusUpdate, "buttons">;

export interface StatusThrottle {
  /** A new state: told at once. */
  now(status: JobStatus): void;
  /** Told when the last one is `everyMs` ago; a newer one replaces what waits. */
  soon(status: JobStatus): void;
  /** Drops what waits. */
  stop(): void;
}

/** Keeps a busy engine from flooding a chat service that allows one edit in some seconds. */
export function createStatusThrottle(deps: {
  clock: Clock;
  everyMs: number;
  tell: (status: JobStatus) => void;
}): StatusThrottle {
  const { clock, everyMs, tell } = deps;
  let toldAt = Number.NEGATIVE_INFINITY;
  let waiting: JobStatus | undefined;
  let cancelTimer: (() => void) | undefined;

  function now(status: JobStatus): void {
    stop();
    toldAt = clock.now();
    tell(status);
  }

  function stop(): void {
    cancelTimer?.();
    cancelTimer = waiting = undefined;
  }

  return {
    now,
    soon(status) {
      const waitMs = toldAt + everyMs - clock.now();
      if (waitMs <= 0) return now(status);
      waiting = status;
      cancelTimer ??= clock.after(waitMs, () => {
        if (waiting) now(waiting);
      });
    },
    stop,
  };
}
