import type { Clock } from "../../core/clock.ts";

/** Slack's own time: the given clock plus an offset that a test turns. */
export interface ServiceClock extends Clock {
  readonly now: () => number;
  /** Turns this clock on; what falls due meanwhile happens at once, in order. Timers of the given clock stay as they are. */
  readonly advance: (ms: number) => void;
  /** Cancels what has not happened. */
  stop(): void;
}

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
  cancel: () => void;
}

/** A clock over another one. Its timers fire when either of the two reaches their time, and never before: a machine's timers may be early by its clock. */
export function createServiceClock(clock: Clock): ServiceClock {
  let offsetMs = 0;
  const pending = new Set<Pending>();
  const now = () => clock.now() + offsetMs;

  function fire(timer: Pending): void {
    timer.cancel();
    pending.delete(timer);
    timer.callback();
  }

  return {
    now,
    after(ms, callback, options) {
      const timer: Pending = { dueMs: now() + ms, callback, cancel() {} };
      const wait = (waitMs: number): void => {
        timer.cancel = clock.after(
          waitMs,
          () => (now() < timer.dueMs ? wait(timer.dueMs - now()) : fire(timer)),
          options,
        );
      };
      wait(ms);
      pending.add(timer);
      return () => {
        timer.cancel();
        pending.delete(timer);
      };
    },
    advance(ms) {
      const endMs = offsetMs + ms;
      const targetMs = clock.now() + endMs;
      const earliest = () => [...pending].filter(({ dueMs }) => dueMs <= targetMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      for (let next = earliest(); next; next = earliest()) {
        offsetMs = Math.max(offsetMs, next.dueMs - clock.now());
        fire(next);
      }
      offsetMs = endMs;
    },
    stop() {
      for (const { cancel } of pending) cancel();
      pending.clear();
    },
  };
}
