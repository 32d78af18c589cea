import { resolve } from "node:path";
import { loadModel } from "../diffusion/load/load-model.ts";
import { openSession } from "../onnx/open-session.ts";
import type { OpenSession } from "../onnx/session.ts";
import { decodePicture } from "./child-decode.ts";
import { serveTask } from "./child-task.ts";
import { drawTrial, type Trial } from "./child-trial.ts";

/** Draws with some graphs exchanged for copies that hand out more. */
export interface ObserveRequest {
  readonly folder: string;
  readonly threads: number;
  /** By path of the model's own graph: the copy, and what it hands out more. */
  readonly graphs: Readonly<Record<string, { readonly path: string; readonly outputs: readonly string[] }>>;
  readonly trial: Trial;
}

/** What was seen of an output in all runs. */
export interface Observation {
  readonly min: number;
  readonly max: number;
  /** Its numbers in the first run, at most 16. */
  readonly first: readonly number[];
}

const KEPT_NUMBERS = 16;

/** Entry of a process of its own: draws the trial and answers what the further outputs of the copies were. */
await serveTask(async (request, onProgress) => {
  const { folder, threads, graphs, trial } = request as ObserveRequest;
  const seen: Record<string, Record<string, Observation>> = {};
  const model = await loadModel(folder, {
    openSession: observing(graphs, seen),
    sessionOptions: { device: "cpu", threads },
    decodePicture,
  });
  let drawn = 0;
  await drawTrial(model, trial, () => onProgress(++drawn / trial.prompts.length));
  await model.release();
  return seen;
});

function observing(graphs: ObserveRequest["graphs"], seen: Record<string, Record<string, Observation>>): OpenSession {
  return async (path, options) => {
    const copy = graphs[resolve(path)];
    if (!copy) return openSession(path, options);
    const session = await openSession(copy.path, options);
    const own = session.outputs.filter(({ name }) => !copy.outputs.includes(name));
    const observations = (seen[resolve(path)] ??= {});
    return {
      ...session,
      path,
      outputs: own,
      async run(feeds, want = own.map(({ name }) => name)) {
        const values = await session.run(feeds, [...want, ...copy.outputs]);
        for (const name of copy.outputs) observations[name] = merge(observations[name], values[name]!.data);
        return Object.fromEntries(want.map((name) => [name, values[name]!]));
      },
    };
  };
}

function merge(known: Observation | undefined, data: Float32Array): Observation {
  let { min, max } = known ?? { min: Infinity, max: -Infinity };
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max, first: known?.first ?? [...data.subarray(0, KEPT_NUMBERS)] };
}
