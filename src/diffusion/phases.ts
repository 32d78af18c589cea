import type { Made } from "./call.ts";

export type Phase = "textMs" | "denoiseMs" | "decodeMs";

/** Measures how long each phase of a call takes; the first is text. */
export interface Phases {
  enter(phase: Phase): void;
  stop(): Made["timings"];
}

/** Starts measuring. */
export function createPhases(): Phases {
  const startedAt = performance.now();
  const spent: Record<Phase, number> = { textMs: 0, denoiseMs: 0, decodeMs: 0 };
  let phase: Phase = "textMs";
  let since = startedAt;
  const leave = () => {
    const now = performance.now();
    spent[phase] += now - since;
    since = now;
    return now;
  };
  return {
    enter(next) {
      leave();
      phase = next;
    },
    stop: () => ({ totalMs: leave() - startedAt, ...spent }),
  };
}
