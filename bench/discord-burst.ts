/**
 * A burst of interactions while a model draws: the real program against a simulated Discord, each in a process of its own.
 * `npm run bench -- discord-burst [interactions ...]`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createDiscordSimulator } from "../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator } from "../src/simulator/discord/discord-simulator.ts";
import { systemClock } from "../src/system-clock.ts";
import { describeMachine, printTable } from "./support/table.ts";

const entry = fileURLToPath(new URL("../src/cli/easel.js", import.meta.url));
const given = process.argv.slice(3).map(Number);
const REPEATS = 5;
const WARM_UP = 200;
const SETTLE_MS = 5000;

type Kind = "/imagine" | "/queue";

/** The whole program with its data in `folder`, connected. */
async function start(discord: DiscordSimulator, folder: string) {
  const bot = spawn(process.execPath, [entry, "start"], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      LOG_LEVEL: "error",
      MAX_WAITING: "100000",
      MAX_WAITING_PER_CHANNEL: "100000",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exited = new Promise<void>((resolve) => void bot.once("exit", () => resolve()));
  await discord.waitForSession(60_000);
  return {
    async stop() {
      bot.kill("SIGKILL");
      await exited;
    },
  };
}

/** Milliseconds to each acknowledgement, Infinity for one that never came. */
async function burst(count: number, kind: Kind): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "easel-bench-"));
  const discord = await createDiscordSimulator({ clock: systemClock });
  const bot = await start(discord, folder);
  try {
    // Whoever started the program a minute ago is served by compiled code.
    const first = Array.from({ length: WARM_UP }, () => discord.inject.slash({ name: "queue" }));
    await Promise.all(first.map((one) => one.waitForCallback()));
    const people = Array.from({ length: count }, (_, i) => discord.world.addUser(`member${i}`).id);
    discord.inject.slash({ name: "imagine", options: { prompt: "a red fox", steps: 50, count: 8 } });
    await discord.waitForMessage(({ message }) => JSON.stringify(message.components).includes("Drawing"), 60_000);
    const options = kind === "/imagine" ? { prompt: "a red fox in the snow", count: 1 } : {};
    const asked = people.map((userId) => discord.inject.slash({ name: kind.slice(1), options, userId }));
    await sleep(SETTLE_MS);
    return asked.map((one) => one.callback()?.afterMs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  } finally {
    await bot.stop();
    await discord.stop();
    rmSync(folder, { recursive: true });
  }
}

const rows = [];
for (const count of given.length === 0 ? [200, 1000] : given)
  for (const kind of ["/queue", "/imagine"] as const)
    for (let repeat = 1; repeat <= REPEATS; repeat++) {
      const sorted = await burst(count, kind);
      const acknowledged = sorted.filter((ms) => Number.isFinite(ms));
      const at = (share: number) => (sorted[Math.ceil(share * count) - 1] ?? 0).toFixed(0);
      rows.push([kind, count, acknowledged.length, at(0.5), at(0.99), at(1)]);
    }
console.log(`${describeMachine()}; each row is one run, in ms from the event to its acknowledgement\n`);
printTable(["while a model draws", "at once", "acknowledged", "median", "p99", "last"], rows);
