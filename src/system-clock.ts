import type { Clock } from "./core/clock.ts";

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback, options = {}) {
    const timer = setTimeout(callback, ms);
    if (!options.keepAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};
