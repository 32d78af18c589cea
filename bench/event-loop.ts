/**
 * How long the bot's own process is held up while pictures are drawn: delays of its event loop (perf_hooks, 1 ms grain) with the real pool
 * and the compiled device child (with labelling in threads and in the bot's own), with the model in the same process, and idle. `npm run bench -- event-loop [seconds]`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Generated } from "../src/core/generator.ts";
import { silentLogger } from "../src/core/logger.ts";
import { createEngine } from "../src/diffusion/generate.ts";
import { drawTask } from "../src/diffusion/draw-task.ts";
import { loadModel } from "../src/diffusion/load/load-model.ts";
import { encodePicture } from "../src/images/encode.ts";
import { createPool } from "../src/inference/pool.ts";
import { openSession } from "../src/onnx/open-session.ts";
import { builtInModels } from "../src/paths.ts";
import { createPicturePool } from "../src/picture-pool.ts";
import { createPictureTasks, type PictureTasks } from "../src/picture-tasks.ts";
import { openProvenance } from "../src/provenance.ts";
import { openDatabase } from "../src/storage/database.ts";
import { createPictureRegistry } from "../src/storage/picture-registry.ts";
import { systemClock } from "../src/system-clock.ts";
import { builtInFolder, builtInTask } from "./support/built-in.ts";
import { describeMachine, printTable } from "./support/table.ts";

const seconds = Number(process.argv[3] ?? 15);
const GRAIN_MS = 1;
const never = new AbortController().signal;

/** Percentiles of what the loop was late by while `draw` was called again and again. */
async function watch(label: string, draw: (seed: number) => Promise<unknown>): Promise<(string | number)[]> {
  await draw(1);
  const delays = monitorEventLoopDelay({ resolution: GRAIN_MS });
  delays.enable();
  const endAt = performance.now() + seconds * 1000;
  let pictures = 0;
  for (let seed = 5; performance.now() < endAt; seed += 4) {
    await draw(seed);
    pictures += 4;
  }
  delays.disable();
  const late = (percentile: number) => Math.max(0, delays.percentile(percentile) / 1e6 - GRAIN_MS).toFixed(1);
  return [label, pictures, late(50), late(99), late(99.9), Math.max(0, delays.max / 1e6 - GRAIN_MS).toFixed(1)];
}

/** Marks, encodes, signs and registers the pictures of a job, as the program does. */
async function openLabelling(tasks: PictureTasks): Promise<(generated: Generated) => Promise<void>> {
  const provenance = await openProvenance({
    folder: join(folder, "credentials"),
    registry: createPictureRegistry({ database: openDatabase({ path: ":memory:", log: silentLogger }) }),
    clock: systemClock,
    log: silentLogger,
    program: "Easel",
    watermark: true,
    tasks,
  });
  return async ({ pictures }) => {
    const files = pictures.map(async (picture, index) => {
      const labels = { source: "trainedAlgorithmicMedia", creatorTool: "Easel" } as const;
      const png = await encodePicture(await provenance.mark(picture), labels);
      await provenance.publish(png, "image/png", { job: "bench", index, model: "easel", madeAt: systemClock.now() });
    });
    await Promise.all(files);
  };
}

const folder = mkdtempSync(join(tmpdir(), "easel-bench-"));
const threads = availableParallelism();
const pool = createPool({
  devices: [{ id: "cpu-0", device: "cpu", threads, classifiers: builtInModels() }],
  childEntry: fileURLToPath(new URL("../src/inference/child.js", import.meta.url)),
  modelPath: () => builtInFolder,
  clock: systemClock,
  log: silentLogger,
});
const rows = [await watch("idle", () => wait(100))];
rows.push(await watch("device process (Easel)", (seed) => pool.generate(builtInTask(seed), () => {}, never)));
rows.push(
  await watch("device process, previews", (seed) =>
    pool.generate({ ...builtInTask(seed), previews: true }, () => {}, never),
  ),
);
const threadsOfPictures = createPicturePool({
  entry: new URL("../src/picture-worker.js", import.meta.url),
  threads: 1,
});
for (const [where, tasks] of [
  ["in a thread (Easel)", threadsOfPictures],
  ["in the bot's thread", createPictureTasks(systemClock)],
] as const) {
  const label = await openLabelling(tasks);
  rows.push(
    await watch(`drawing, and labelling ${where}`, async (seed) =>
      label(await pool.generate(builtInTask(seed), () => {}, never)),
    ),
  );
}
await threadsOfPictures.close();
await pool.stop({ graceMs: 1000 });

const model = await loadModel(builtInFolder, { openSession, sessionOptions: { device: "cpu", threads } });
const engine = createEngine({ model });
rows.push(
  await watch("model in the bot's process", (seed) => drawTask({ engine, model }, builtInTask(seed), () => {}, never)),
);
await model.release();
rmSync(folder, { recursive: true });
rows[0]![1] = 0;
console.log(`${describeMachine()}; ${seconds} s each, lateness of the event loop in ms\n`);
printTable(["while", "pictures", "median", "p99", "p99.9", "longest"], rows);
