import type { Clock } from "../../core/clock.ts";

/** Lets acknowledgements go before everything else: they have three seconds, the rest has minutes. */
export interface AckGate {
  /** Runs an acknowledgement, now or as soon as there is a place. */
  pass<T>(acknowledge: () => Promise<T>): Promise<T>;
  /**
   * Resolves when it is this work's turn: no acknowledgement is under way, or it has waited long enough, since a stream without end must not
   * starve the work. Work starts piece by piece, so that events that come meanwhile are heard.
   */
  quiet(): Promise<void>;
}

const PATIENCE_MS = 2000;
/**
 * Acknowledgements at a time, and so connections. More are slower: each new connection costs a handshake, and servers drop those that come
 * by the hundred, to be tried again a second later.
 */
export const ACKS_AT_A_TIME = 64;

/** A gate for all interactions of a process. */
export function createAckGate(clock: Clock): AckGate {
  let underWay = 0;
  const acknowledgements: (() => void)[] = [];
  const work: { readonly start: () => void; readonly since: number }[] = [];
  let stopTimer: (() => void) | undefined;

  /** The place of who is through is taken by who waits longest. */
  function leave(): void {
    const next = acknowledgements.shift();
    if (next) return next();
    underWay -= 1;
    letWorkIn(0);
  }

  function letWorkIn(afterMs: number): void {
    stopTimer?.();
    stopTimer = work.length === 0 ? undefined : clock.after(afterMs, startNext, { keepAlive: true });
  }

  function startNext(): void {
    stopTimer = undefined;
    const waitMs = underWay === 0 ? 0 : work[0]!.since + PATIENCE_MS - clock.now();
    if (waitMs > 0) return letWorkIn(waitMs);
    work.shift()!.start();
    letWorkIn(0);
  }

  return {
    async pass(acknowledge) {
      if (underWay < ACKS_AT_A_TIME) underWay += 1;
      else await new Promise<void>((resolve) => acknowledgements.push(resolve));
      try {
        return await acknowledge();
      } finally {
        leave();
      }
    },
    quiet() {
      if (underWay === 0 && work.length === 0) return Promise.resolve();
      return new Promise((start) => {
        work.push({ start, since: clock.now() });
        if (work.length === 1) letWorkIn(underWay === 0 ? 0 : PATIENCE_MS);
      });
    },
  };
}
