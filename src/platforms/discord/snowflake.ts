/** Discord's ids hold their time of birth, in milliseconds since 2015. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** When an id was made, in milliseconds since the Unix epoch. */
export function snowflakeTime(id: string): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS;
}
