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
