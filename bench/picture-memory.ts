/** Time and memory of four pictures of the model with a picture memory, guided and without guidance: `npm run bench -- picture-memory [generations]`. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { createEngine } from "../src/diffusion/generate.ts";
import { loadModel } from "../src/diffusion/load/load-model.ts";
import { NO_LIMITS, readPicture } from "../src/images/read-picture.ts";
import { openSession } from "../src/onnx/open-session.ts";
import { describeMachine, median, printTable } from "./support/table.ts";

const generations = Number(process.argv[3] ?? 5);
const startedAt = performance.now();
const model = await loadModel(fileURLToPath(new URL("../../models/easel-v1", import.meta.url)), {
  openSession,
  sessionOptions: { device: "cpu", threads: availableParallelism() },
  decodePicture: (bytes) => readPicture(bytes, "a picture of the memory", NO_LIMITS),
});
const loadMs = performance.now() - startedAt;
const engine = createEngine({ model });

async function measure(steps: number, guidanceScale: number, side: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= generations; i++) {
    const seeds = [0, 1, 2, 3].map((n) => 10 * i + n);
    const { timings } = await engine.generate({
      mode: "text-to-image",
      prompts: seeds.map(() => "a fox and a cat in the snow, 3d"),
      promptSyntax: true,
      height: side,
      width: side,
      numInferenceSteps: steps,
      guidanceScale,
      generator: { kind: "list", seeds },
    });
    if (i > 0) times.push(timings.totalMs);
  }
  return median(times);
}

console.log(describeMachine());
const rows: (string | number)[][] = [];
for (const [label, steps, guidance, side] of [
  ["2 steps, no guidance", 2, 1, 256],
  ["4 steps, no guidance (the default)", 4, 1, 256],
  ["8 steps, guidance 2.5", 8, 2.5, 256],
  ["4 steps, no guidance, 512 x 512", 4, 1, 512],
] as const) {
  const ms = await measure(steps, guidance, side);
  rows.push([label, (ms / 1000).toFixed(2), Math.round(process.memoryUsage.rss() / 2 ** 20)]);
}
printTable(["run", "4 pictures s", "memory MB"], rows);
console.log(`load: ${(loadMs / 1000).toFixed(2)} s`);
