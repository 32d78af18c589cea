import { availableParallelism } from "node:os";
import { join } from "node:path";
import { mkdir } from "node:fs/promises";
import { UserError } from "../core/errors.ts";
import type { Comparison } from "../inference/child-compare.ts";
import type { Observation, ObserveRequest } from "../inference/child-observe.ts";
import type { Trial } from "../inference/child-trial.ts";
import { runChild } from "../inference/run-child.ts";
import type { Manifest } from "../models/manifest.ts";
import type { ModelFacts } from "../models/model-facts.ts";
import { readManifest } from "../models/model-library.ts";
import { checkModelName, checkNameIsFree } from "../models/model-name.ts";
import type { OnnxFile } from "../models/onnx-file.ts";
import { startRewrite, type Rewrite } from "../models/rewrite-model.ts";
import { builtInModels } from "../paths.ts";
import { inspectFolder, openModelsPlace } from "./models-place.ts";
import { formatBytes, formatTable, say, sayStep } from "./models-text.ts";

/** Pictures that a rewritten model is compared by. */
const PROMPTS = ["a red fox in the snow", "a bowl of fruit on a table"];

/** A model that is about to be rewritten. */
export interface Subject {
  readonly id: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly facts: ModelFacts;
  /** Name of the model that comes of it; undefined = graphs beside its own. */
  readonly out: string | undefined;
  readonly rewrite: Rewrite;
}

/** Looks a model up, loads it and begins a rewritten one named `out`, or graphs beside its own. Rejects with UserError. */
export async function openSubject(id: string, out: string | undefined): Promise<Subject> {
  const place = openModelsPlace();
  const { folder, isBuiltIn } = place.find(id);
  if (out !== undefined) checkNameIsFree(checkModelName(out), [builtInModels(), place.models], "--out");
  else if (isBuiltIn) throw new UserError("model-built-in", { model: id, action: "changed" });
  const manifest = readManifest(folder, id);
  sayStep("loading the model");
  const facts = await inspectFolder(folder);
  await mkdir(place.models, { recursive: true });
  return { id, folder, manifest, facts, out, rewrite: await startRewrite(folder, place.models, out ?? id) };
}

/** What is drawn to try the model: its default picture. */
export function trialOf(
  { manifest }: Subject,
  options: { prompts?: readonly string[]; maxSteps?: number } = {},
): Trial {
  const { sizes, defaults } = manifest;
  const [width, height] = sizes.default;
  return {
    prompts: options.prompts ?? PROMPTS,
    width,
    height,
    steps: Math.min(defaults.steps, options.maxSteps ?? Infinity),
    guidanceScale: defaults.guidanceScale,
  };
}

/** A copy of a graph that hands out more, to be run in place of the graph. */
export interface Instrumented {
  /** Path within the model folder. */
  readonly graph: string;
  readonly file: OnnxFile;
  readonly outputs: readonly string[];
}

/** Draws `trial` with instrumented graphs and returns what their further outputs were, by graph and output. */
export async function observe(
  { id, folder, rewrite }: Subject,
  instrumented: readonly Instrumented[],
  trial: Trial,
): Promise<ReadonlyMap<string, Readonly<Record<string, Observation>>>> {
  const graphs: Record<string, ObserveRequest["graphs"][string]> = {};
  for (const [index, { graph, file, outputs }] of instrumented.entries()) {
    const path = join(rewrite.staging, "instrumented", String(index), "model.onnx");
    await mkdir(join(path, ".."), { recursive: true });
    await file.saveLinked(path);
    graphs[join(folder, graph)] = { path, outputs };
  }
  const request: ObserveRequest = { folder, threads: availableParallelism(), graphs, trial };
  const seen = (await drawInChild("child-observe", request, id)) as Record<string, Record<string, Observation>>;
  await rewrite.discardBelow("instrumented");
  return new Map(instrumented.map(({ graph }) => [graph, seen[join(folder, graph)] ?? {}]));
}

/** A model that loads but cannot draw is the model's fault, not this program's. */
async function drawInChild(entry: "child-observe" | "child-compare", request: unknown, id: string): Promise<unknown> {
  try {
    return await runChild(entry, request);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const [reason = ""] = (error as Error).message.split("\n", 1);
    throw new UserError("model-broken", { model: id, reason: `it does not draw: ${reason}` }, { cause: error });
  }
}

export interface Rewritten {
  readonly graph: string;
  readonly what: string;
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

/** Draws the same pictures with both models, tells how they differ, and installs the new one unless `refuse` gives a reason against it. */
export async function finishRewrite(
  subject: Subject,
  rewritten: readonly Rewritten[],
  options: { trial: Trial; title: string; refuse?: (comparison: Comparison) => string | undefined },
): Promise<void> {
  const { id, folder, manifest, out, rewrite } = subject;
  await rewrite.complete();
  sayStep("drawing pictures with both models");
  const request = { before: folder, after: rewrite.staging, threads: availableParallelism(), trial: options.trial };
  const comparison = (await drawInChild("child-compare", request, id)) as Comparison;
  say(describeRewrite(rewritten, comparison));
  const reason = options.refuse?.(comparison);
  if (reason !== undefined) throw new UserError("model-unchanged", { model: id, reason });
  if (out === undefined) {
    await rewrite.publishBeside(manifest);
    return say(`\n${id} has these graphs beside its own; at start the faster ones are used.`);
  }
  await rewrite.publish(out, { ...manifest, title: `${manifest.title} (${options.title})` });
  say(`\n${out} is installed; ${id} is as it was.`);
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

function describeRewrite(rewritten: readonly Rewritten[], { graphs, pictures }: Comparison): string {
  const rows = rewritten.map(({ graph, what, beforeBytes, afterBytes }) => {
    const run = graphs[graph];
    return [
      graph,
      what,
      `${formatBytes(beforeBytes)} -> ${formatBytes(afterBytes)}`,
      run ? `${ms(run.beforeMs)} -> ${ms(run.afterMs)} (${(run.beforeMs / run.afterMs).toFixed(2)}x)` : "not run",
      run ? `${(100 * run.relativeError).toPrecision(2)} %` : "",
    ];
  });
  const { beforeMs, afterMs, largestDifference, meanDifference } = pictures;
  return [
    formatTable([["GRAPH", "REWRITTEN", "SIZE", "ONE RUN", "ERROR"], ...rows]),
    `one picture: ${ms(beforeMs)} -> ${ms(afterMs)} (${(beforeMs / afterMs).toFixed(2)}x); ` +
      `its levels (0 to 255) differ by ${meanDifference.toFixed(2)} on average, ${largestDifference} at most`,
  ].join("\n");
}

/** Runs `work` and leaves nothing behind when it fails. */
export async function orDiscard(subject: Subject, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await subject.rewrite.discard();
    throw error;
  }
}
