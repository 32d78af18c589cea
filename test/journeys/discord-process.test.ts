import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Libsql from "libsql";
import { describe, expect, it } from "vitest";
import { installNanModel } from "../support/nan-model.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { canMount, tinyDisk } from "../support/tiny-disk.ts";
import {
  answerTo,
  draw,
  drawing,
  endingOf,
  endings,
  PATIENCE_MS,
  ready,
  rowsOf,
  says,
  startBot,
  startDiscord,
  useStage,
  type RunningEasel,
} from "./run-discord.ts";

const LIMIT_MS = 4 * PATIENCE_MS;

/** The device's process. */
function deviceOf({ process: bot }: RunningEasel): number {
  const found = spawnSync("ps", ["-o", "pid=", "--ppid", String(bot.pid)], { encoding: "utf8" }).stdout.trim();
  return Number(found.split(/\s+/)[0]);
}

describe("the whole program in Discord, with trouble of its own", { timeout: LIMIT_MS }, () => {
  const stage = useStage({ LOG_LEVEL: "warn", REQUESTS_PER_MINUTE: "1000", STEP_DEADLINE_SECONDS: "5" });

  it("case 49: acknowledges while another program holds its database for a moment, and serves then", async () => {
    const { discord, folder } = stage;
    const other = new Libsql(join(folder, "data", "easel.db"));
    other.exec("BEGIN IMMEDIATE");

    const asked = [draw(discord), discord.inject.slash({ name: "help" }), draw(discord, { prompt: "a star" })];
    await sleep(1500);
    other.exec("ROLLBACK");
    other.close();
    await Promise.all(asked.map((one) => endingOf(discord, one)));

    expect(Math.max(...asked.map((one) => one.callback()!.afterMs))).toBeLessThan(3000);
    expect(asked.map((one) => endings(discord, one).length)).toEqual([1, 1, 1]);
  });

  it("case 49: while another program holds its database for long, acknowledges all, says so, and then goes on", async () => {
    const { discord, folder, bot } = stage;
    await answerTo(discord, draw(discord));
    const before = usage(bot);
    const people = Array.from({ length: 20 }, (_, i) => discord.world.addUser(`patient${i}`).id);
    const other = new Libsql(join(folder, "data", "easel.db"));
    other.exec("BEGIN IMMEDIATE");

    const asked = people.map((userId, i) =>
      i % 2 === 0 ? draw(discord, {}, { userId }) : discord.inject.slash({ name: "help", userId }),
    );
    await Promise.all(asked.map((one) => one.waitForCallback()));
    const ended = await Promise.all(asked.map((one) => endingOf(discord, one)));
    const during = usage(bot);
    other.exec("ROLLBACK");
    other.close();
    await answerTo(discord, draw(discord));

    expect(Math.max(...asked.map((one) => one.callback()!.afterMs))).toBeLessThan(3000);
    for (const [i, one] of ended.entries()) {
      expect(one.visibleTo).toBe(people[i]);
      expect(says("Another program holds my database")(one)).toBe(i % 2 === 0);
    }
    expect(asked.map((one) => endings(discord, one).length)).toEqual(asked.map(() => 1));
    expect(during.residentKb).toBeLessThan(before.residentKb + 100_000);
    expect(during.openFiles).toBeLessThan(before.openFiles + 80);
  });

  it("case 50: a device that crashes once costs nobody a picture", async () => {
    const { discord, bot } = stage;

    const asked = draw(discord, { steps: 50, count: 8 });
    await drawing(discord, asked);
    const device = deviceOf(bot);
    process.kill(device, "SIGABRT");
    await answerTo(discord, asked);

    expect(deviceOf(bot)).not.toBe(device);
    expect(endings(discord, asked)).toHaveLength(1);
  });

  it("case 50: a device that crashes at a job again and again is a sentence with Retry, which works", async () => {
    const { discord, bot } = stage;

    const asked = draw(discord, { steps: 50, count: 8 });
    await drawing(discord, asked);
    const first = deviceOf(bot);
    process.kill(first, "SIGABRT");
    await expect.poll(() => deviceOf(bot), { timeout: PATIENCE_MS }).not.toBe(first);
    const restarted = discord.requests.length;
    const isDrawing = () =>
      discord.requests
        .slice(restarted)
        .some(({ path, body }) => path.includes(asked.token) && JSON.stringify(body).includes("Drawing: step"));
    await expect.poll(isDrawing, { timeout: PATIENCE_MS }).toBe(true);
    process.kill(deviceOf(bot), "SIGABRT");
    const told = await endingOf(discord, asked);
    const [customId] = /v1:retry:[a-z0-9]+/.exec(JSON.stringify(told.message.components))!;
    const again = discord.inject.button({ messageId: told.message.id, customId });
    await answerTo(discord, again);

    expect(says("could not be made")(told)).toBe(true);
    expect(endings(discord, asked)).toHaveLength(1);
    expect(endings(discord, again)).toHaveLength(1);
  });

  it("case 50: a device that hangs is replaced after its deadline", async () => {
    const { discord, bot } = stage;

    const asked = draw(discord, { steps: 50, count: 4 });
    await drawing(discord, asked);
    const device = deviceOf(bot);
    process.kill(device, "SIGSTOP");
    await answerTo(discord, asked);

    expect(deviceOf(bot)).not.toBe(device);
    expect(endings(discord, asked)).toHaveLength(1);
  });
});

describe("the whole program in Discord, with a model that makes NaN", { timeout: LIMIT_MS }, () => {
  it("case 50: draws twice, then says so with Retry, takes no quota for it, and draws with another", async () => {
    const folder = temporaryFolder();
    await installNanModel(folder, "overflowing");
    const discord = await startDiscord();
    const bot = startBot(discord, folder, { LOG_LEVEL: "warn", QUOTA_DEVICE_SECONDS: "3600" });
    await ready(discord);

    const asked = draw(discord, { model: "overflowing", steps: 1 });
    const told = await endingOf(discord, asked);
    const used = rowsOf(folder, "quota_uses");
    const device = deviceOf(bot);
    await answerTo(discord, draw(discord));

    expect(says("overflowing made no picture: its numbers ran out of range")(told)).toBe(true);
    expect(says(/v1:retry:[a-z0-9]+/)(told)).toBe(true);
    expect(told.message.attachments).toEqual([]);
    expect(endings(discord, asked)).toHaveLength(1);
    expect(bot.output().match(/drawing once more/g)).toHaveLength(1);
    expect(used).toBe(0);
    expect(rowsOf(folder, "quota_uses")).toBe(1);
    expect(deviceOf(bot)).toBe(device);
    expect(discord.violations).toEqual([]);
  });
});

function usage({ process: bot }: RunningEasel): { openFiles: number; residentKb: number } {
  const status = readFileSync(`/proc/${bot.pid}/status`, "utf8");
  const openFiles = readdirSync(`/proc/${bot.pid}/fd`).length;
  return { openFiles, residentKb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) };
}

describe.skipIf(!canMount())("the whole program in Discord, on a disk that is full", { timeout: LIMIT_MS }, () => {
  it("case 48: declines new pictures with a sentence, posts nothing by halves, and draws when there is space", async () => {
    const discord = await startDiscord();
    const disk = tinyDisk("96m");
    startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent", DATA_DIR: disk });
    await ready(discord);
    await answerTo(discord, draw(discord));

    const filler = join(disk, "filler");
    fill(filler);
    const declined = await endingOf(discord, draw(discord, { prompt: "no space" }));
    rmSync(filler);
    const asked = draw(discord, { prompt: "space" });
    const { message } = await answerTo(discord, asked);

    expect(says("no space left on the disk")(declined)).toBe(true);
    expect(declined.message.attachments).toEqual([]);
    expect(message.attachments).toHaveLength(1);
    expect(endings(discord, asked)).toHaveLength(1);
    expect(discord.violations).toEqual([]);
  });
});

/** Writes until nothing goes any more. */
function fill(path: string): void {
  for (const bytes of [1 << 20, 1 << 12, 64]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(bytes), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
  expect(statSync(path).size).toBeGreaterThan(0);
}
