/**
 * Where the time of four pictures of the built-in model goes, once everything is loaded: phases, and how much of it is not runs of the
 * graphs. The time of a run is taken around onnxruntime-node's own `run`, within the same generation, so that other load on the machine
 * cannot tell them apart. `npm run bench -- pipeline [generations]` prints medians.
 */
import { InferenceSession } from "onnxruntime-node";
import { createEngine } from "../src/diffusion/generate.ts";
import { drawTask } from "../src/diffusion/draw-task.ts";
import { loadModel } from "../src/diffusion/load/load-model.ts";
import { encodePicture } from "../src/images/encode.ts";
import { openSession } from "../src/onnx/open-session.ts";
import { availableParallelism } from "node:os";
import { builtInFolder, builtInTask } from "./support/built-in.ts";
import { describeMachine, median, printTable } from "./support/table.ts";

const generations = Number(process.argv[3] ?? 15);
const WARM_UPS = 3;

let inGraphsMs = 0;
const plainCreate = InferenceSession.create.bind(InferenceSession) as (...args: unknown[]) => Promise<InferenceSession>;
(InferenceSession as { create: unknown }).create = async (...args: unknown[]) => {
  const session = await plainCreate(...args);
  const plainRun = session.run.bind(session) as (...args: unknown[]) => Promise<InferenceSession.ReturnType>;
  session.run = async (...runArgs: unknown[]) => {
    const startedAt = performance.now();
    const outputs = await plainRun(...runArgs);
    inGraphsMs += performance.now() - startedAt;
    return outputs;
  };
  return session;
};

const model = await loadModel(builtInFolder, {
  openSession,
  sessionOptions: { device: "cpu", threads: availableParallelism() },
});

async function measure(cacheBytes: number) {
  const engine = createEngine({ model, cacheBytes });
  const samples: Record<string, number>[] = [];
  for (let i = 0; i < WARM_UPS + generations; i++) {
    inGraphsMs = 0;
    // One prompt, other seeds: what a reroll asks for.
    const task = builtInTask(1 + 4 * i);
    const { pictures, timings } = await drawTask({ engine, model }, task, () => {}, new AbortController().signal);
    const graphsMs = inGraphsMs;
    const encodedAt = performance.now();
    await Promise.all(
      pictures.map((picture) => encodePicture(picture, { source: "trainedAlgorithmicMedia", creatorTool: "bench" })),
    );
    const encodeMs = performance.now() - encodedAt;
    if (i >= WARM_UPS) samples.push({ ...timings, graphsMs, encodeMs, overheadMs: timings.totalMs - graphsMs });
  }
  const middle = (name: string) => median(samples.map((sample) => sample[name]!));
  const share = median(samples.map(({ overheadMs, graphsMs }) => (100 * overheadMs!) / graphsMs!));
  return { middle, share };
}

const rows = [];
for (const [label, cacheBytes] of [
  ["kept", 128 * 2 ** 20],
  ["encoded each time", 0],
] as const) {
  const { middle, share } = await measure(cacheBytes);
  const columns = ["textMs", "denoiseMs", "decodeMs", "totalMs", "graphsMs", "overheadMs"].map((name) =>
    middle(name).toFixed(1),
  );
  rows.push([label, ...columns, `${share.toFixed(2)} %`, middle("encodeMs").toFixed(1)]);
}
await model.release();
console.log(
  `${describeMachine()}; median of ${generations} generations of 4 pictures, 12 steps, guidance 2.5, in ms\n`,
);
printTable(
  [
    "prompt embeddings",
    "text",
    "denoise",
    "decode",
    "total",
    "of it graph runs",
    "overhead",
    "overhead",
    "PNG encoding (other thread)",
  ],
  rows,
);
