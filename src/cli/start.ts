import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import type { Settings } from "../config/variables.ts";
import type { JobQueue } from "../core/job-queue.ts";
import { createLogger } from "../log/create-logger.ts";
import { createEasel, PROGRAM } from "../main.ts";
import { createTerminal } from "../platforms/terminal/create-terminal.ts";
import { lockDataFolder } from "../storage/data-lock.ts";
import { systemClock } from "../system-clock.ts";
import type { connectDiscord } from "./connect-discord.ts";
import { serveHealth } from "./serve-health.ts";
import { wantsSlack } from "./slack-deps.ts";
import { terminalDeps } from "./terminal-deps.ts";

/** How long SIGTERM waits for what is being drawn. */
const GRACE_MS = 20_000;
const POLL_MS = 100;
/** Nobody should have to think of something to see that it works. */
const FIRST_PROMPT = "a red fox in the snow --count 4";

/** `easel start`: the whole program; finishes what an earlier run left, then serves the terminal. */
export function startCommand(): Command {
  return new Command("start").description("Start the bot; without a token it serves this terminal").action(async () => {
    const settings = loadProcessSettings();
    const log = createLogger({
      level: process.stdin.isTTY && settings.LOG_LEVEL === "info" ? "warn" : settings.LOG_LEVEL,
      prompts: settings.LOG_PROMPTS,
    });
    const unlock = lockDataFolder(settings.DATA_DIR);
    const health = await serveHealth(settings, log);
    const easel = await createEasel({ settings, log, clock: systemClock, dataDir: settings.DATA_DIR });
    const drawnBefore = await easel.queue.list({ limit: 1 });
    const chats = chatsOf(settings);
    const hasChat = chats.length > 0;
    health.of(
      easel,
      chats.map(({ name }) => name),
    );
    // A service without a terminal is not a script whose input has ended.
    const typed = process.stdin.isTTY || !hasChat;
    const terminal = createTerminal({
      ...terminalDeps(easel, settings, log),
      ...(typed ? { input: process.stdin } : {}),
      ...(drawnBefore.length === 0 && !hasChat ? { opening: FIRST_PROMPT } : {}),
    });
    if (typed) process.stdout.write(banner(easel.models.defaultId, easel.recovered));
    let stop!: (code: number) => void;
    const stopped = new Promise<number>((resolve) => (stop = resolve));
    process.once("SIGTERM", () => stop(0));
    const safety = easel.watchSafety();
    // A terminal that closes ends the program; a service is told to read its rules again.
    process.on("SIGHUP", () => (process.stdin.isTTY ? stop(0) : void safety.recheck()));
    // The operator's kill switch for when no chat is at hand.
    process.on("SIGUSR2", () => {
      easel.moderation.toggle("SIGUSR2").then(
        (paused) => log.warn(paused ? "paused by a signal" : "resumed by a signal"),
        (error: unknown) => log.error("the kill switch could not be turned", { error }),
      );
    });
    process.on("SIGINT", () => (typed ? terminal.interrupt() : stop(0)));
    await easel.connect(terminal);
    for (const { connect } of chats) {
      // A service may be out of reach for a while; what is typed here is drawn meanwhile.
      void connect(easel, settings, log, (sentence) => {
        process.stderr.write(`easel: ${sentence}\n`);
        stop(1);
      });
    }
    process.exitCode = await Promise.race([finished(terminal.finished, easel.queue), stopped]);
    await easel.stop({ graceMs: GRACE_MS });
    unlock();
    await health.close();
    process.stdin.destroy();
  });
}

/** The end of a script's input does not end what an earlier run left: every job gets its answer first. A person who leaves is not kept. */
async function finished(code: Promise<number>, queue: JobQueue): Promise<number> {
  const result = await code;
  if (process.stdin.isTTY) return result;
  for (;;) {
    const { waiting, running, undelivered } = await queue.stats();
    if (Object.values(waiting).every((jobs) => jobs === 0) && running === 0 && undelivered === 0) return result;
    await sleep(POLL_MS);
  }
}

function banner(model: string, recovered: number): string {
  const left =
    recovered === 0
      ? ""
      : `${recovered} ${recovered === 1 ? "picture" : "pictures"} from last time ${recovered === 1 ? "is" : "are"} being finished.\n`;
  return `${PROGRAM} draws on this machine with ${model}; nothing leaves it.\nType what you want to see, for example: a red fox in the snow. /help lists the commands, exit leaves.\n${left}`;
}

interface Chat {
  /** Its platform's. */
  readonly name: string;
  readonly wants: (settings: Settings) => boolean;
  readonly connect: Connect;
}

type Connect = (...args: Parameters<typeof connectDiscord>) => Promise<void>;

/** Each service's libraries are loaded by those who use it. */
const CHATS: readonly Chat[] = [
  {
    name: "discord",
    wants: ({ DISCORD_TOKEN }) => DISCORD_TOKEN !== "",
    connect: async (...args) => (await import("./connect-discord.ts")).connectDiscord(...args),
  },
  {
    name: "slack",
    wants: wantsSlack,
    connect: async (...args) => (await import("./connect-slack.ts")).connectSlack(...args),
  },
];

/** The chat services that the settings ask for. */
function chatsOf(settings: Settings): readonly Chat[] {
  return CHATS.filter(({ wants }) => wants(settings));
}
