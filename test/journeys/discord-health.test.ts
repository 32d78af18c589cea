import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { HealthReport } from "../../src/core/health.ts";
import type { DiscordSimulator } from "../../src/simulator/discord/discord-simulator.ts";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  answerTo,
  CHANNEL_POSTS,
  draw,
  isAnswer,
  PATIENCE_MS,
  ready,
  says,
  startBot,
  startDiscord,
  type RunningEasel,
} from "./run-discord.ts";

const LIMIT_MS = 3 * PATIENCE_MS;
const MINUTE_MS = 60_000;

/** What a page says; undefined when nobody answers. */
async function look(port: number, page: string) {
  const response = await fetch(`http://127.0.0.1:${port}${page}`).catch(() => undefined);
  return response && { status: response.status, body: (await response.json()) as HealthReport };
}

/** The program with its pages of health. */
async function start(): Promise<{ discord: DiscordSimulator; bot: RunningEasel; port: number }> {
  const [discord, port] = [await startDiscord(), await freePort()];
  const bot = startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent", HEALTH_PORT: String(port) });
  return { discord, bot, port };
}

/** Every change of a page until nobody answers. */
async function follow(port: number, page: string): Promise<number[]> {
  const seen: number[] = [];
  for (;;) {
    const found = await look(port, page);
    if (!found) return seen;
    if (found.status !== seen.at(-1)) seen.push(found.status);
    await sleep(2);
  }
}

const statusOf = async (port: number, page: string) => (await look(port, page))?.status;
const discordIn = async (port: number) => (await look(port, "/health"))?.body.parts["discord"];

describe("the health of the whole program in Discord", { timeout: LIMIT_MS }, () => {
  it("is there before the session is, and then all is well", async () => {
    const discord = await startDiscord();
    const port = await freePort();
    discord.gateway.refuseUpgrades(true);
    startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent", HEALTH_PORT: String(port) });
    await expect.poll(() => statusOf(port, "/livez"), { timeout: PATIENCE_MS }).toBe(200);
    await expect.poll(() => discordIn(port), { timeout: PATIENCE_MS }).toMatchObject({ state: "down" });
    const early = await statusOf(port, "/readyz");
    discord.gateway.refuseUpgrades(false);
    await expect.poll(() => statusOf(port, "/readyz"), { timeout: PATIENCE_MS }).toBe(200);

    expect(early).toBe(503);
    expect(await look(port, "/health")).toEqual({
      status: 200,
      body: {
        state: "ok",
        parts: Object.fromEntries(
          ["database", "disk", "devices", "safety", "drawing", "discord"].map((name) => [name, { state: "ok" }]),
        ),
      },
    });
  });

  it("case 12: is degraded while a limit without a time keeps it from asking", async () => {
    const { discord, port } = await start();
    await ready(discord);
    await expect.poll(() => statusOf(port, "/readyz"), { timeout: PATIENCE_MS }).toBe(200);

    discord.faults.add({ path: /.*/, kind: "cloudflare", count: 1000 });
    draw(discord);
    await expect.poll(() => discordIn(port), { timeout: PATIENCE_MS }).toMatchObject({ state: "degraded" });

    const { status, body } = (await look(port, "/health"))!;
    expect([status, body.state]).toEqual([200, "degraded"]);
    expect(body.parts["discord"]!.why).toMatch(/^Discord limits this bot; no requests for another \d+ s\.$/);
    expect(discord.requests.filter(({ status: code }) => code === 429)).toHaveLength(1);
  });

  it("case 13: is well again after one 401, without a restart", async () => {
    const { discord, bot, port } = await start();
    await ready(discord);
    const asked = draw(discord, { steps: 30, count: 2 });
    await discord.waitForMessage((one) => one.interactionId === asked.id && says("Drawing")(one), PATIENCE_MS);
    discord.advanceClock(16 * MINUTE_MS);
    discord.faults.add({ method: "POST", path: CHANNEL_POSTS, ...unauthorized });

    await discord.waitForMessage((one) => isAnswer(one), PATIENCE_MS);

    expect(discord.requests.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(1);
    expect(await discordIn(port)).toEqual({ state: "ok" });
    expect(bot.process.exitCode).toBeNull();
    await answerTo(discord, draw(discord));
  });

  it("case 13: 401 again and again is not ready, and then it is gone", async () => {
    const { discord, bot, port } = await start();
    await ready(discord);
    const asked = draw(discord, { steps: 30, count: 2 });
    await discord.waitForMessage((one) => one.interactionId === asked.id && says("Drawing")(one), PATIENCE_MS);
    discord.advanceClock(16 * MINUTE_MS);
    discord.faults.add({ path: /^\/(channels|users)\//, ...unauthorized, count: 1000 });

    expect(await follow(port, "/readyz")).toEqual([200, 503]);
    expect(await bot.exited).toBe(1);
  });

  it.each([4004, 4013, 4014])(
    "case 21: is not ready from a close with %i on until the program has ended",
    async (code) => {
      const { discord, bot, port } = await start();
      await ready(discord);
      await expect.poll(() => statusOf(port, "/readyz"), { timeout: PATIENCE_MS }).toBe(200);

      const seen = follow(port, "/readyz");
      await sleep(50);
      const closedAt = performance.now();
      discord.gateway.close(code);

      expect(await bot.exited).toBe(1);
      expect(performance.now() - closedAt).toBeLessThan(PATIENCE_MS);
      expect(await seen).toEqual([200, 503]);
    },
  );
});

const unauthorized = {
  kind: "status",
  status: 401,
  body: JSON.stringify({ message: "401: Unauthorized", code: 0 }),
  contentType: "application/json",
} as const;
