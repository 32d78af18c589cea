/**
 * What device processes need, by number and with and without the cache of optimised graphs (mapped files are shared). Linux only: reads
 * /proc/<pid>/smaps_rollup after each has drawn. `npm run bench -- memory [model folder]`.
 */
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { silentLogger } from "../src/core/logger.ts";
import { createPool } from "../src/inference/pool.ts";
import { builtInModels } from "../src/paths.ts";
import { systemClock } from "../src/system-clock.ts";
import { builtInFolder, builtInTask } from "./support/built-in.ts";
import { describeMachine, printTable } from "./support/table.ts";

const folder = process.argv[3] ?? builtInFolder;
const never = new AbortController().signal;
const MEASURES = ["Rss", "Pss", "Anonymous"] as const;

function memoryOf(pid: number): Record<(typeof MEASURES)[number], number> {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)![1]) / 1000;
  return { Rss: read("Rss"), Pss: read("Pss"), Anonymous: read("Anonymous") };
}

/** Sums over `workers` processes that have all drawn once, in MB. */
async function measure(workers: number, cacheDir: string | undefined) {
  const pool = createPool({
    devices: Array.from({ length: workers }, (_, i) => ({
      id: `cpu-${i}`,
      device: "cpu",
      threads: 1,
      classifiers: builtInModels(),
      ...(cacheDir === undefined ? {} : { cacheDir }),
    })),
    childEntry: fileURLToPath(new URL("../src/inference/child.js", import.meta.url)),
    modelPath: () => folder,
    clock: systemClock,
    log: silentLogger,
  });
  const task = folder === builtInFolder ? builtInTask() : plainTask();
  for (const slot of pool.slots) await slot.generate(task, () => {}, never);
  const each = pool.devices().map(({ pid }) => memoryOf(pid!));
  await pool.stop({ graceMs: 1000 });
  return MEASURES.map((name) => each.reduce((sum, memory) => sum + memory[name], 0).toFixed(0));
}

/** One step of 512 pixels, for any model of latents. */
function plainTask() {
  const { request, ...rest } = builtInTask();
  return {
    ...rest,
    request: {
      ...request,
      widthPx: 512,
      heightPx: 512,
      steps: 1,
      guidanceScale: 1,
      pictures: request.pictures.slice(0, 1),
    },
  };
}

const cacheDir = mkdtempSync(join(tmpdir(), "easel-bench-"));
try {
  await measure(1, cacheDir);
  const rows = [];
  for (const workers of [1, 2, 4]) {
    rows.push([workers, "no", ...(await measure(workers, undefined))]);
    rows.push([workers, "yes", ...(await measure(workers, cacheDir))]);
  }
  console.log(`${describeMachine()}; ${basename(folder)}; sums in MB\n`);
  printTable(
    ["device processes", "graph cache", "resident", "proportional (shared pages split)", "own (anonymous)"],
    rows,
  );
} finally {
  rmSync(cacheDir, { recursive: true });
}
