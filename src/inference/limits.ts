/** How long a device may be silent before it counts as hung, and how it is restarted. */
export interface PoolLimits {
  /** From the fork to "ready". */
  readonly startMs: number;
  /** Opening a model: read, optimise, allocate. */
  readonly loadMs: number;
  /** Between two signs of life while no step time is known for the model. */
  readonly silenceMs: number;
  /** Between two signs of life otherwise: `silenceFactor` expected steps, but never less than this. */
  readonly minSilenceMs: number;
  readonly silenceFactor: number;
  /** A cancelled run or a drained child has this long (or a few expected steps, if that is more) to stop by itself. */
  readonly cancelGraceMs: number;
  /** Waits before the first restart in a row; doubles up to the maximum. */
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  /** After so many crashes in a row a device is reported as failed; it is still restarted. */
  readonly failedAfter: number;
}

export const DEFAULT_LIMITS: PoolLimits = {
  startMs: 60_000,
  loadMs: 900_000,
  silenceMs: 300_000,
  minSilenceMs: 60_000,
  silenceFactor: 10,
  cancelGraceMs: 5_000,
  firstBackoffMs: 500,
  maxBackoffMs: 60_000,
  failedAfter: 4,
};

/** The wait before restart number `crashes` in a row, from 1: first, 2x, 4x ... up to the maximum. */
export function backoffMs(crashes: number, firstMs: number, maxMs: number): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(crashes - 1, 30));
}
