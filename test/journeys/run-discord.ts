import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { createDiscordSimulator } from "../../src/simulator/discord/create-discord-simulator.ts";
import type {
  DiscordSimulator,
  DiscordSimulatorOptions,
  StoredMessage,
} from "../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../support/discord-openapi.ts";
import { realClock } from "../support/real-clock.ts";
import { startEasel } from "../support/run-easel.ts";

const openApi = createDiscordOpenApi();
openApi.warmUp();
/** Loading the program, the model and drawing, on a busy machine. */
export const PATIENCE_MS = 90_000;

export interface RunningEasel {
  readonly process: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
  /** What it wrote, both streams. */
  readonly output: () => string;
}

/** A Discord whose every request is judged by Discord's own document; a test that ends with a violation has to say so. */
export async function startDiscord(options: Partial<DiscordSimulatorOptions> = {}): Promise<DiscordSimulator> {
  const discord = await createDiscordSimulator({
    clock: realClock,
    checkRequest: openApi.checkRequest,
    ...options,
  });
  onTestFinished(() => discord.stop());
  return discord;
}

/** The whole program as `npm start` runs it, with its data in `cwd`. It is killed when the test ends. */
export function startBot(
  discord: DiscordSimulator,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
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
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
  });
  return { process: child, exited, output: () => output };
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
