import { MessageFlags } from "discord-api-types/v10";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { DiscordSimulator, InjectedInteraction } from "../../src/simulator/discord/discord-simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  answers,
  answerTo,
  CALLBACK,
  draw,
  endingOf,
  endings,
  isAnswer,
  ORIGINAL,
  PATIENCE_MS,
  ready,
  says,
  startBot,
  startDiscord,
  useStage,
} from "./run-discord.ts";

const LIMIT_MS = 3 * PATIENCE_MS;
const ACK_LIMIT_MS = 3000;

/** A job that was started before this one has an answer before it: nothing is under way any more. */
async function quiet(discord: DiscordSimulator): Promise<void> {
  await answerTo(discord, draw(discord, { prompt: "a star" }));
}

/** Callbacks that Discord took; a busy machine may try one again. */
function accepted(discord: DiscordSimulator, since: number) {
  return discord.requests.slice(since).filter(({ path, status }) => CALLBACK.test(path) && status === 204);
}

describe("an interaction with the whole program", { timeout: LIMIT_MS }, () => {
  const stage = useStage({ LOG_LEVEL: "warn", REQUESTS_PER_MINUTE: "1000" }, { heartbeatIntervalMs: 1000 });

  it("case 1: a command is deferred and becomes one message of pictures with alt texts", async () => {
    const { discord } = stage;
    const before = discord.requests.length;

    const asked = draw(discord, { count: 2 });
    const { message } = await answerTo(discord, asked);

    expect(asked.callback()).toMatchObject({ type: 5, data: undefined });
    expect(asked.callback()!.afterMs).toBeLessThan(ACK_LIMIT_MS);
    expect(accepted(discord, before)).toHaveLength(1);
    const [edit, ...more] = discord.requests
      .slice(before)
      .filter(({ method, path, files }) => method === "PATCH" && ORIGINAL.test(path) && files.length === 2);
    expect(more).toEqual([]);
    const { flags, attachments, components } = edit!.body as {
      flags: number;
      attachments: { filename: string; description: string }[];
      components: unknown;
    };
    expect(flags).toBe(MessageFlags.IsComponentsV2);
    for (const { filename, description } of attachments) {
      expect(JSON.stringify(components)).toContain(`attachment://${filename}`);
      expect(description).toContain("AI-generated image");
    }
    expect(message.attachments).toHaveLength(2);
    expect(endings(discord, asked)).toHaveLength(1);
  });

  it("case 2: while a model draws, acknowledgements and heartbeats are in time", async () => {
    const { discord } = stage;
    const drawing = draw(discord, { steps: 50, count: 4 });
    await discord.waitForMessage((one) => one.interactionId === drawing.id && says("Drawing")(one), PATIENCE_MS);
    const { heartbeats, closes } = discord.counters;
    const startedAt = discord.requests.at(-1)!.atMs;

    const asked = Array.from({ length: 30 }, () => discord.inject.slash({ name: "queue" }));
    await Promise.all(asked.map((one) => one.waitForCallback()));
    await answerTo(discord, drawing);

    const passedMs = discord.requests.at(-1)!.atMs - startedAt;
    expect(Math.max(...asked.map((one) => one.callback()!.afterMs))).toBeLessThan(ACK_LIMIT_MS);
    expect(discord.counters.heartbeats - heartbeats).toBeGreaterThanOrEqual(Math.floor(passedMs / 1000) - 1);
    expect(discord.counters.closes).toEqual(closes);
  });

  it("case 3: an event that is 3.5 s old starts nothing", async () => {
    const { discord, bot } = stage;
    const before = discord.requests.length;

    const late = draw(discord, {}, { ageMs: 3500 });
    await quiet(discord);

    expect(discord.requests.slice(before).some(({ path }) => path.includes(late.id))).toBe(false);
    expect(endings(discord, late)).toEqual([]);
    expect(bot.output()).toMatch(/"tooLate":1,.*came too late/);
  });

  it("case 3: a callback that Discord calls too late starts nothing", async () => {
    const { discord } = stage;
    const unknown = { code: 10062, message: "Unknown interaction" };
    discord.faults.add({
      path: CALLBACK,
      kind: "status",
      status: 404,
      body: JSON.stringify(unknown),
      contentType: "application/json",
    });

    const late = draw(discord);
    await quiet(discord);

    expect(late.callback()).toBeUndefined();
    expect(endings(discord, late)).toEqual([]);
  });

  it("case 4: a callback that gets 502 twice is there within the three seconds", async () => {
    const { discord } = stage;
    discord.faults.add({ path: CALLBACK, kind: "status", status: 502, count: 2 });

    const asked = draw(discord);
    await answerTo(discord, asked);

    expect(asked.callback()!.afterMs).toBeLessThan(ACK_LIMIT_MS);
    expect(endings(discord, asked)).toHaveLength(1);
  });

  it("case 4: a callback that gets 502 for as long as it counts starts nothing", async () => {
    const { discord } = stage;
    discord.faults.add({ path: CALLBACK, kind: "status", status: 502, count: 1000 });

    const asked = draw(discord, { prompt: "never drawn" });
    await sleep(ACK_LIMIT_MS + 1000);
    discord.faults.clear();
    await quiet(discord);

    expect(asked.callback()).toBeUndefined();
    expect(discord.messages.all().some(says("never drawn"))).toBe(false);
  });

  it("case 5: a callback whose reply is lost counts, and the answer reaches the placeholder", async () => {
    const { discord } = stage;
    discord.faults.add({ path: CALLBACK, kind: "reset-after-processing" });

    const asked = draw(discord);
    const { message } = await answerTo(discord, asked);

    expect(message.id).toBe(asked.original()!.message.id);
    expect(endings(discord, asked)).toHaveLength(1);
  });

  it("case 5: a callback whose reply is lost and whose placeholder is gone ends there", async () => {
    const { discord } = stage;
    discord.faults.add({ path: CALLBACK, kind: "reset-after-processing" });

    const asked = draw(discord, { steps: 50, count: 8, prompt: "a fox nobody waits for" });
    await asked.waitForCallback();
    discord.messages.delete(asked.original()!.message.id);
    await quiet(discord);

    expect(discord.messages.all().filter((one) => !one.deleted && says("nobody waits for")(one))).toEqual([]);
  });

  it("case 6: an interaction that another process acknowledged is left to it", async () => {
    const { discord } = stage;
    const body = JSON.stringify({ code: 40060, message: "Interaction has already been acknowledged." });
    discord.faults.add({ path: CALLBACK, kind: "status", status: 400, body, contentType: "application/json" });

    const asked = draw(discord);
    await quiet(discord);

    expect(endings(discord, asked)).toEqual([]);
    expect(asked.callback()).toBeUndefined();
  });

  it("case 22: an event that comes twice is one job", async () => {
    const { discord } = stage;
    const before = discord.requests.length;

    const asked = draw(discord);
    asked.redeliver();
    await answerTo(discord, asked);
    asked.redeliver();
    await quiet(discord);

    expect(endings(discord, asked)).toHaveLength(1);
    expect(accepted(discord, before).filter(({ path }) => path.includes(asked.id))).toHaveLength(1);
  });

  it("case 23: forged, foreign and old buttons are refused to the person alone", async () => {
    const { discord } = stage;
    const { message } = await answerTo(discord, draw(discord, { private: true }));
    const [, job] = /v1:reroll:([a-z0-9]+)/.exec(JSON.stringify(message.components))!;

    const presses = ["v0:reroll:abc", "x".repeat(100), "v1:nothing:abc", `v1:reroll:${job}`].map((customId) =>
      discord.inject.button({ messageId: message.id, customId, forged: true, userId: discord.world.bob.id }),
    );
    const told = await Promise.all(presses.map((press) => endingOf(discord, press)));

    expect(told.map(({ visibleTo }) => visibleTo)).toEqual(presses.map(() => discord.world.bob.id));
    expect(says("There is no job")(told[3]!)).toBe(true);
    const ids = JSON.stringify(message.components).match(/v1:[a-z0-9:-]+/g)!;
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(100);
  });

  it("case 24: of fifty clicks on Reroll the first draws, the others are told that it does", async () => {
    const { discord } = stage;
    const { message } = await answerTo(discord, draw(discord, { steps: 50, count: 4 }));
    const [customId] = /v1:reroll:[a-z0-9]+/.exec(JSON.stringify(message.components))!;
    const before = answers(discord).length;

    const clicks = Array.from({ length: 50 }, () => discord.inject.button({ messageId: message.id, customId }));
    const ended = await Promise.all(clicks.map((click) => endingOf(discord, click)));

    expect(Math.max(...clicks.map((click) => click.callback()!.afterMs))).toBeLessThan(ACK_LIMIT_MS);
    expect(answers(discord).length - before).toBe(1);
    expect(ended.filter((one) => one.visibleTo !== undefined && says("drawing that already")(one))).toHaveLength(49);
  });

  it("case 27: a hostile prompt pings nobody and stays within the limits", async () => {
    const { discord } = stage;
    const prompt = `@everyone <@&1> <@${discord.world.bob.id}> attachment://easel.png ||x|| ${"😀".repeat(600)}\u202E\u200B`;

    const { message } = await answerTo(discord, draw(discord, { prompt }));

    const edit = discord.requests.findLast(({ files, path }) => files.length > 0 && ORIGINAL.test(path))!;
    expect(edit.body).toMatchObject({ allowed_mentions: { parse: [] } });
    expect([message.mentions, message.mention_everyone]).toEqual([[], false]);
    const shown = [...JSON.stringify(message.components).matchAll(/"content":("(?:[^"\\]|\\.)*")/g)];
    const chars = shown.reduce((sum, [, content]) => sum + (JSON.parse(content!) as string).length, 0);
    expect(chars).toBeLessThanOrEqual(4000);
  });

  it("case 27: a prompt of 4000 emoji is declined with the limit", async () => {
    const { discord } = stage;

    const told = await endingOf(discord, draw(discord, { prompt: "😀".repeat(3000) }));

    expect(says(/the limit is 2000/)(told)).toBe(true);
    expect(told.visibleTo).toBe(discord.world.alice.id);
  });

  it.each([
    { where: "bot-dm", install: "guild" },
    { where: "private-channel", install: "user" },
    { where: "guild", install: "user" },
  ] as const)(
    "case 29: $where with the bot installed by a $install gets every answer, by five new messages at most",
    async (context) => {
      const { discord } = stage;
      const { alice } = discord.world;

      const asked = draw(discord, { prompt: "a {red|blue|green|black|white|grey|pink|brown} fox" }, context);
      const question = await endingOf(discord, asked);
      const [customId] = /v1:confirm:[a-z0-9]+/.exec(JSON.stringify(question.message.components))!;
      const before = answers(discord).length;
      const confirmed = discord.inject.button({
        messageId: question.message.id,
        customId,
        ...context,
        userId: alice.id,
      });
      await expect.poll(() => answers(discord).length - before, { timeout: PATIENCE_MS }).toBe(8);

      // Only who installed the bot for themselves gets no more.
      expect(confirmed.followUps().length).toBeLessThanOrEqual(context.install === "user" ? 5 : 7);
      expect(discord.counters.errors.get(40094)).toBeUndefined();
    },
  );

  it("shows previews at most every two seconds, and the answer last", async () => {
    const { discord } = stage;
    const before = discord.requests.length;

    const asked = draw(discord, { steps: 50, count: 8 });
    const answer = await answerTo(discord, asked);

    const edits = discord.requests.slice(before).filter(({ path }) => ORIGINAL.test(path));
    const previews = edits.filter(({ files }) => files.some(({ filename }) => filename.startsWith("preview")));
    expect(previews.length).toBeGreaterThan(0);
    const gaps = edits.slice(1, -1).map(({ atMs }, i) => atMs - edits[i]!.atMs);
    // Edits leave two seconds apart; on a busy machine one may be heard late and the next in time.
    expect(Math.min(Number.POSITIVE_INFINITY, ...gaps)).toBeGreaterThanOrEqual(1500);
    expect(edits.at(-1)!.files).toHaveLength(8);
    expect(answer.message.attachments).toHaveLength(8);
    expect(says("preview")(answer)).toBe(false);
  });

  it("acknowledges each of a burst of 200 once, and ends each with one message", async () => {
    const { discord } = stage;
    const before = discord.requests.length;
    const people = Array.from({ length: 200 }, (_, i) => discord.world.addUser(`member${i}`).id);

    const asked = people.map((userId, i): InjectedInteraction => {
      if (i % 10 === 0) return draw(discord, { steps: 1 }, { userId });
      return discord.inject.slash({ name: i % 2 === 0 ? "queue" : "help", userId });
    });
    await Promise.all(asked.map((one) => endingOf(discord, one)));
    await quiet(discord);

    const acknowledged = accepted(discord, before);
    expect(new Set(acknowledged.map(({ path }) => path)).size).toBe(acknowledged.length);
    expect(asked.map((one) => one.callback()?.type)).toEqual(asked.map(() => 5));
    expect(asked.map((one) => endings(discord, one).length)).toEqual(asked.map(() => 1));
  });
});

describe("two programs with one token", { timeout: LIMIT_MS }, () => {
  it("case 25: answer every interaction once", async () => {
    const discord = await startDiscord();
    const bots = [temporaryFolder(), temporaryFolder()].map((folder) =>
      startBot(discord, folder, { LOG_LEVEL: "warn" }),
    );
    await ready(discord);
    await expect.poll(() => discord.gateway.connected, { timeout: PATIENCE_MS }).toBe(2);

    const asked = Array.from({ length: 5 }, () => draw(discord));
    await Promise.all(asked.map((one) => answerTo(discord, one)));
    await sleep(1000);

    expect(asked.map((one) => endings(discord, one).length)).toEqual([1, 1, 1, 1, 1]);
    expect(discord.messages.all().filter(isAnswer)).toHaveLength(5);
    expect(discord.counters.errors.get(40060)).toBeGreaterThanOrEqual(5);
    for (const bot of bots) expect(bot.process.exitCode).toBeNull();
    expect(discord.violations).toEqual([]);
  });
});
