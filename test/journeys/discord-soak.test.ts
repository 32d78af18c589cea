import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import type {
  DiscordSimulator,
  InjectedInteraction,
  StoredMessage,
} from "../../src/simulator/discord/discord-simulator.ts";
import type { SlackSimulator } from "../../src/simulator/slack/slack-simulator.ts";
import { shown } from "../platforms/slack/open-slack.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  answerTo,
  CALLBACK,
  draw,
  endings,
  ORIGINAL,
  PATIENCE_MS,
  ready,
  says,
  startBot,
  startDiscord,
  type RunningEasel,
} from "./run-discord.ts";
import { answers as slackAnswers, ready as slackReady, startSlack } from "./run-slack.ts";

/** The list of cases asks for ten minutes: EASEL_SOAK_SECONDS=600. */
const SOAK_MS = Number(process.env["EASEL_SOAK_SECONDS"] ?? 30) * 1000;
const STEP_MS = 500;
/** Twenty jobs a minute: every third second one, from one platform after the other. */
const STEPS_A_JOB = 3000 / STEP_MS;

it(
  "case 51: on two platforms in a storm of faults everything accepted ends once, and nothing piles up",
  { timeout: SOAK_MS + 5 * PATIENCE_MS },
  async () => {
    const folder = temporaryFolder();
    const delays = join(folder, "delays.json");
    const [discord, slack] = [await startDiscord(), await startSlack()];
    const bot = startBot(discord, folder, {
      LOG_LEVEL: "error",
      REQUESTS_PER_MINUTE: "1000",
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "../support/loop-delay.mjs")).href}`,
      LOOP_DELAY_FILE: delays,
    });
    await Promise.all([ready(discord), slackReady(slack)]);
    const random = seededRandom(51);
    await answerTo(discord, draw(discord));
    const before = usage(bot);
    const people = Array.from({ length: 20 }, (_, i) => discord.world.addUser(`soaker${i}`).id);
    const asked: InjectedInteraction[] = [];
    const commands: ReturnType<typeof drawInSlack>[] = [];
    let limited = 0;

    const until = performance.now() + SOAK_MS;
    for (let step = 0; performance.now() < until; step++) {
      const userId = people[random(people.length)]!;
      if (step % (2 * STEPS_A_JOB) === 0) asked.push(draw(discord, {}, { userId }));
      else if (step % STEPS_A_JOB === 0) commands.push(drawInSlack(slack, commands.length + 1));
      else asked.push(discord.inject.slash({ name: random(2) === 0 ? "help" : "queue", userId }));
      // Each kind of fault at a twentieth of what can meet it.
      const fault = random(20) < 3 ? random(FAULTS.length) : undefined;
      if (fault !== undefined) FAULTS[fault]!(discord);
      if (fault === LIMITED) limited += 1;
      if (random(20) < 1) slack.faults.add(SLACK_FAULTS[random(SLACK_FAULTS.length)]!);
      if (random(60) === 0) slack.socketMode.drop(slack.socketMode.connected[0]);
      await sleep(STEP_MS);
    }
    discord.faults.clear();
    slack.faults.clear();
    await discord.waitForSession(PATIENCE_MS);
    asked.push(draw(discord));
    const acknowledged = asked.filter((one) => one.callback() !== undefined);
    const unended = () => acknowledged.filter((one) => lastWords(discord, one).length === 0);
    await expect.poll(() => unended().map((one) => storyOf(discord, one)), { timeout: 2 * PATIENCE_MS }).toEqual([]);
    const accepted = commands.filter((one) => one.outcome() === "acked");
    // Where the connection broke just after the acknowledgement, Slack did not hear it and the command is drawn all the same.
    const unanswered = () => accepted.filter(({ seed }) => !seedsIn(slack).includes(seed)).map(({ seed }) => seed);
    await expect.poll(unanswered, { timeout: PATIENCE_MS }).toEqual([]);
    await expect.poll(() => waitingIn(slack), { timeout: PATIENCE_MS }).toBe(0);
    const after = usage(bot);
    const { p99 } = JSON.parse(readFileSync(delays, "utf8")) as { p99: number };

    if (process.env["EASEL_SOAK_SECONDS"] !== undefined) {
      const { invalidRequests } = discord.counters;
      process.stderr.write(
        `${JSON.stringify({ asked: asked.length, acknowledged: acknowledged.length, slack: commands.length, accepted: accepted.length, answered: slackAnswers(slack).length, invalidRequests, limited, before, after, p99 })}\n`,
      );
    }

    // I1: one ending each, at most, and one for whatever was accepted.
    expect(asked.map((one) => lastWords(discord, one).length).filter((n) => n > 1)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(asked.length * 0.8);
    expect(accepted.length).toBeGreaterThan(commands.length * 0.8);
    expect(unanswered()).toEqual([]);
    expect(seedsIn(slack).filter((seed, i, all) => all.indexOf(seed) !== i)).toEqual([]);
    // I2: nothing unhandled, and it runs.
    expect(bot.output()).not.toMatch(/unhandled/i);
    expect(bot.process.exitCode).toBeNull();
    // I3: no request breaks a rule. I4: hardly any is invalid but those that were limited on purpose.
    expect([...discord.violations, ...slack.log.violations]).toEqual([]);
    expect(discord.counters.invalidRequests - limited).toBeLessThanOrEqual(20);
    // I5: nothing piles up, and the loop is free.
    expect(after.openFiles).toBeLessThan(before.openFiles + 40);
    expect(after.residentKb).toBeLessThan(before.residentKb + 250_000);
    expect(p99).toBeLessThan(200);
  },
);

/** What ends an interaction. The list of somebody's requests has buttons to cancel them and is no status. */
function lastWords(discord: DiscordSimulator, asked: InjectedInteraction): readonly StoredMessage[] {
  const lists = discord.messages
    .all()
    .filter((one) => one.interactionId === asked.id && !one.deleted && says("Being drawn:")(one));
  return lists.length > 0 ? lists : endings(discord, asked);
}

/** What was asked of Discord about an interaction, for whoever has to find out why it has no answer. */
function storyOf(discord: DiscordSimulator, asked: InjectedInteraction): readonly string[] {
  const about = discord.requests.filter(({ path }) => path.includes(asked.id) || path.includes(asked.token));
  const lines = about.map(({ atMs, method, path, status }) => `${atMs} ${method} ${path.split("/").at(-1)} ${status}`);
  return [JSON.stringify(asked.callback()), ...lines];
}

function drawInSlack(slack: SlackSimulator, seed: number) {
  const asked = slack.inject.slash({ command: "/imagine", text: `a fox --count 1 --steps 4 --seed ${seed}` });
  return { seed, outcome: () => asked.outcome() };
}

/** Whose pictures are there: every command has a seed of its own. */
function seedsIn(slack: SlackSimulator): number[] {
  return slackAnswers(slack).map((one) => Number(/seed (\d+)/.exec(shown(one))?.[1]));
}

function waitingIn(slack: SlackSimulator): number {
  return slack.messages.all().filter((one) => !one.deleted && shown(one).includes("v1:cancel:")).length;
}

const FAULTS: readonly ((discord: DiscordSimulator) => void)[] = [
  ({ faults }) =>
    faults.add({ method: "PATCH", path: ORIGINAL, kind: "ratelimit", scope: "shared", retryAfterMs: 700 }),
  ({ faults }) => faults.add({ path: CALLBACK, kind: "status", status: 502 }),
  ({ faults }) => faults.add({ path: CALLBACK, kind: "reset-after-processing" }),
  ({ faults }) => faults.add({ method: "PATCH", path: ORIGINAL, kind: "status", status: 503, count: 2 }),
  ({ faults }) => faults.add({ method: "PATCH", path: ORIGINAL, kind: "reset-before" }),
  ({ faults }) => faults.add({ method: "PATCH", path: ORIGINAL, kind: "reset-after-processing" }),
  ({ gateway }) => gateway.drop(),
  ({ gateway }) => gateway.askToReconnect(),
  ({ gateway }) => gateway.close(4000),
];
const LIMITED = 0;

const SLACK_FAULTS: readonly Parameters<SlackSimulator["faults"]["add"]>[0][] = [
  { method: /^chat\.postMessage$/, kind: "reset-after-processing" },
  { method: /^chat\.update$/, kind: "reset-after-processing" },
  { method: /^chat\./, kind: "status", status: 503 },
  { method: /^files\./, kind: "reset-before" },
  { method: /^\/upload\//, kind: "status", status: 500 },
  { method: /^chat\.update$/, kind: "ratelimit", retryAfterS: 3 },
  { method: /^apps\.connections\.open$/, kind: "status", status: 500, count: 3 },
];

function usage({ process: bot }: RunningEasel): { openFiles: number; residentKb: number } {
  const status = readFileSync(`/proc/${bot.pid}/status`, "utf8");
  const openFiles = readdirSync(`/proc/${bot.pid}/fd`).length;
  return { openFiles, residentKb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) };
}
