import type { Clock } from "../../core/clock.ts";

/** Lets acknowledgements go before everything else: they have three seconds, the rest has minutes. */
export interface AckGate {
  /** Runs an acknowledgement. */
  pass<T>(acknowledge: () => Promise<T>): Promise<T>;
  /** Resolves when no acknowledgement is under way, or after a while: a stream without end must not starve the work. */
  quiet(): Promise<void>;
}

const PATIENCE_MS = 2000;

/** A gate for all interactions of a process. */
export function createAckGate(clock: Clock): AckGate {
  let underWay = 0;
  const waiting = new Set<() => void>();

  return {
    async pass(acknowledge) {
      underWay += 1;
      try {
        return await acknowledge();
      } finally {
        underWay -= 1;
        if (underWay === 0) for (const resume of waiting) resume();
      }
    },
    quiet() {
      if (underWay === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const resume = (): void => {
          stopTimer();
          waiting.delete(resume);
          resolve();
        };
        const stopTimer = clock.after(PATIENCE_MS, resume, { keepAlive: true });
        waiting.add(resume);
      });
    },
  };
}
