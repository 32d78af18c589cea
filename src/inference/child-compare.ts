import { relative, resolve } from "node:path";
import type { RawPicture } from "../core/generator.ts";
import type { Made } from "../diffusion/call.ts";
import { loadModel } from "../diffusion/load/load-model.ts";
import type { LoadedModel } from "../diffusion/loaded-model.ts";
import { openSession } from "../onnx/open-session.ts";
import type { Feed, OpenSession, Session } from "../onnx/session.ts";
import { decodePicture } from "./child-decode.ts";
import { serveTask } from "./child-task.ts";
import { drawTrial, type Trial } from "./child-trial.ts";

export interface CompareRequest {
  /** Two folders of the same model, the second rewritten. */
  readonly before: string;
  readonly after: string;
  readonly threads: number;
  readonly trial: Trial;
}

/** One graph in both folders, fed with what the first was fed while pictures were drawn. */
export interface ComparedGraph {
  /** Median time of one run. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Root mean square of the differences, as a share of that of the numbers. */
  readonly relativeError: number;
}

export interface Comparison {
  /** By path within the folder; only graphs that were run. */
  readonly graphs: Readonly<Record<string, ComparedGraph>>;
  readonly pictures: {
    /** Fastest time of one picture. */
    readonly beforeMs: number;
    readonly afterMs: number;
    /** Of 255. */
    readonly largestDifference: number;
    readonly meanDifference: number;
  };
  readonly beforeRssBytes: number;
  readonly afterRssBytes: number;
}

/** Runs of a graph that are kept to be repeated with the other. */
const KEPT_RUNS = 6;

interface KeptRun {
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly want: readonly string[];
  readonly outputs: readonly Float32Array[];
}

/** Entry of a process of its own: draws the same pictures with both folders and compares graphs and pictures. */
await serveTask(async (request, onProgress): Promise<Comparison> => {
  const { before, after, threads, trial } = request as CompareRequest;
  const sessionOptions = { device: "cpu", threads };
  const kept = new Map<string, KeptRun[]>();
  const pictures = 2 * trial.prompts.length;
  let drawn = 0;
  const onPicture = () => onProgress(++drawn / pictures);

  const first = await loadModel(before, { openSession: keeping(before, kept), sessionOptions, decodePicture });
  const drawnBefore = await drawTrial(first, trial, onPicture);
  const timesBefore = await repeat(first, before, kept);
  const beforeRssBytes = process.memoryUsage.rss();
  await first.release();

  const second = await loadModel(after, { openSession, sessionOptions, decodePicture });
  const drawnAfter = await drawTrial(second, trial, onPicture);
  const timesAfter = await repeat(second, after, kept);
  const afterRssBytes = process.memoryUsage.rss();
  await second.release();

  const names = [...timesBefore.keys()].filter((name) => timesAfter.has(name));
  return {
    graphs: Object.fromEntries(
      names.map((name) => [
        name,
        {
          beforeMs: timesBefore.get(name)!.ms,
          afterMs: timesAfter.get(name)!.ms,
          relativeError: timesAfter.get(name)!.relativeError,
        },
      ]),
    ),
    pictures: {
      beforeMs: fastest(drawnBefore),
      afterMs: fastest(drawnAfter),
      ...pixelDifference(flat(drawnBefore), flat(drawnAfter)),
    },
    beforeRssBytes,
    afterRssBytes,
  };
});

function fastest(made: readonly Made[]): number {
  return Math.min(...made.map(({ timings }) => timings.totalMs));
}

function flat(made: readonly Made[]): RawPicture[] {
  return made.flatMap(({ pictures }) => pictures);
}

/** Opens sessions whose first runs are kept by the graph's path within the folder. */
function keeping(folder: string, kept: Map<string, KeptRun[]>): OpenSession {
  return async (path, options) => {
    const session = await openSession(path, options);
    const runs: KeptRun[] = [];
    kept.set(relative(resolve(folder), path), runs);
    return {
      ...session,
      async run(feeds, want = session.outputs.map(({ name }) => name)) {
        const values = await session.run(feeds, want);
        if (runs.length < KEPT_RUNS)
          runs.push({ feeds, want, outputs: want.map((name) => values[name]!.data.slice()) });
        return values;
      },
    };
  };
}

/** Runs the graphs of a model on what was kept: how long they take and how far they are off. */
async function repeat(
  model: LoadedModel,
  folder: string,
  kept: ReadonlyMap<string, readonly KeptRun[]>,
): Promise<Map<string, { ms: number; relativeError: number }>> {
  const results = new Map<string, { ms: number; relativeError: number }>();
  for (const session of sessionsOf(model)) {
    const name = relative(resolve(folder), session.path);
    const runs = kept.get(name) ?? [];
    if (runs.length === 0) continue;
    const times: number[] = [];
    let [difference, power] = [0, 0];
    for (const { feeds, want, outputs } of runs) {
      const startedAt = performance.now();
      const values = await session.run(feeds, want);
      times.push(performance.now() - startedAt);
      want.forEach((output, i) => {
        values[output]!.data.forEach((value, j) => {
          difference += (value - outputs[i]![j]!) ** 2;
          power += outputs[i]![j]! ** 2;
        });
      });
    }
    times.sort((a, b) => a - b);
    results.set(name, {
      ms: times[Math.floor(times.length / 2)]!,
      relativeError: Math.sqrt(difference / (power || 1)),
    });
  }
  return results;
}

function sessionsOf(model: LoadedModel): Session[] {
  const { textEncoders, denoiser, vaeDecoder, vaeEncoder, controlnet } = model;
  const all = [
    ...textEncoders.map((encoder) => encoder?.session),
    denoiser.session,
    vaeDecoder?.session,
    vaeEncoder?.session,
    controlnet,
  ];
  return all.filter((session) => session !== undefined);
}

function pixelDifference(before: readonly RawPicture[], after: readonly RawPicture[]) {
  let [largest, sum, count] = [0, 0, 0];
  before.forEach(({ data }, p) => {
    data.forEach((level, i) => {
      const difference = Math.abs(level - after[p]!.data[i]!);
      largest = Math.max(largest, difference);
      sum += difference;
      count++;
    });
  });
  return { largestDifference: largest, meanDifference: sum / Math.max(1, count) };
}
