import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DiscordSimulator, StoredMessage } from "../../src/simulator/discord/discord-simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { answers, isAnswer, PATIENCE_MS, ready, startBot, startDiscord } from "./run-discord.ts";

const LIMIT_MS = 3 * PATIENCE_MS;
const ORIGINAL = /\/messages\/@original$/;

function draw(discord: DiscordSimulator, options: Readonly<Record<string, string | number | boolean>> = {}) {
  return discord.inject.slash({ name: "imagine", options: { prompt: "a fox", seed: 7, ...options } });
}

function says(text: string) {
  return ({ message }: StoredMessage) => JSON.stringify(message.components).includes(text);
}

describe("the whole program in a Discord with faults", () => {
  it(
    "posts the answer once after failures and lost replies of every edit (case 7)",
    async () => {
      const discord = await startDiscord();
      startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
      await ready(discord);
      for (const kind of ["reset-before", "reset-after-processing"] as const)
        discord.faults.add({ method: "PATCH", path: ORIGINAL, kind, count: 2 });
      discord.faults.add({ method: "PATCH", path: ORIGINAL, kind: "status", status: 502, count: 3 });

      draw(discord);
      await discord.waitForMessage(isAnswer, PATIENCE_MS);

      expect(answers(discord)).toHaveLength(1);
      expect(discord.messages.all()).toHaveLength(1);
      expect(discord.violations).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "posts into the channel and mentions the person when the interaction has died meanwhile (case 9)",
    async () => {
      const discord = await startDiscord();
      startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
      await ready(discord);

      const asked = draw(discord, { steps: 40 });
      await asked.waitForCallback();
      discord.advanceClock(16 * 60_000);
      const { message } = await discord.waitForMessage(isAnswer, PATIENCE_MS);

      expect(message.id).not.toBe(asked.original()!.message.id);
      expect(JSON.stringify(message.components)).toContain(`<@${discord.world.alice.id}>`);
      expect(answers(discord)).toHaveLength(1);
      expect(discord.violations).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "cancels the job of a deleted placeholder and posts nothing (case 8)",
    async () => {
      const discord = await startDiscord();
      startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
      await ready(discord);

      const asked = draw(discord, { steps: 50, count: 8 });
      await asked.waitForCallback();
      discord.messages.delete(asked.original()!.message.id);
      draw(discord, { prompt: "a star" });
      await discord.waitForMessage(isAnswer, PATIENCE_MS);

      expect(answers(discord)).toHaveLength(1);
      expect(JSON.stringify(answers(discord)[0]!.message.components)).toContain("a star");
    },
    LIMIT_MS,
  );

  it(
    "refuses forged and foreign buttons to the person alone, and goes on (case 23)",
    async () => {
      const discord = await startDiscord();
      startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
      await ready(discord);
      draw(discord, { private: true });
      const { message } = await discord.waitForMessage(isAnswer, PATIENCE_MS);
      const [, job] = /v1:reroll:([a-z0-9]+)/.exec(JSON.stringify(message.components))!;

      const forged = ["v0:reroll:abc", "x".repeat(100), "v1:nothing:abc", `v1:cancel:${job}`].map((customId) =>
        discord.inject.button({ messageId: message.id, customId, forged: true, userId: discord.world.bob.id }),
      );
      const notes = await Promise.all(
        forged.map((press) =>
          discord.waitForMessage((one) => one.interactionId === press.id && says("content")(one), PATIENCE_MS),
        ),
      );

      expect(notes.map(({ visibleTo }) => visibleTo)).toEqual(forged.map(() => discord.world.bob.id));
      expect(JSON.stringify(notes[3]!.message.components)).toContain("There is no job");
      expect(discord.violations).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "acknowledges fifty clicks on Reroll within a second and tells the greedy (case 24)",
    async () => {
      const discord = await startDiscord();
      startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent", REQUESTS_PER_MINUTE: "3" });
      await ready(discord);
      draw(discord);
      const { message } = await discord.waitForMessage(isAnswer, PATIENCE_MS);
      const [customId] = /v1:reroll:[a-z0-9]+/.exec(JSON.stringify(message.components))!;

      const clicks = Array.from({ length: 50 }, () => discord.inject.button({ messageId: message.id, customId }));
      const acknowledged = await Promise.all(clicks.map((click) => click.waitForCallback()));
      await discord.waitForMessage((one) => one.visibleTo !== undefined && says("too fast")(one), PATIENCE_MS);
      await expect.poll(() => answers(discord).length, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(2);

      expect(Math.max(...acknowledged.map(({ afterMs }) => afterMs))).toBeLessThan(3000);
      expect(discord.violations).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "keeps acknowledging and its heartbeats while a model draws (cases 1 and 2)",
    async () => {
      const discord = await startDiscord({ heartbeatIntervalMs: 1000 });
      startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
      await ready(discord);
      draw(discord, { steps: 50, count: 4 });
      await discord.waitForMessage(says("Drawing"), PATIENCE_MS);
      const before = discord.counters.heartbeats;

      const asked = Array.from({ length: 20 }, () => discord.inject.slash({ name: "queue" }));
      const acknowledged = await Promise.all(asked.map((one) => one.waitForCallback()));
      await discord.waitForMessage(isAnswer, PATIENCE_MS);

      expect(Math.max(...acknowledged.map(({ afterMs }) => afterMs))).toBeLessThan(3000);
      expect(discord.counters.heartbeats).toBeGreaterThan(before);
      expect(discord.counters.closes).toEqual([]);
      expect(discord.violations).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each([
    ["4004", 4004, /token/],
    ["4014", 4014, /privileged/],
  ])(
    "ends with a sentence and exit code 1 when the gateway closes with %s (case 21)",
    async (_, code, sentence) => {
      const discord = await startDiscord();
      const bot = startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
      await ready(discord);

      discord.gateway.close(code);

      expect(await bot.exited).toBe(1);
      expect(bot.output()).toMatch(sentence);
    },
    LIMIT_MS,
  );

  it(
    "ends with a sentence when the token is wrong, after few requests (case 13)",
    async () => {
      const discord = await startDiscord();
      const bot = startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent", DISCORD_TOKEN: "wrong.token.here" });

      expect(await bot.exited).toBe(1);
      expect(bot.output()).toContain("does not accept the token");
      expect(discord.counters.invalidRequests).toBeLessThanOrEqual(10);
    },
    LIMIT_MS,
  );

  it(
    "on SIGTERM finishes or keeps what is being drawn, and answers it once in all (case 47)",
    async () => {
      const discord = await startDiscord();
      const folder = temporaryFolder();
      const first = startBot(discord, folder, { LOG_LEVEL: "silent" });
      await ready(discord);
      draw(discord, { steps: 30, count: 4 });
      draw(discord, { prompt: "a star", steps: 30, count: 4 });
      await discord.waitForMessage(says("Drawing"), PATIENCE_MS);

      first.process.kill("SIGTERM");
      expect(await first.exited).toBe(0);
      startBot(discord, folder, { LOG_LEVEL: "silent" });
      await expect.poll(() => answers(discord).length, { timeout: PATIENCE_MS }).toBe(2);

      expect(discord.messages.all()).toHaveLength(2);
      expect(readdirSync(join(folder, "data")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      expect(discord.violations).toEqual([]);
    },
    LIMIT_MS,
  );
});
