/**
 * Draws pictures with the model folder of the first argument as sd-turbo-shaped.py does, with the graph cache of the second (empty = none),
 * and prints times, peak memory and the difference from <reference>/pictures.npy (third argument) as JSON.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createEngine } from "../../src/diffusion/generate.ts";
import { loadModel } from "../../src/diffusion/load/load-model.ts";
import { openSession } from "../../src/onnx/open-session.ts";

const [, , folder = "", cacheDir = "", reference = "", pictures = "3"] = process.argv;
const { size } = JSON.parse(readFileSync(join(reference, "shape.json"), "utf8")) as { size: number };
const expected = readFileSync(join(reference, "pictures.npy"));
const pictureBytes = size * size * 3;
const header = expected.length - pictureBytes * (Number(pictures) + 1);

const startedAt = performance.now();
const sessionOptions = { device: "cpu", threads: availableParallelism(), ...(cacheDir === "" ? {} : { cacheDir }) };
const model = await loadModel(folder, { openSession, sessionOptions });
const loadMs = performance.now() - startedAt;
const engine = createEngine({ model });

const pictureMs: number[] = [];
const cpuMs: number[] = [];
const phases: { textMs: number; denoiseMs: number; decodeMs: number }[] = [];
let largestDifference = 0;
let sum = 0;
for (let seed = 0; seed <= Number(pictures); seed++) {
  const spent = process.cpuUsage();
  const made = await engine.generate({
    mode: "text-to-image",
    prompts: ["a red fox in the snow"],
    promptSyntax: false,
    width: size,
    height: size,
    numInferenceSteps: 1,
    guidanceScale: 0,
    generator: { kind: "list", seeds: [seed] },
  });
  // The first is the warm-up, here and in Python.
  if (seed > 0) {
    pictureMs.push(made.timings.totalMs);
    const { user, system } = process.cpuUsage(spent);
    cpuMs.push((user + system) / 1000);
    phases.push(made.timings);
  }
  made.pictures[0]!.data.forEach((level, i) => {
    const difference = Math.abs(level - expected[header + seed * pictureBytes + i]!);
    largestDifference = Math.max(largestDifference, difference);
    sum += difference;
  });
}
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
const meanDifference = sum / (pictureBytes * (Number(pictures) + 1));
console.log(JSON.stringify({ loadMs, pictureMs, cpuMs, phases, peakRssBytes, largestDifference, meanDifference }));
