/** First millisecond of Discord's ids (discord-api-docs, reference.mdx, "Snowflakes"). */
const EPOCH_MS = 1_420_070_400_000n;

/** Makes ids as Discord does: 42 bits of time, 10 bits of worker (zero here), 12 bits of sequence; never the same twice, always growing. */
export function createSnowflakes(now: () => number): (atMs?: number) => string {
  const taken = new Set<bigint>();

  return (atMs = now()) => {
    let id = (BigInt(Math.floor(atMs)) - EPOCH_MS) << 22n;
    while (taken.has(id)) id += 1n;
    taken.add(id);
    return id.toString();
  };
}

/** When an id was made, in milliseconds since the epoch. */
export function snowflakeTimeMs(id: string): number {
  return Number((BigInt(id) >> 22n) + EPOCH_MS);
}
