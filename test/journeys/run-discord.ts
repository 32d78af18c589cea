import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import Libsql from "libsql";
import { MessageFlags } from "discord-api-types/v10";
import { afterAll, afterEach, beforeAll, expect, onTestFinished } from "vitest";
import { createDiscordSimulator } from "../../src/simulator/discord/create-discord-simulator.ts";
import type {
  DiscordSimulator,
  DiscordSimulatorOptions,
  InjectedInteraction,
  InteractionContext,
  OptionValue,
  StoredMessage,
} from "../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../support/discord-openapi.ts";
import { realClock } from "../support/real-clock.ts";
import { startEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const openApi = createDiscordOpenApi();
/** Loading the program, the model and drawing, on a busy machine. */
export const PATIENCE_MS = 150_000;

export interface RunningEasel {
  readonly process: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
  /** What it wrote, both streams. */
  readonly output: () => string;
}

type WhenDone = (end: () => Promise<void>) => void;

/** A Discord whose every request is judged by Discord's own document: who ends with one that breaks a rule has failed. */
export async function startDiscord(
  options: Partial<DiscordSimulatorOptions> = {},
  whenDone: WhenDone = onTestFinished,
): Promise<DiscordSimulator> {
  const discord = await createDiscordSimulator({
    clock: realClock,
    checkRequest: openApi.checkRequest,
    ...options,
  });
  whenDone(async () => {
    await discord.stop();
    expect(discord.violations, "requests that break Discord's rules").toEqual([]);
  });
  return discord;
}

/** The whole program as `npm start` runs it, with its data in `cwd`. It is killed when the test ends. */
export function startBot(
  discord: DiscordSimulator,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  whenDone: WhenDone = onTestFinished,
): RunningEasel {
  const child = startEasel(["start"], {
    cwd,
    env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl, LOG_LEVEL: "warn", ...env },
  });
  child.stdin.end();
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  whenDone(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
  });
  return { process: child, exited, output: () => output };
}

/** Ends it without a word, and waits until Discord knows that it is gone: what is sent to its session before that is lost. */
export async function kill(discord: DiscordSimulator, { process, exited }: RunningEasel): Promise<void> {
  process.kill("SIGKILL");
  await exited;
  await expect.poll(() => discord.gateway.connected, { timeout: PATIENCE_MS }).toBe(0);
}

/** Resolves when it is connected and its commands are registered. */
export async function ready(discord: DiscordSimulator): Promise<void> {
  await discord.waitForSession(PATIENCE_MS);
  if (discord.commands().length === 0)
    await discord.waitForRequest(({ method, path }) => method === "PUT" && path.endsWith("/commands"), PATIENCE_MS);
}

/** Messages that people see, with pictures and without a Cancel button: finished answers. */
export function answers(discord: DiscordSimulator): readonly StoredMessage[] {
  return discord.messages.all().filter((one) => !one.deleted && isAnswer(one));
}

/** Whether a message is a job's last word and no status. */
export function isAnswer({ message }: StoredMessage): boolean {
  return message.attachments.length > 0 && !JSON.stringify(message.components).includes("v1:cancel:");
}

export interface Stage {
  readonly discord: DiscordSimulator;
  readonly bot: RunningEasel;
  /** Its data. */
  readonly folder: string;
}

/**
 * One Discord and one running program for all tests of a `describe`, which leave both as they found them. After each: no request broke a
 * rule, none was invalid beyond the few of a fault, the program runs and has complained of nothing unhandled.
 */
export function useStage(
  env: Readonly<Record<string, string>> = {},
  options: Partial<DiscordSimulatorOptions> = {},
): Stage {
  const ends: (() => Promise<void>)[] = [];
  const whenDone: WhenDone = (end) => ends.unshift(end);
  const stage: { -readonly [K in keyof Stage]?: Stage[K] } = {};

  beforeAll(async () => {
    stage.folder = temporaryFolder(whenDone);
    stage.discord = await startDiscord(options, whenDone);
    stage.bot = startBot(stage.discord, stage.folder, env, whenDone);
    await ready(stage.discord);
  }, 2 * PATIENCE_MS);
  afterEach(() => {
    const { discord, bot } = stage as Stage;
    discord.faults.clear();
    expect(discord.violations).toEqual([]);
    expect(discord.counters.invalidRequests).toBeLessThanOrEqual(20);
    expect(bot.process.exitCode).toBeNull();
    expect(bot.output()).not.toMatch(/unhandled/i);
  });
  afterAll(async () => {
    for (const end of ends) await end();
  }, PATIENCE_MS);
  return {
    get discord() {
      return stage.discord!;
    },
    get bot() {
      return stage.bot!;
    },
    get folder() {
      return stage.folder!;
    },
  };
}

export const ORIGINAL = /\/messages\/@original$/;
export const CALLBACK = /^\/interactions\/\d+\/[^/]+\/callback$/;
export const CHANNEL_POSTS = /^\/channels\/\d+\/messages$/;

/** /imagine, by default one quick fox. */
export function draw(
  discord: DiscordSimulator,
  options: Readonly<Record<string, OptionValue>> = {},
  context: InteractionContext = {},
): InjectedInteraction {
  return discord.inject.slash({
    name: "imagine",
    options: { prompt: "a fox", seed: 7, count: 1, steps: 4, ...options },
    ...context,
  });
}

/** Whether a message holds a text, in any of its parts. */
export function says(text: string | RegExp) {
  return ({ message }: StoredMessage): boolean => {
    const shown = JSON.stringify(message.components);
    return typeof text === "string" ? shown.includes(text) : text.test(shown);
  };
}

/** The messages that end an interaction: no placeholder, no status, not taken back. */
export function endings(discord: DiscordSimulator, { id }: InjectedInteraction): readonly StoredMessage[] {
  return discord.messages
    .all()
    .filter(({ interactionId, deleted, message }) => interactionId === id && !deleted && isEnding(message));
}

/** The answer of an interaction, once it is there. */
export function answerTo(discord: DiscordSimulator, { id }: InjectedInteraction): Promise<StoredMessage> {
  return discord.waitForMessage((one) => one.interactionId === id && isAnswer(one), PATIENCE_MS);
}

/** Whatever ends an interaction, once it is there. */
export function endingOf(discord: DiscordSimulator, { id }: InjectedInteraction): Promise<StoredMessage> {
  const ends = (one: StoredMessage) => one.interactionId === id && !one.deleted && isEnding(one.message);
  return discord.waitForMessage(ends, PATIENCE_MS);
}

/** How often a request was made. */
export function count(discord: DiscordSimulator, method: string, path: RegExp, since = 0): number {
  return discord.requests.slice(since).filter((request) => request.method === method && path.test(request.path)).length;
}

function isEnding({ components = [], flags }: StoredMessage["message"]): boolean {
  return ((flags ?? 0) & MessageFlags.Loading) === 0 && !JSON.stringify(components).includes("v1:cancel:");
}

/** The status of a job that is being drawn, once it is there. */
export function drawing(discord: DiscordSimulator, { id }: InjectedInteraction): Promise<StoredMessage> {
  return discord.waitForMessage((one) => one.interactionId === id && says("Drawing")(one), PATIENCE_MS);
}

/** How many rows a stopped or running program has in a table. */
export function rowsOf(folder: string, table: "jobs" | "unanswered" | "quota_uses"): number {
  return lookUp<{ rows: number }>(folder, `SELECT count(*) AS rows FROM ${table}`)[0]!.rows;
}

/** The states of the jobs that a prompt became, the oldest first. */
export function statesOf(folder: string, prompt: string): string[] {
  const sql = "SELECT state FROM jobs WHERE body LIKE ? ORDER BY sequence";
  return lookUp<{ state: string }>(folder, sql, `%"${prompt}"%`).map(({ state }) => state);
}

function lookUp<Row>(folder: string, sql: string, ...values: readonly string[]): Row[] {
  const database = new Libsql(join(folder, "data", "easel.db"));
  const rows = database.prepare(sql).all(values) as Row[];
  database.close();
  return rows;
}
