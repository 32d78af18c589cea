/**
 * Draws four pictures of two rows each with the model folder of the first argument, sides of the second in pixels, so many rows together as
 * the third says (0 = as many as are measured to be fastest), and prints what that took as JSON.
 */
import { availableParallelism } from "node:os";
import { silentLogger } from "../../src/core/logger.ts";
import { createEngine } from "../../src/diffusion/generate.ts";
import { loadModel } from "../../src/diffusion/load/load-model.ts";
import { createMeasuredBatches, fixedBatches } from "../../src/diffusion/row-batches.ts";
import { NO_LIMITS, readPicture } from "../../src/images/read-picture.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import { median } from "./table.ts";

const [folder = "", pixels = "", rows = "", steps = "8", generations = "3"] = process.argv.slice(2);
const sessionOptions = { device: "cpu", threads: availableParallelism() };
const model = await loadModel(folder, {
  openSession,
  sessionOptions,
  decodePicture: (bytes) => readPicture(bytes, "a picture of the memory", NO_LIMITS),
});
const batches = rows === "0" ? createMeasuredBatches(sessionOptions, silentLogger) : fixedBatches(Number(rows));
let size = 0;
const engine = createEngine({
  model,
  batches: { ...batches, size: (...of) => (size = batches.size(...of)) },
});

const ms: number[] = [];
const cpuMs: number[] = [];
for (let i = 0; i <= Number(generations); i++) {
  const spent = process.cpuUsage();
  const { timings } = await engine.generate({
    mode: "text-to-image",
    prompts: Array.from({ length: 4 }, () => "a red fox in the snow"),
    promptSyntax: true,
    width: Number(pixels),
    height: Number(pixels),
    numInferenceSteps: Number(steps),
    guidanceScale: 2.5,
    generator: { kind: "list", seeds: [1, 2, 3, 4] },
  });
  const { user, system } = process.cpuUsage(spent);
  // The first allocates, and tries the numbers of rows where they are measured.
  if (i > 0) {
    ms.push(timings.denoiseMs);
    cpuMs.push((user + system) / 1000);
  }
}
console.log(
  JSON.stringify({ size, ms: median(ms), cpuMs: median(cpuMs), peakRssBytes: process.resourceUsage().maxRSS * 1024 }),
);
