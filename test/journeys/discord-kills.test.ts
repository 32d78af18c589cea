import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { DiscordSimulator, InjectedInteraction } from "../../src/simulator/discord/discord-simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  answers,
  answerTo,
  CALLBACK,
  draw,
  drawing,
  endingOf,
  endings,
  isAnswer,
  kill,
  ORIGINAL,
  PATIENCE_MS,
  ready,
  rowsOf,
  says,
  startBot,
  startDiscord,
} from "./run-discord.ts";

const LIMIT_MS = 4 * PATIENCE_MS;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" });
}

/** Until when a program that is about to be killed goes on. */
const MOMENTS: Readonly<
  Record<string, (discord: DiscordSimulator, asked: InjectedInteraction, folder: string) => Promise<unknown>>
> = {
  queued: (discord) => discord.waitForMessage(says("Next in line"), PATIENCE_MS),
  drawing: (discord, asked) => drawing(discord, asked),
  encoding: async (_, asked, folder) => {
    await asked.waitForCallback();
    const blobs = () => filesBelow(join(folder, "data", "blobs")).filter((name) => /[0-9a-f]{32}/.test(name)).length;
    await expect.poll(blobs, { interval: 5, timeout: PATIENCE_MS }).toBeGreaterThan(0);
  },
  uploading: async (discord, asked) => {
    await drawing(discord, asked);
    discord.faults.add({ method: "PATCH", path: ORIGINAL, kind: "hang", count: 1000 });
    const isUpload = () => discord.requests.some(({ status, files }) => status === "hang" && files.length === 4);
    await expect.poll(isUpload, { timeout: PATIENCE_MS }).toBe(true);
  },
  "uploaded and not written down": async (discord, asked) => {
    await drawing(discord, asked);
    discord.faults.add({ method: "PATCH", path: ORIGINAL, kind: "hang-after-processing", count: 1000 });
    await discord.waitForMessage(isAnswer, PATIENCE_MS);
  },
};

describe("the whole program in Discord, killed and started again", { timeout: LIMIT_MS }, () => {
  it.each(Object.entries(MOMENTS))(
    "case 46: while %s, answers each job once and leaves nothing behind",
    async (_, moment) => {
      const discord = await startDiscord();
      const folder = temporaryFolder();
      const first = startBot(discord, folder, { LOG_LEVEL: "silent" });
      await ready(discord);

      const asked = draw(discord, { steps: 50, count: 4 });
      const behind = draw(discord, { prompt: "a star" });
      await behind.waitForCallback();
      await moment(discord, asked, folder);
      await kill(discord, first);
      discord.faults.clear();
      const second = startBot(discord, folder, { LOG_LEVEL: "warn" });
      await expect.poll(() => answers(discord).length, { timeout: PATIENCE_MS }).toBe(2);
      second.process.kill("SIGTERM");
      expect(await second.exited).toBe(0);

      // Who was killed before the job was written down has promised nothing.
      expect([asked, behind].map((one) => endings(discord, one).length)).toEqual([1, 1]);
      expect(discord.messages.all()).toHaveLength(2);
      expect(filesBelow(join(folder, "data")).filter((name) => /\.tmp|\.part/.test(name))).toEqual([]);
      expect(discord.violations).toEqual([]);
    },
  );

  it("case 46: between an acknowledgement and its job, leaves nobody with “thinking…”", async () => {
    const discord = await startDiscord();
    const folder = temporaryFolder();
    const first = startBot(discord, folder, { LOG_LEVEL: "silent" });
    await ready(discord);

    // While one acknowledgement is under way, what the others promise waits.
    discord.faults.add({ path: CALLBACK, kind: "hang-after-processing" });
    const held = draw(discord);
    await held.waitForCallback();
    const drawn = draw(discord, { prompt: "a star" });
    const helped = discord.inject.slash({ name: "help" });
    await Promise.all([drawn.waitForCallback(), helped.waitForCallback()]);
    await kill(discord, first);
    expect(rowsOf(folder, "jobs")).toBe(0);
    expect(rowsOf(folder, "unanswered")).toBe(3);
    const second = startBot(discord, folder, { LOG_LEVEL: "warn" });
    await Promise.all([held, drawn].map((one) => answerTo(discord, one)));
    const told = await endingOf(discord, helped);
    second.process.kill("SIGTERM");
    expect(await second.exited).toBe(0);

    expect(says("I was restarted before I could answer")(told)).toBe(true);
    expect([held, drawn, helped].map((one) => endings(discord, one).length)).toEqual([1, 1, 1]);
    expect(discord.messages.all()).toHaveLength(3);
    expect(rowsOf(folder, "unanswered")).toBe(0);
    expect(discord.violations).toEqual([]);
  });

  it("case 47: on SIGTERM finishes or keeps what is drawn, takes nothing new, and answers each once in all", async () => {
    const discord = await startDiscord();
    const folder = temporaryFolder();
    const first = startBot(discord, folder, { LOG_LEVEL: "silent" });
    await ready(discord);
    const asked = [draw(discord, { steps: 50, count: 8 }), draw(discord, { prompt: "a star", steps: 30, count: 4 })];
    await drawing(discord, asked[0]!);

    first.process.kill("SIGTERM");
    await sleep(2000);
    const late = await endingOf(discord, draw(discord, { prompt: "too late" }));
    expect(await first.exited).toBe(0);
    const second = startBot(discord, folder, { LOG_LEVEL: "silent" });
    await Promise.all(asked.map((one) => answerTo(discord, one)));

    expect(says("I am restarting")(late)).toBe(true);
    expect(late.visibleTo).toBe(discord.world.alice.id);
    expect(asked.map((one) => endings(discord, one).length)).toEqual([1, 1]);
    expect(filesBelow(join(folder, "data")).filter((name) => name.includes(".tmp"))).toEqual([]);
    expect(second.process.exitCode).toBeNull();
    expect(discord.violations).toEqual([]);
  });
});
