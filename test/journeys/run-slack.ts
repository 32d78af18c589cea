import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished } from "vitest";
import { createSlackSimulator } from "../../src/simulator/slack/create-slack-simulator.ts";
import type { StoredMessage } from "../../src/simulator/slack/messages.ts";
import type { SlackSimulator, SlackSimulatorOptions } from "../../src/simulator/slack/slack-simulator.ts";
import { picturesIn, shown } from "../platforms/slack/open-slack.ts";
import { judgeSlack } from "../support/judge-slack.ts";
import { realClock } from "../support/real-clock.ts";
import { startEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Loading the program, the model and drawing, on a busy machine. */
export const PATIENCE_MS = 150_000;

export interface RunningEasel {
  readonly process: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
  /** What it wrote, both streams. */
  readonly output: () => string;
}

/** Drawn in a moment. */
export const SMALL = "a fox --steps 2 --seed 7";

/** A Slack that judges every message and view as Slack does, and a test that fails by its end when one was refused; see judgeSlack. */
export async function startSlack(
  options: Partial<SlackSimulatorOptions> = {},
  provokes?: RegExp,
): Promise<SlackSimulator> {
  const slack = await createSlackSimulator({ clock: realClock, ...options });
  judgeSlack(slack, provokes);
  onTestFinished(() => slack.close());
  return slack;
}

/** The whole program as `npm start` runs it, with its data in `cwd`. It is killed when the test ends. */
export function startBot(slack: SlackSimulator, cwd: string, env: Readonly<Record<string, string>> = {}): RunningEasel {
  const child = startEasel(["start"], {
    cwd,
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      LOG_LEVEL: "silent",
      ...env,
    },
  });
  child.stdin.end();
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
  });
  return { process: child, exited, output: () => output };
}

/** Ends it without a word, and waits until Slack knows that it is gone: what is sent to its sockets before that is lost. */
export async function kill(slack: SlackSimulator, { process, exited }: RunningEasel): Promise<void> {
  process.kill("SIGKILL");
  await exited;
  await expect.poll(() => slack.socketMode.connected, { timeout: PATIENCE_MS }).toEqual([]);
}

/** Resolves when it is connected. */
export async function ready(slack: SlackSimulator): Promise<void> {
  await slack.waitForSockets(2, PATIENCE_MS);
}

/** Messages that people see, with pictures and without a Cancel button: finished answers. */
export function answers(slack: SlackSimulator): readonly StoredMessage[] {
  return slack.messages.all().filter((one) => !one.deleted && isAnswer(one));
}

/** Whether a message is a job's last word and no status. */
export function isAnswer(message: StoredMessage): boolean {
  return picturesIn(message).length > 0 && !shown(message).includes("v1:cancel:");
}

/** Messages of the bot that people see. */
export function posted(slack: SlackSimulator): readonly StoredMessage[] {
  return slack.messages.all().filter((one) => !one.deleted && one.message["bot_id"] !== undefined);
}

/** The id of a button in a message: buttonIn(message, "reroll") is v1:reroll:k3f9x2ab. */
export function buttonIn(message: StoredMessage, action: string): string {
  const found = new RegExp(`v1:${action}:[a-z0-9]+`).exec(shown(message))?.[0];
  if (found === undefined) throw new Error(`the message has no button ${action}`);
  return found;
}

/** A connected bot in a Slack of its own. */
export async function open(options: Parameters<typeof startSlack>[0] = {}, provokes?: RegExp) {
  const slack = await startSlack(options, provokes);
  const folder = temporaryFolder();
  const bot = startBot(slack, folder);
  await ready(slack);
  return { slack, bot, folder };
}

/** /imagine, by default one quick fox. */
export function draw(slack: SlackSimulator, text = SMALL, channelId?: string) {
  return slack.inject.slash({ command: "/imagine", text, ...(channelId === undefined ? {} : { channelId }) });
}

/** Whether a message holds a text, in any of its parts. */
export const says =
  (text: string) =>
  (message: Parameters<typeof shown>[0]): boolean =>
    shown(message).includes(text);
