import { createServer, connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  answers,
  answerTo,
  CHANNEL_POSTS,
  draw,
  drawing,
  endings,
  isAnswer,
  PATIENCE_MS,
  ready,
  says,
  startBot,
  startDiscord,
} from "./run-discord.ts";

const LIMIT_MS = 3 * PATIENCE_MS;
const MINUTE_MS = 60_000;

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
    await drawing(discord, asked);
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
    await drawing(discord, asked);
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
  it("case 15: takes four large pictures over a slow line in one upload, for which a stock client has too little time", async () => {
    const discord = await startDiscord();
    const slow = await slowLine(Number(new URL(discord.apiUrl).port), LINE_BYTES_PER_SECOND);
    startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent", DISCORD_API_URL: `http://127.0.0.1:${slow}/api` });
    await ready(discord);

    const asked = draw(discord, { prompt: "confetti", count: 4, model: "easel-v1", size: "768x768" });
    await answerTo(discord, asked);

    const uploads = discord.requests.filter(({ files }) => files.length === 4);
    expect(uploads).toHaveLength(1);
    const sent = uploads[0]!.files.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(sent / LINE_BYTES_PER_SECOND).toBeGreaterThan(STOCK_TIMEOUT_S);
    expect(endings(discord, asked)).toHaveLength(1);
    expect(discord.violations).toEqual([]);
  });
});

/** 1 Mbit/s: half of what the case asks for, so that the pictures of the built-in model are large enough. */
const LINE_BYTES_PER_SECOND = 1_000_000 / 8;
/** What discord.js gives a request. */
const STOCK_TIMEOUT_S = 15;

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
