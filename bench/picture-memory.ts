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

async function measure(steps: number, guidanceScale: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= generations; i++) {
    const seeds = [0, 1, 2, 3].map((n) => 10 * i + n);
    const { timings } = await engine.generate({
      mode: "text-to-image",
      prompts: seeds.map(() => "a fox and a cat in the snow, 3d"),
      promptSyntax: true,
      height: 256,
      width: 256,
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
for (const [label, steps, guidance] of [
  ["8 steps, guidance 2.5", 8, 2.5],
  ["4 steps, no guidance", 4, 1],
] as const) {
  const ms = await measure(steps, guidance);
  rows.push([label, (ms / 1000).toFixed(2), Math.round(process.memoryUsage.rss() / 2 ** 20)]);
}
printTable(["run", "4 pictures s", "memory MB"], rows);
console.log(`load: ${(loadMs / 1000).toFixed(2)} s`);
