/** Makes ids and timestamps as Slack does; the same ones in the same order each time. */
export interface Ids {
  /** `C` gives C0SIM00001, then C0SIM00002. */
  next(prefix: string): string;
  /** A message's `ts`: seconds and six digits, never the same twice, always growing. */
  ts(): string;
  /** A short block_id, as Slack gives to blocks without one. */
  readonly blockId: () => string;
  uuid(): string;
}

/** `now` in milliseconds since the epoch. */
export function createIds(now: () => number): Ids {
  const counts = new Map<string, number>();
  let lastMicros = 0;

  function count(prefix: string): number {
    const value = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, value);
    return value;
  }

  return {
    next: (prefix) => `${prefix}0SIM${padded(count(prefix), 5)}`,
    ts() {
      lastMicros = Math.max(Math.floor(now() * 1000), lastMicros + 1);
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, "0")}`;
    },
    blockId: () => `s${padded(count("block"), 4)}`,
    uuid: () => `00000000-0000-4000-8000-${String(count("uuid")).padStart(12, "0")}`,
  };
}

function padded(value: number, length: number): string {
  return value.toString(36).toUpperCase().padStart(length, "0");
}
