import type { Clock } from "../../core/clock.ts";

export interface SimulatedClock {
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  readonly isoNow: () => string;
}

/** The service's own idea of the time: the given clock plus an offset that a test turns. */
export function createSimulatedClock(clock: Clock): SimulatedClock {
  let offsetMs = 0;
  const now = () => clock.now() + offsetMs;

  return {
    now,
    advance(ms) {
      offsetMs += ms;
    },
    isoNow: () => new Date(now()).toISOString().replace("Z", "000+00:00"),
  };
}
