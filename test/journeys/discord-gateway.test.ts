import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { DiscordSimulator, DiscordSimulatorOptions } from "../../src/simulator/discord/discord-simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  answers,
  answerTo,
  draw,
  endings,
  PATIENCE_MS,
  ready,
  startBot,
  startDiscord,
  type RunningEasel,
} from "./run-discord.ts";

/** How long Discord refuses connections in case 20, which asks for five minutes: EASEL_REFUSE_SECONDS=300. */
const REFUSED_MS = 1000 * Number(process.env["EASEL_REFUSE_SECONDS"] ?? 20);
const LIMIT_MS = 3 * PATIENCE_MS + REFUSED_MS;

async function start(
  options: Partial<DiscordSimulatorOptions> = {},
): Promise<{ discord: DiscordSimulator; bot: RunningEasel; folder: string }> {
  const discord = await startDiscord(options);
  const folder = temporaryFolder();
  const bot = startBot(discord, folder, { LOG_LEVEL: "warn" });
  await ready(discord);
  return { discord, bot, folder };
}

/** Asks for a picture and gets it. */
async function serves(discord: DiscordSimulator): Promise<void> {
  const asked = draw(discord);
  await answerTo(discord, asked);
  expect(endings(discord, asked)).toHaveLength(1);
}

describe("the gateway of the whole program", { timeout: LIMIT_MS }, () => {
  it("case 16: is resumed after a cut, and what came meanwhile is acknowledged in time", async () => {
    const { discord } = await start();

    discord.gateway.drop();
    const asked = draw(discord);
    await answerTo(discord, asked);

    expect(asked.callback()!.afterMs).toBeLessThan(3000);
    expect(discord.counters).toMatchObject({ identifies: 1, resumes: 1 });
    expect(discord.violations).toEqual([]);
  });

  it("case 17: is resumed when Discord asks to reconnect, and when it says that the session may be", async () => {
    const { discord } = await start();
    await serves(discord); // so that its session is there

    discord.gateway.askToReconnect();
    await expect.poll(() => discord.counters.resumes, { timeout: PATIENCE_MS }).toBe(1);
    await serves(discord);
    discord.gateway.invalidate(true);
    await expect.poll(() => discord.counters.resumes, { timeout: PATIENCE_MS }).toBe(2);
    await serves(discord);

    expect(discord.counters.identifies).toBe(1);
    expect(discord.violations).toEqual([]);
  });

  it("case 17: gets a new session when its own is taken, and no job twice", async () => {
    const { discord } = await start();
    const asked = draw(discord, { steps: 50, count: 4 });
    await asked.waitForCallback();

    discord.gateway.invalidate(false);
    await expect.poll(() => discord.counters.identifies, { timeout: PATIENCE_MS }).toBe(2);
    asked.redeliver();
    await answerTo(discord, asked);
    await discord.waitForSession(PATIENCE_MS);
    await serves(discord);

    expect(discord.counters).toMatchObject({ resumes: 0, hastyIdentifies: 0 });
    expect(answers(discord)).toHaveLength(2);
    expect(discord.violations).toEqual([]);
  });

  it("case 18: is left when heartbeats are not acknowledged, so that it can be resumed", async () => {
    const { discord } = await start({ heartbeatIntervalMs: 1000 });

    discord.gateway.acknowledgeHeartbeats(false);
    await expect.poll(() => discord.counters.closes.length, { timeout: PATIENCE_MS }).toBeGreaterThan(0);
    discord.gateway.acknowledgeHeartbeats(true);
    await expect.poll(() => discord.counters.resumes, { timeout: PATIENCE_MS }).toBeGreaterThan(0);
    await serves(discord);

    expect(discord.counters.closes).not.toContain(1000);
    expect(discord.counters.closes).not.toContain(1001);
    expect(discord.counters.identifies).toBe(1);
  });

  it("case 19: gets a new session when the address to resume at is dead", async () => {
    const discord = await startDiscord();
    discord.gateway.setResumeUrl("ws://no-such-host.invalid");
    startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
    await ready(discord);

    discord.gateway.drop();
    await expect.poll(() => discord.counters.identifies, { timeout: 60_000 }).toBe(2);
    await serves(discord);

    expect(discord.violations).toEqual([]);
  });

  it("case 20: is asked less and less often while it refuses connections, and served when it is back", async () => {
    const { discord, bot } = await start();

    discord.gateway.refuseUpgrades(true);
    discord.gateway.drop();
    await sleep(REFUSED_MS);
    const refused = discord.counters.upgradesRefused;
    discord.gateway.refuseUpgrades(false);
    await expect.poll(() => discord.gateway.connected, { timeout: 30_000 }).toBe(1);
    await serves(discord);

    // A stock client asks forty times in twenty seconds; test/platforms/discord/gateway.test.ts has the five minutes, too.
    expect(refused).toBeLessThanOrEqual(REFUSED_MS > 20_000 ? 40 : 8);
    expect(bot.process.exitCode).toBeNull();
  });

  it.each([
    [4004, /does not accept the token/],
    [4013, /refused the intents/],
    [4014, /privileged intents/],
  ])("case 21: ends with a sentence and exit code 1 when it closes with %i", async (code, sentence) => {
    const { discord, bot } = await start();

    discord.gateway.close(code);

    expect(await bot.exited).toBe(1);
    expect(bot.output()).toMatch(sentence);
  });

  it.each([4008, 4009])("case 21: goes on with another session when it closes with %i", async (code) => {
    const { discord } = await start();

    discord.gateway.close(code);
    await expect.poll(() => discord.counters.identifies + discord.counters.resumes, { timeout: PATIENCE_MS }).toBe(2);
    await serves(discord);

    expect(discord.violations).toEqual([]);
  });

  it("has as many shards as Discord wants, and all are served", async () => {
    const { discord } = await start({ shards: 2 });
    const other = discord.world.addGuild().channelId;

    const asked = [draw(discord), draw(discord, {}, { channelId: other }), draw(discord, {}, { where: "bot-dm" })];
    await Promise.all(asked.map((one) => answerTo(discord, one)));

    expect(discord.counters).toMatchObject({ identifies: 2, hastyIdentifies: 0 });
    expect(asked.map((one) => endings(discord, one).length)).toEqual([1, 1, 1]);
    expect(discord.violations).toEqual([]);
  });
});

describe("registration by the whole program", { timeout: LIMIT_MS }, () => {
  it("case 26: happens at the first start and not at the second, and Discord takes it without a complaint", async () => {
    const { discord, bot, folder } = await start();
    const puts = () => discord.requests.filter(({ method }) => method === "PUT").map(({ status }) => status);
    await expect.poll(puts).toEqual([200]);

    bot.process.kill("SIGTERM");
    expect(await bot.exited).toBe(0);
    startBot(discord, folder, { LOG_LEVEL: "silent" });
    await expect.poll(() => discord.counters.identifies, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(2);
    // A second IDENTIFY within five seconds is put off by Discord: what happens before the session is there is told to nobody.
    await discord.waitForSession(PATIENCE_MS);
    await serves(discord);

    expect(puts()).toEqual([200]);
    expect(discord.violations).toEqual([]);
  });
});
