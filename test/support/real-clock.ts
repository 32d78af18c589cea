import type { Clock } from "../../src/core/clock.ts";

/** The machine's time, for tests that wait for real processes. */
export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, callback, options = {}) {
    const timer = setTimeout(callback, ms);
    if (!options.keepAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The machine's time, so many times as fast: minutes of waiting are seconds. */
export function hastyClock(times: number): Clock {
  const start = realClock.now();
  return {
    now: () => start + (realClock.now() - start) * times,
    after: (ms, callback, options) => realClock.after(ms / times, callback, options),
  };
}
