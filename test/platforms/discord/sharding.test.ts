import { describe, expect, it } from "vitest";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { shardOf } from "../../../src/simulator/discord/gateway-sessions.ts";
import { openDiscord } from "./open-discord.ts";

/** A channel of a server that each shard hears of. */
async function channelPerShard(discord: DiscordSimulator, shards: number): Promise<Map<number, string>> {
  const channels = new Map<number, string>();
  while (channels.size < shards) {
    const { guildId, channelId } = discord.world.addGuild();
    channels.set(shardOf(guildId, shards), channelId);
    // Ids of different milliseconds.
    discord.advanceClock(1);
  }
  return channels;
}

describe("shards", () => {
  it.each([
    { shards: 2, maxConcurrency: 1 },
    { shards: 4, maxConcurrency: 2 },
  ])(
    "($shards, $maxConcurrency at a time) identify in their turn, and each serves its servers",
    async (simulator) => {
      const { discord, platform, interactions } = await openDiscord({ simulator });
      await expect.poll(() => platform.health().state === "ok", { timeout: 20_000 }).toBe(true);
      const channels = await channelPerShard(discord, simulator.shards);

      const asked = [...channels.values()].map((channelId) => discord.inject.slash({ name: "queue", channelId }));
      asked.push(discord.inject.slash({ name: "queue", where: "bot-dm" }));
      await Promise.all(asked.map((one) => one.waitForCallback()));

      expect(discord.counters).toMatchObject({ identifies: simulator.shards, hastyIdentifies: 0 });
      await expect.poll(() => interactions.length).toBe(simulator.shards + 1);
      expect(discord.violations).toEqual([]);
    },
    60_000,
  );

  it("that lose their connection leave the others in peace, and resume", async () => {
    const { discord, platform, next } = await openDiscord({ simulator: { shards: 2 } });
    await expect.poll(() => platform.health().state === "ok", { timeout: 20_000 }).toBe(true);
    const channels = await channelPerShard(discord, 2);

    discord.gateway.refuseUpgrades(true);
    discord.gateway.drop(1);
    await expect.poll(() => platform.health().state === "ok").toBe(false);
    const served = discord.inject.slash({ name: "queue", channelId: channels.get(0)! });
    await next();
    const { afterMs } = await served.waitForCallback();
    discord.gateway.refuseUpgrades(false);
    await expect.poll(() => platform.health().state === "ok", { timeout: 30_000 }).toBe(true);
    discord.inject.slash({ name: "queue", channelId: channels.get(1)! });
    await next();

    expect(afterMs).toBeLessThan(3000);
    expect(discord.counters.identifies + discord.counters.resumes).toBe(3);
  }, 60_000);

  it("are not ready before the last of them is", async () => {
    const { discord, platform } = await openDiscord({ connect: false, simulator: { shards: 2 } });

    await expect.poll(() => discord.gateway.connected, { timeout: 15_000 }).toBe(1);
    const early = platform.health().state === "ok";
    await expect.poll(() => platform.health().state === "ok", { timeout: 20_000 }).toBe(true);

    expect(early).toBe(false);
    expect(discord.gateway.connected).toBe(2);
  }, 60_000);
});
