import type { Verdict } from "../core/verdict.ts";

/** The reviews that a child was asked for and has not answered yet. */
export interface Reviews {
  /** `verdict` rejects with the signal's reason when it fires first. */
  open(signal: AbortSignal): { readonly id: number; readonly verdict: Promise<Verdict> };
  settle(id: number, verdict: Verdict): void;
  failAll(error: Error): void;
}

export function createReviews(): Reviews {
  const waiting = new Map<number, { resolve: (verdict: Verdict) => void; reject: (error: Error) => void }>();
  let ids = 0;

  return {
    open(signal) {
      const id = ++ids;
      const verdict = new Promise<Verdict>((resolve, reject) => {
        const give = () => {
          waiting.delete(id);
          reject(signal.reason as Error);
        };
        const done = () => signal.removeEventListener("abort", give);
        waiting.set(id, {
          resolve(verdict) {
            done();
            resolve(verdict);
          },
          reject(error) {
            done();
            reject(error);
          },
        });
        signal.addEventListener("abort", give, { once: true });
      });
      return { id, verdict };
    },
    settle(id, verdict) {
      waiting.get(id)?.resolve(verdict);
      waiting.delete(id);
    },
    failAll(error) {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}
