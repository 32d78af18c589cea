import type { Clock } from "../../src/core/clock.ts";

export interface FakeClock extends Clock {
  /**
   * Turns the clock on by `ms` and fires the timers that fall due, in the order of their times; each sees its own time as `now()`.
   * Resolves when the promises that the callbacks started have had a turn.
   */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  pending(): number;
}

/** A Clock that stands still until a test turns it. `startMs` is the first `now()`, by default 2026-01-01T00:00:00Z. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  let made = 0;
  const timers = new Map<number, { dueMs: number; callback: () => void }>();

  const earliest = (untilMs: number) =>
    [...timers].filter(([, { dueMs }]) => dueMs <= untilMs).sort(([a, x], [b, y]) => x.dueMs - y.dueMs || a - b)[0];

  return {
    now: () => nowMs,
    after(ms, callback) {
      const id = ++made;
      timers.set(id, { dueMs: nowMs + Math.max(0, ms), callback });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let next = earliest(untilMs); next; next = earliest(untilMs)) {
        const [id, { dueMs, callback }] = next;
        timers.delete(id);
        nowMs = Math.max(nowMs, dueMs);
        callback();
        await settle();
      }
      nowMs = untilMs;
    },
    pending: () => timers.size,
  };
}

/** Lets promise chains that are ready run; setImmediate comes after all microtasks. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
