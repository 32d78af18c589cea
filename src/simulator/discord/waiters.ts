import type { Clock } from "../../core/clock.ts";

export interface Waiters<T> {
  /** The first of `present` that fits, or the first offered later; rejects after `timeoutMs` with a sentence that names `what`. */
  wait(what: string, present: Iterable<T>, predicate: (value: T) => boolean, timeoutMs?: number): Promise<T>;
  readonly offer: (value: T) => void;
}

/** People who wait for something to happen. */
export function createWaiters<T>(clock: Clock): Waiters<T> {
  const waiting = new Set<{ predicate: (value: T) => boolean; resolve: (value: T) => void }>();

  return {
    wait(what, present, predicate, timeoutMs = 10_000) {
      for (const value of present) if (predicate(value)) return Promise.resolve(value);
      return new Promise((resolve, reject) => {
        const entry = {
          predicate,
          resolve(value: T) {
            cancel();
            waiting.delete(entry);
            resolve(value);
          },
        };
        const giveUp = () => {
          waiting.delete(entry);
          reject(new Error(`waited ${timeoutMs} ms for ${what}`));
        };
        const cancel = clock.after(timeoutMs, giveUp, { keepAlive: true });
        waiting.add(entry);
      });
    },
    offer(value) {
      for (const entry of waiting) if (entry.predicate(value)) entry.resolve(value);
    },
  };
}
