import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { DiscordSimulator } from "../../src/simulator/discord/discord-simulator.ts";
import {
  answers,
  answerTo,
  CHANNEL_POSTS,
  count,
  draw,
  drawing,
  endingOf,
  endings,
  isAnswer,
  ORIGINAL,
  PATIENCE_MS,
  says,
  statesOf,
  useStage,
} from "./run-discord.ts";

const LIMIT_MS = 3 * PATIENCE_MS;
const MINUTE_MS = 60_000;

/** A job that was started before this one has an answer before it: nothing is under way any more. */
async function quiet(discord: DiscordSimulator): Promise<void> {
  await answerTo(discord, draw(discord, { prompt: "a star" }));
}

describe("an answer of the whole program", { timeout: LIMIT_MS }, () => {
  const stage = useStage({ LOG_LEVEL: "warn", REQUESTS_PER_MINUTE: "1000", MAX_WAITING_PER_PERSON: "1000" });

  it.each([
    ["500", { kind: "status", status: 500 }],
    ["502", { kind: "status", status: 502 }],
    ["503", { kind: "status", status: 503 }],
    ["a connection that breaks", { kind: "reset-before" }],
    ["a reply that is lost", { kind: "reset-after-processing" }],
  ] as const)("case 7: arrives once in spite of %s, three times", async (_, fault) => {
    const { discord } = stage;
    const messages = discord.messages.all().length;
    discord.faults.add({ method: "PATCH", path: ORIGINAL, count: 3, ...fault });

    const asked = draw(discord);
    const { message } = await answerTo(discord, asked);

    expect(message.id).toBe(asked.original()!.message.id);
    expect(endings(discord, asked)).toHaveLength(1);
    expect(discord.messages.all().length).toBe(messages + 1);
  });

  it("case 8: whose placeholder is deleted goes nowhere, and the device is free", async () => {
    const { discord, folder } = stage;
    const posts = count(discord, "POST", CHANNEL_POSTS);

    const asked = draw(discord, { steps: 50, count: 8, prompt: "a deleted fox" });
    await asked.waitForCallback();
    discord.messages.delete(asked.original()!.message.id);
    await quiet(discord);

    expect(discord.messages.all().filter((one) => !one.deleted && says("a deleted fox")(one))).toEqual([]);
    expect(count(discord, "POST", CHANNEL_POSTS)).toBe(posts);
    expect(statesOf(folder, "a deleted fox")).toEqual(["cancelled"]);
  });

  it.each([
    ["user", 4000],
    ["shared", 5000],
    ["global", 2000],
  ] as const)("case 11: waits out a limit of scope %s once, and others go on", async (scope, retryAfterMs) => {
    const { discord } = stage;
    const before = discord.requests.length;
    discord.faults.add({ method: "PATCH", path: ORIGINAL, kind: "ratelimit", scope, retryAfterMs });

    const limited = draw(discord);
    await expect
      .poll(() => discord.requests.slice(before).some(({ status }) => status === 429), { timeout: PATIENCE_MS })
      .toBe(true);
    const { id: channelId } = discord.world.addChannel("elsewhere");
    const other = discord.inject.slash({ name: "help", channelId });
    await endingOf(discord, other);
    await answerTo(discord, limited);

    const edits = discord.requests
      .slice(before)
      .filter(({ path, method }) => method === "PATCH" && path.includes(limited.token));
    const [first, second] = [edits.findIndex(({ status }) => status === 429), 1];
    expect(edits.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(edits[first + second]!.atMs - edits[first]!.atMs).toBeGreaterThanOrEqual(retryAfterMs);
    const otherEnd = discord.requests
      .slice(before)
      .find(({ path, method }) => method === "PATCH" && path.includes(other.token))!;
    // A limit of the bot as a whole is everybody's.
    if (scope !== "global") expect(otherEnd.atMs).toBeLessThan(edits[first + second]!.atMs);
  });

  it("case 14: has files within the limit of its place", async () => {
    const { discord } = stage;
    const attachmentSizeLimitBytes = 9000;

    const { message } = await answerTo(discord, draw(discord, { count: 2 }, { attachmentSizeLimitBytes }));

    const large = await answerTo(discord, draw(discord, { count: 2 }));
    expect(Math.max(...message.attachments.map(({ size }) => size))).toBeLessThanOrEqual(attachmentSizeLimitBytes);
    expect(Math.max(...large.message.attachments.map(({ size }) => size))).toBeGreaterThan(attachmentSizeLimitBytes);
    expect(discord.counters.errors.get(40005)).toBeUndefined();
  });

  it("case 14: that Discord finds too large is sent smaller once, and then says so", async () => {
    const { discord } = stage;
    const body = JSON.stringify({ code: 40005, message: "Request entity too large" });
    const asked = draw(discord, { steps: 50, count: 8 });
    await drawing(discord, asked);
    discord.faults.add({
      method: "PATCH",
      path: ORIGINAL,
      withFiles: true,
      kind: "status",
      status: 413,
      count: 1000,
      body,
      contentType: "application/json",
    });
    await expect
      .poll(() => discord.requests.filter(({ status, files }) => status === 413 && files.length > 1).length, {
        timeout: PATIENCE_MS,
      })
      .toBe(2);
    discord.faults.clear();

    const told = await discord.waitForMessage(
      (one) => one.interactionId === asked.id && says("too large for this place")(one),
      PATIENCE_MS,
    );

    expect(told.message.attachments).toEqual([]);
    expect(endings(discord, asked)).toHaveLength(1);
  });

  it.each([50013, 50001, 10003, 50083] as const)(
    "case 28: of an old interaction goes to the person, with a reason, where the channel answers %i",
    async (code) => {
      const { discord } = stage;
      const { id: channelId } = discord.world.addChannel("closed");
      const before = discord.requests.length;

      const asked = draw(discord, { steps: 50, count: 8 }, { channelId });
      await drawing(discord, asked);
      discord.forbid(channelId, code);
      discord.advanceClock(16 * MINUTE_MS);
      const direct = discord.world.dmWith(discord.world.alice.id).id;
      const { message } = await discord.waitForMessage(
        (one) => one.message.channel_id === direct && isAnswer(one) && says(channelId)(one),
        PATIENCE_MS,
      );

      expect(says(`I cannot write into <#${channelId}>`)({ message } as never)).toBe(true);
      expect(count(discord, "POST", new RegExp(`^/channels/${channelId}/messages$`), before)).toBe(1);
    },
  );

  it("case 28: that nobody takes is kept for /history, without a loop", async () => {
    const { discord } = stage;
    const { id: channelId } = discord.world.addChannel("closed");
    const carol = discord.world.addUser("carol").id;
    const before = discord.requests.length;

    const asked = draw(discord, { steps: 50, count: 8, prompt: "a kept fox" }, { channelId, userId: carol });
    await drawing(discord, asked);
    discord.forbid(channelId, 50013);
    discord.forbid(discord.world.dmWith(carol).id, 50007);
    discord.advanceClock(16 * MINUTE_MS);
    await quiet(discord);
    await sleep(2000);
    const told = await endingOf(discord, discord.inject.slash({ name: "history", userId: carol }));

    expect(says("a kept fox")(told)).toBe(true);
    expect(count(discord, "POST", CHANNEL_POSTS, before)).toBe(2);
  });

  it("case 9: that comes after 15 minutes is a message that mentions the person, and the dead token is not tried", async () => {
    const { discord } = stage;
    const asked = draw(discord, { steps: 50, count: 8, prompt: "a late fox" });
    await drawing(discord, asked);

    discord.advanceClock(16 * MINUTE_MS);
    // Whatever Discord answers tells the time.
    await endingOf(discord, discord.inject.slash({ name: "help" }));
    const late = await discord.waitForMessage((one) => isAnswer(one) && says("a late fox")(one), PATIENCE_MS);

    expect(late.message.id).not.toBe(asked.original()!.message.id);
    expect(late.message.channel_id).toBe(discord.world.channelId);
    expect(says(`<@${discord.world.alice.id}>`)(late)).toBe(true);
    expect(late.message.mentions.map(({ id }) => id)).toEqual([discord.world.alice.id]);
    expect(discord.requests.filter(({ path, files }) => path.includes(asked.token) && files.length === 8)).toEqual([]);
    expect(answers(discord).filter(says("a late fox"))).toHaveLength(1);
  });
});
