import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Libsql from "libsql";
import { describe, expect, it } from "vitest";
import type { RecordedRequest } from "../../src/simulator/slack/request-log.ts";
import type { StoredMessage } from "../../src/simulator/slack/messages.ts";
import type { SlackSimulator } from "../../src/simulator/slack/slack-simulator.ts";
import { shown } from "../platforms/slack/open-slack.ts";
import { installNanModel } from "../support/nan-model.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { canMount, tinyDisk } from "../support/tiny-disk.ts";
import { answers, buttonIn, isAnswer, kill, PATIENCE_MS, posted, ready, startBot, startSlack } from "./run-slack.ts";

const LIMIT_MS = 4 * PATIENCE_MS;
const SMALL = "a fox --steps 2 --seed 7";
/** The soak of the conformance list is ten minutes with a job every three seconds: SOAK_SECONDS=600 SOAK_PAUSE_MS=3000. */
const SOAK_MS = 1000 * Number(process.env["SOAK_SECONDS"] ?? "10");
const SOAK_PAUSE_MS = Number(process.env["SOAK_PAUSE_MS"] ?? "700");

function draw(slack: SlackSimulator, text = SMALL) {
  return slack.inject.slash({ command: "/imagine", text });
}

const asked = (method: string) => (request: RecordedRequest) => request.method === method;

/** Moments in the life of a job at which the process dies: something that has just been seen. */
const MOMENTS: readonly (readonly [string, (slack: SlackSimulator) => Promise<unknown>])[] = [
  ["queued", (slack) => slack.waitForRequest(asked("users.info"), PATIENCE_MS)],
  ["running", (slack) => slack.waitForMessage((one) => shown(one).includes("v1:cancel:"), PATIENCE_MS)],
  ["uploading", (slack) => slack.waitForRequest(asked("files.getUploadURLExternal"), PATIENCE_MS)],
  ["posted, and nothing written down", (slack) => slack.waitForMessage(isAnswer, PATIENCE_MS)],
];

describe("the whole program in Slack, when its process dies or its machine fails", () => {
  it.each(MOMENTS)(
    "case 46: killed while a job is %s, answers it exactly once after a restart",
    async (_, moment) => {
      const slack = await startSlack();
      const folder = temporaryFolder();
      const first = startBot(slack, folder);
      await ready(slack);

      const sent = draw(slack);
      await sent.waitForAck();
      await moment(slack);
      await kill(slack, first);
      startBot(slack, folder);
      await ready(slack);
      await slack.waitForMessage(isAnswer, PATIENCE_MS);
      draw(slack, "a star --steps 2");
      await slack.waitForMessage((one) => isAnswer(one) && shown(one).includes("a star"), PATIENCE_MS);

      expect(answers(slack).filter((one) => shown(one).includes("a fox"))).toHaveLength(1);
      expect(posted(slack)).toHaveLength(2);
      expect(readdirSync(join(folder, "data")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "case 46: killed between acknowledgements and their jobs, draws what was asked for and tells the others",
    async () => {
      const slack = await startSlack();
      const folder = temporaryFolder();
      const first = startBot(slack, folder, { REQUESTS_PER_MINUTE: "1000" });
      await ready(slack);
      draw(slack);
      const earlier = await slack.waitForMessage(isAnswer, PATIENCE_MS);
      const bob = slack.workspace.bob.id;

      // Nobody knows who Bob is, so that nothing of his becomes a job.
      slack.faults.add({ method: /^users\.info$/, kind: "hang", count: 1000 });
      const sent = [
        slack.inject.slash({ command: "/imagine", text: "a star --steps 2 --seed 1", userId: bob }),
        slack.inject.press({ on: earlier, actionId: buttonIn(earlier, "reroll"), userId: bob }),
        slack.inject.slash({ command: "/easel", text: "queue", userId: bob }),
        slack.inject.press({ on: earlier, actionId: `${buttonIn(earlier, "info")}:0`, userId: bob }),
      ];
      const acks = await Promise.all(sent.map((one) => one.waitForAck()));
      await kill(slack, first);
      slack.faults.clear();
      const second = startBot(slack, folder);
      const told = () => slack.messages.all().filter((one) => shown(one).includes("I was restarted before I could"));
      await expect.poll(() => [answers(slack).length, told().length], { timeout: PATIENCE_MS }).toEqual([3, 2]);
      await expect.poll(() => unansweredIn(folder), { timeout: PATIENCE_MS }).toBe(0);

      expect(Math.max(...acks.map(({ afterMs }) => afterMs))).toBeLessThan(3000);
      expect(answers(slack).filter((one) => shown(one).includes("a star"))).toHaveLength(1);
      expect(told().map(({ visibleTo }) => visibleTo)).toEqual([bob, bob]);

      second.process.kill("SIGTERM");
      expect(await second.exited).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    "case 47: on SIGTERM finishes or keeps what is being drawn, tells newcomers, and answers everything once in all",
    async () => {
      const slack = await startSlack();
      const folder = temporaryFolder();
      const first = startBot(slack, folder);
      await ready(slack);
      draw(slack, "a fox --steps 50 --count 8");
      draw(slack, "a star --steps 30 --count 2");
      await slack.waitForMessage((one) => shown(one).includes("Drawing"), PATIENCE_MS);

      first.process.kill("SIGTERM");
      const late: ReturnType<typeof draw>[] = [];
      const refused = () => slack.messages.all().filter((one) => shown(one).includes("I am restarting")).length;
      while (refused() === 0 && first.process.exitCode === null) {
        late.push(draw(slack, "an owl --steps 2"));
        await late.at(-1)!.waitForOutcome();
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect(await first.exited).toBe(0);
      startBot(slack, folder);
      await ready(slack);
      await expect.poll(() => answers(slack).length + refused(), { timeout: PATIENCE_MS }).toBe(2 + late.length);

      expect(refused()).toBe(1);
      expect(late.map((one) => one.outcome())).toEqual(late.map(() => "acked"));
      expect(posted(slack).filter(({ visibleTo }) => visibleTo === undefined)).toHaveLength(answers(slack).length);
    },
    LIMIT_MS,
  );

  it.skipIf(!canMount())(
    "case 48: refuses in words while the disk is full, posts nothing half done, and goes on when there is room",
    async () => {
      const disk = tinyDisk("24m");
      const slack = await startSlack();
      startBot(slack, temporaryFolder(), { DATA_DIR: join(disk, "data") });
      await ready(slack);
      draw(slack);
      const before = await slack.waitForMessage(isAnswer, PATIENCE_MS);
      fill(join(disk, "filler"));

      draw(slack, "a star --steps 2");
      await slack.waitForMessage(
        (one) => one.ts !== before.ts && /no space left|Something went wrong/.test(shown(one)),
        PATIENCE_MS,
      );
      const meanwhile = answers(slack).length;
      rmSync(join(disk, "filler"));
      draw(slack, "an owl --steps 2");
      await slack.waitForMessage((one) => isAnswer(one) && shown(one).includes("an owl"), PATIENCE_MS);

      expect(meanwhile).toBe(1);
    },
    LIMIT_MS,
  );

  it(
    "case 49: while another program holds its database, acknowledges all, says so, and then goes on",
    async () => {
      const slack = await startSlack();
      const folder = temporaryFolder();
      startBot(slack, folder, { REQUESTS_PER_MINUTE: "1000" });
      await ready(slack);
      draw(slack);
      await slack.waitForMessage(isAnswer, PATIENCE_MS);
      const other = new Libsql(join(folder, "data", "easel.db"));
      other.exec("BEGIN IMMEDIATE");

      const sent = Array.from({ length: 10 }, () => draw(slack, "a star --steps 2"));
      const acks = await Promise.all(sent.map((one) => one.waitForAck()));
      const told = () => slack.messages.all().filter((one) => shown(one).includes("Another program holds my database"));
      await expect.poll(() => told().length, { timeout: PATIENCE_MS }).toBe(sent.length);
      other.exec("ROLLBACK");
      other.close();
      draw(slack, "an owl --steps 2");
      await slack.waitForMessage((one) => isAnswer(one) && shown(one).includes("an owl"), PATIENCE_MS);

      expect(Math.max(...acks.map(({ afterMs }) => afterMs))).toBeLessThan(3000);
      expect(answers(slack)).toHaveLength(2);
    },
    LIMIT_MS,
  );

  it(
    "case 50: draws again when the process that draws dies",
    async () => {
      const slack = await startSlack();
      const bot = startBot(slack, temporaryFolder());
      await ready(slack);
      draw(slack, "a fox --steps 50 --count 8 --seed 7");
      await slack.waitForMessage((one) => shown(one).includes("Drawing"), PATIENCE_MS);

      for (const pid of childrenOf(bot.process.pid!)) process.kill(pid, "SIGKILL");
      await slack.waitForMessage(isAnswer, PATIENCE_MS);

      expect(answers(slack)).toHaveLength(1);
      expect(posted(slack)).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it(
    "case 50: says it with Retry when a model makes NaN twice, and Retry draws on",
    async () => {
      const slack = await startSlack();
      const folder = temporaryFolder();
      await installNanModel(folder, "overflowing");
      startBot(slack, folder);
      await ready(slack);

      draw(slack, "a fox --steps 1 --model overflowing");
      const told = await slack.waitForMessage((one) => shown(one).includes("made no picture"), PATIENCE_MS);
      slack.inject.press({ on: told, actionId: buttonIn(told, "retry") });
      await slack.waitForMessage((one) => one.ts !== told.ts && shown(one).includes("made no picture"), PATIENCE_MS);
      draw(slack, "a star --steps 2");
      await slack.waitForMessage(isAnswer, PATIENCE_MS);

      expect(answers(slack)).toHaveLength(1);
      expect(posted(slack)).toHaveLength(3);
    },
    LIMIT_MS,
  );

  it(
    "case 51: in a soak with five faults in a hundred requests, everything accepted ends in exactly one answer",
    async () => {
      const slack = await startSlack();
      const folder = temporaryFolder();
      const delays = join(folder, "delays.json");
      const bot = startBot(slack, folder, {
        REQUESTS_PER_MINUTE: "1000",
        LOG_LEVEL: "error",
        NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "../support/loop-delay.mjs")).href}`,
        LOOP_DELAY_FILE: delays,
      });
      await ready(slack);
      draw(slack, "a star --steps 1");
      await slack.waitForMessage(isAnswer, PATIENCE_MS);
      const before = usage(bot.process.pid!);
      const random = seededRandom(51);
      const stop = Date.now() + SOAK_MS;
      const jobs: ReturnType<typeof draw>[] = [];
      while (Date.now() < stop) {
        jobs.push(draw(slack, `a fox --steps 1 --seed ${jobs.length + 1}`));
        if (random(10) === 0) slack.socketMode.disconnect("refresh_requested", slack.socketMode.connected[0]);
        if (random(20) === 0) slack.socketMode.drop(slack.socketMode.connected[0]);
        if (random(4) === 0) slack.faults.add(FAULTS[random(FAULTS.length)]!);
        await new Promise((resolve) => setTimeout(resolve, SOAK_PAUSE_MS));
      }
      slack.faults.clear();
      const foxes = () => answers(slack).filter((one) => shown(one).includes("a fox"));
      const missing = () => {
        const drawn = new Set(foxes().map(seedOf));
        return jobs.filter((job, i) => job.outcome() === "acked" && !drawn.has(i + 1)).length;
      };
      await expect.poll(missing, { timeout: PATIENCE_MS }).toBe(0);
      await expect
        .poll(() => slack.messages.all().filter((one) => shown(one).includes("v1:cancel:")).length, {
          timeout: PATIENCE_MS,
        })
        .toBe(0);

      const after = usage(bot.process.pid!);
      const { p99 } = JSON.parse(readFileSync(delays, "utf8")) as { p99: number };
      const refused = slack.log.requests.filter(({ status }) => [401, 403, 429].includes(Number(status))).length;
      if (SOAK_MS > 60_000)
        process.stderr.write(
          `${JSON.stringify({ jobs: jobs.length, acked: acked(jobs), drawn: foxes().length, p99, before, after, refused })}\n`,
        );
      // I1: one ending each. Of an acknowledgement that was lost with its socket the bot knows nothing: at most one.
      const seeds = foxes().map(seedOf);
      const endings = jobs.map((_, i) => seeds.filter((seed) => seed === i + 1).length);
      expect(endings.filter((count) => count > 1)).toEqual([]);
      expect(jobs.filter((job, i) => job.outcome() === "acked" && endings[i] !== 1)).toEqual([]);
      expect(seeds).toHaveLength(endings.reduce((sum, count) => sum + count, 0));
      expect(unansweredIn(folder)).toBe(0);
      expect(acked(jobs)).toBeGreaterThan(jobs.length / 2);
      // I2: nothing unhandled, and it runs. I3: `startSlack` judges every request.
      expect(bot.process.exitCode).toBeNull();
      expect(bot.output()).not.toMatch(/unhandled/i);
      // I5: nothing piles up, and the loop is free.
      expect(after.openFiles).toBeLessThan(before.openFiles + 40);
      expect(after.residentKb).toBeLessThan(before.residentKb + 250_000);
      expect(p99).toBeLessThan(200);
    },
    SOAK_MS + LIMIT_MS,
  );
});

const FAULTS: readonly Parameters<SlackSimulator["faults"]["add"]>[0][] = [
  { method: /^chat\.postMessage$/, kind: "reset-after-processing" },
  { method: /^chat\.update$/, kind: "reset-after-processing" },
  { method: /^chat\./, kind: "status", status: 503 },
  { method: /^files\./, kind: "reset-before" },
  { method: /^\/upload\//, kind: "status", status: 500 },
  { method: /^files\.completeUploadExternal$/, kind: "reset-after-processing" },
  { method: /^users\.info$/, kind: "malformed" },
  { method: /^chat\.update$/, kind: "ratelimit", retryAfterS: 3 },
  { method: /^apps\.connections\.open$/, kind: "status", status: 500, count: 3 },
];

/** From the small print. */
function seedOf(message: StoredMessage): number {
  return Number(/seed (\d+)/.exec(shown(message))?.[1]);
}

function acked(jobs: readonly ReturnType<typeof draw>[]): number {
  return jobs.filter((job) => job.outcome() === "acked").length;
}

function unansweredIn(folder: string): number {
  const database = new Libsql(join(folder, "data", "easel.db"));
  const { rows } = database.prepare("SELECT count(*) AS rows FROM unanswered").get([]) as { rows: number };
  database.close();
  return rows;
}

/** Writes until nothing more fits. */
function fill(path: string): void {
  for (let size = 24 * 2 ** 20; size >= 4096; size = Math.floor(size / 2)) {
    try {
      writeFileSync(path, Buffer.alloc(size), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
}

function usage(pid: number): { openFiles: number; residentKb: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    openFiles: readdirSync(`/proc/${pid}/fd`).length,
    residentKb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]),
  };
}

function childrenOf(pid: number): number[] {
  return execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    .split("\n")
    .map(Number)
    .filter((child) => child > 0);
}
