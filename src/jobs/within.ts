import type { Clock } from "../core/clock.ts";

/** What `work` resolves to, or "late" when it takes longer than `ms`; the work itself goes on, and its rejection is then no longer heard. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | "late"> {
  let stopTimer: (() => void) | undefined;
  const late = new Promise<"late">((resolve) => {
    stopTimer = clock.after(ms, () => resolve("late"));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stopTimer?.();
  }
}
