import type { Clock } from "../core/clock.ts";

/** An alarm clock for one loop: sleeps until news or until the time is over. */
export interface Wake {
  notify(): void;
  /** News that came since the last wait end this one at once, so none are lost. */
  wait(ms: number): Promise<void>;
}

/** For one waiter at a time. */
export function createWake(clock: Clock): Wake {
  let news = false;
  let resume: (() => void) | undefined;

  return {
    notify() {
      news = true;
      resume?.();
    },
    async wait(ms) {
      if (!news) {
        await new Promise<void>((resolve) => {
          const cancelTimer = clock.after(ms, resolve);
          resume = () => {
            cancelTimer();
            resolve();
          };
        });
      }
      resume = undefined;
      news = false;
    },
  };
}
