import { createServer, connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DiscordSimulator } from "../../src/simulator/discord/discord-simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  answers,
  answerTo,
  CHANNEL_POSTS,
  count,
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
    const { discord } = stage;
    const posts = count(discord, "POST", CHANNEL_POSTS);

    const asked = draw(discord, { steps: 50, count: 8, prompt: "a deleted fox" });
    await asked.waitForCallback();
    discord.messages.delete(asked.original()!.message.id);
    await quiet(discord);

    expect(discord.messages.all().filter((one) => !one.deleted && says("a deleted fox")(one))).toEqual([]);
    expect(count(discord, "POST", CHANNEL_POSTS)).toBe(posts);
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
    await discord.waitForMessage((one) => one.interactionId === asked.id && says("Drawing")(one), PATIENCE_MS);
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
      await discord.waitForMessage((one) => one.interactionId === asked.id && says("Drawing")(one), PATIENCE_MS);
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
    await discord.waitForMessage((one) => one.interactionId === asked.id && says("Drawing")(one), PATIENCE_MS);
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
    await discord.waitForMessage((one) => one.interactionId === asked.id && says("Drawing")(one), PATIENCE_MS);

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

describe("a queue of the whole program", { timeout: LIMIT_MS }, () => {
  it("case 10: that is longer than an interaction lives says at once where the answer will be", async () => {
    const discord = await startDiscord();
    startBot(discord, temporaryFolder(), {
      LOG_LEVEL: "silent",
      REQUESTS_PER_MINUTE: "10000",
      MAX_WAITING_PER_PERSON: "1000",
      MAX_WAITING_PER_CHANNEL: "1000",
    });
    await ready(discord);

    for (let i = 0; i < 200; i++)
      draw(discord, { steps: 50, count: 8 }, { userId: discord.world.addUser(`member${i}`).id });
    const last = draw(discord, { steps: 50, count: 8 });
    const told = await discord.waitForMessage(
      (one) => one.interactionId === last.id && says("ahead of you")(one),
      PATIENCE_MS,
    );

    expect(says(/I will post the result here, or send it to you/)(told)).toBe(true);
    expect(says("v1:cancel:")(told)).toBe(true);
    expect(discord.violations).toEqual([]);
  });
});

describe("limits that end the whole program's requests", { timeout: LIMIT_MS }, () => {
  it("case 12: without a time stop all requests; nothing is asked again for a minute", async () => {
    const discord = await startDiscord();
    const bot = startBot(discord, temporaryFolder(), { LOG_LEVEL: "warn" });
    await ready(discord);
    const asked = draw(discord, { steps: 50, count: 4 });
    await asked.waitForCallback();

    discord.faults.add({ path: /.*/, kind: "cloudflare", count: 1000 });
    await expect
      .poll(() => discord.requests.filter(({ status }) => status === 429).length, { timeout: PATIENCE_MS })
      .toBe(1);
    const before = discord.requests.length;
    await sleep(10_000);

    expect(discord.requests.length - before).toBe(0);
    expect(bot.output()).toContain("without saying for how long");
    discord.faults.clear();
    await answerTo(discord, asked);
    expect(endings(discord, asked)).toHaveLength(1);
    expect(discord.violations).toEqual([]);
  });

  const unauthorized = {
    kind: "status",
    status: 401,
    body: JSON.stringify({ message: "401: Unauthorized", code: 0 }),
    contentType: "application/json",
  } as const;

  it("case 13: one 401 is survived", async () => {
    const discord = await startDiscord();
    const bot = startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
    await ready(discord);
    const asked = draw(discord, { steps: 50, count: 8 });
    await discord.waitForMessage((one) => one.interactionId === asked.id && says("Drawing")(one), PATIENCE_MS);
    discord.advanceClock(16 * MINUTE_MS);
    discord.faults.add({ method: "POST", path: CHANNEL_POSTS, ...unauthorized });

    await discord.waitForMessage((one) => isAnswer(one), PATIENCE_MS);

    expect(answers(discord)).toHaveLength(1);
    expect(bot.process.exitCode).toBeNull();
    expect(discord.violations).toEqual([]);
  });

  it("case 13: 401 again and again ends it with a sentence, after at most five requests", async () => {
    const discord = await startDiscord();
    const bot = startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
    await ready(discord);
    const asked = draw(discord, { steps: 50, count: 8 });
    await discord.waitForMessage((one) => one.interactionId === asked.id && says("Drawing")(one), PATIENCE_MS);
    const invalid = discord.counters.invalidRequests;
    discord.advanceClock(16 * MINUTE_MS);
    discord.faults.add({ path: /^\/(channels|users)\//, ...unauthorized, count: 1000 });

    expect(await bot.exited).toBe(1);
    expect(bot.output()).toContain("Discord does not accept the token any more");
    // One of them is the status that finds the interaction dead.
    expect(discord.counters.invalidRequests - invalid).toBeLessThanOrEqual(6);
  });
});

describe("a slow line", { timeout: LIMIT_MS }, () => {
  it("case 15: takes four pictures at 2 Mbit/s in one upload", async () => {
    const discord = await startDiscord();
    const slow = await slowLine(Number(new URL(discord.apiUrl).port), 2_000_000 / 8);
    startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent", DISCORD_API_URL: `http://127.0.0.1:${slow}/api` });
    await ready(discord);

    const asked = draw(discord, { count: 4 });
    await answerTo(discord, asked);

    expect(discord.requests.filter(({ files }) => files.length === 4)).toHaveLength(1);
    expect(endings(discord, asked)).toHaveLength(1);
    expect(discord.violations).toEqual([]);
  });
});

/** A way to a port of this machine that lets so many bytes a second through to it. Resolves to its own port. */
async function slowLine(port: number, bytesPerSecond: number): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    far.pipe(near);
    near.on("data", (chunk: Buffer) => {
      near.pause();
      far.write(chunk);
      setTimeout(() => near.resume(), (chunk.length / bytesPerSecond) * 1000);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
