/** Time as an argument, so that tests can turn it. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; the returned function cancels it. A pending timer does not keep the process alive unless `keepAlive`. */
  after(ms: number, callback: () => void, options?: { keepAlive?: boolean }): () => void;
}
