/**
 * What it is worth that a device draws the next job while the last one is labelled and encoded: jobs of four pictures through the real
 * device child, one thing after the other and overlapped in turn. `npm run bench -- overlap [rounds]`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Generated } from "../src/core/generator.ts";
import { silentLogger } from "../src/core/logger.ts";
import { encodePicture } from "../src/images/encode.ts";
import { createPool } from "../src/inference/pool.ts";
import { builtInModels } from "../src/paths.ts";
import { openProvenance } from "../src/provenance.ts";
import { openDatabase } from "../src/storage/database.ts";
import { createPictureRegistry } from "../src/storage/picture-registry.ts";
import { systemClock } from "../src/system-clock.ts";
import { builtInFolder, builtInTask } from "./support/built-in.ts";
import { describeMachine, median, printTable } from "./support/table.ts";

const rounds = Number(process.argv[3] ?? 5);
const JOBS = 6;
const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "easel-bench-"));
const database = openDatabase({ path: join(folder, "easel.db"), log: silentLogger });
const provenance = await openProvenance({
  folder: join(folder, "credentials"),
  registry: createPictureRegistry({ database }),
  clock: systemClock,
  log: silentLogger,
  program: "Easel",
  watermark: true,
});
const pool = createPool({
  devices: [{ id: "cpu-0", device: "cpu", threads: availableParallelism(), classifiers: builtInModels() }],
  childEntry: fileURLToPath(new URL("../src/inference/child.js", import.meta.url)),
  modelPath: () => builtInFolder,
  clock: systemClock,
  log: silentLogger,
});

const draw = (seed: number) => pool.generate(builtInTask(seed), () => {}, never);

async function label({ pictures }: Generated): Promise<void> {
  for (const [index, picture] of pictures.entries()) {
    const marked = await provenance.mark(picture);
    const png = await encodePicture(marked, { source: "trainedAlgorithmicMedia", creatorTool: "Easel" });
    await provenance.publish(png, "image/png", { job: "bench", index, model: "easel-v0", madeAt: systemClock.now() });
  }
}

/** Milliseconds a job. The dispatcher labels at most one job while the next is drawn, and so does this. */
async function run(overlapped: boolean): Promise<number> {
  const startedAt = performance.now();
  let labelling = Promise.resolve();
  for (let job = 0; job < JOBS; job++) {
    const drawn = await draw(4 * job);
    await labelling;
    labelling = label(drawn);
    if (!overlapped) await labelling;
  }
  await labelling;
  return (performance.now() - startedAt) / JOBS;
}

try {
  await run(true);
  const times = { apart: [] as number[], together: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.apart.push(await run(false));
    times.together.push(await run(true));
  }
  console.log(`${describeMachine()}; jobs of four pictures, median of ${rounds} rounds of ${JOBS} jobs, in ms a job\n`);
  const [apart, together] = [median(times.apart), median(times.together)];
  printTable(
    ["drawing and labelling", "ms a job", "faster"],
    [
      ["one after the other", apart.toFixed(0), "1.00x"],
      ["overlapped (Easel)", together.toFixed(0), `${(apart / together).toFixed(2)}x`],
    ],
  );
} finally {
  await pool.stop({ graceMs: 1000 });
  rmSync(folder, { recursive: true });
}
