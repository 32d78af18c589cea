/** What a child was asked beside its runs and has not answered yet. */
export interface Questions<T> {
  /** `answer` rejects with the signal's reason when it fires first. */
  open(signal: AbortSignal): { readonly id: number; readonly answer: Promise<T> };
  settle(id: number, answer: T): void;
  fail(id: number, error: Error): void;
  failAll(error: Error): void;
}

export function createQuestions<T>(): Questions<T> {
  const waiting = new Map<number, { resolve: (answer: T) => void; reject: (error: Error) => void }>();
  let ids = 0;

  function take(id: number) {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  }

  return {
    open(signal) {
      const id = ++ids;
      const giveUp = () => take(id)?.reject(signal.reason as Error);
      const answer = new Promise<T>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        signal.addEventListener("abort", giveUp, { once: true });
      }).finally(() => signal.removeEventListener("abort", giveUp));
      return { id, answer };
    },
    settle: (id, answer) => take(id)?.resolve(answer),
    fail: (id, error) => take(id)?.reject(error),
    failAll(error) {
      for (const id of waiting.keys()) take(id)?.reject(error);
    },
  };
}
