import { describe, expect, it } from "vitest";
import { schedulers } from "../../../src/diffusion/schedulers/index.ts";
import type { SchedulerFactory } from "../../../src/diffusion/schedulers/scheduler.ts";
import { createTorchRandom } from "../../../src/numerics/torch-random.ts";
import { listGolden, readGolden } from "../../support/golden.ts";

/** One case of schedulers.py, beside the golden files: arguments and results in diffusers' words. */
interface Case {
  readonly scheduler: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly set_timesteps: {
    readonly num_inference_steps?: number;
    readonly timesteps?: number[];
    readonly sigmas?: number[];
    readonly mu?: number;
    readonly original_inference_steps?: number;
    readonly strength?: number;
  };
  readonly step?: { readonly eta?: number; readonly s_churn?: number; readonly s_noise?: number };
  readonly seed: number;
  /** Inference steps skipped, as in image to image. */
  readonly begin: number;
  readonly timesteps: readonly number[];
  readonly sigmas?: readonly number[];
  readonly init_noise_sigma: number;
  readonly added_noise?: readonly number[];
  readonly samples: readonly (readonly number[])[];
}

const TABLE_TOLERANCE = 1e-6;
const SAMPLE_TOLERANCE = 1e-4;

/** The stand-in network of schedulers.py: needs no weights and depends on sample, timestep and position. */
function network(sample: Float32Array, timestep: number): Float32Array {
  const meanSquare = sample.reduce((sum, value) => sum + value * value, 0) / sample.length;
  const scale = 0.6 / Math.sqrt(1 + meanSquare);
  return sample.map((value, i) => scale * value + 0.3 * Math.sin(1.7 * i + 0.004 * timestep));
}

function runCase({ scheduler, config, set_timesteps: set, step = {}, seed, begin, timesteps: { length } }: Case) {
  const factory: SchedulerFactory | undefined = schedulers[scheduler as keyof typeof schedulers];
  const run = factory(config).setTimesteps({
    ...(set.num_inference_steps !== undefined && { numInferenceSteps: set.num_inference_steps }),
    ...(set.timesteps && { timesteps: set.timesteps }),
    ...(set.sigmas && { sigmas: set.sigmas }),
    ...(set.mu !== undefined && { mu: set.mu }),
    ...(set.original_inference_steps !== undefined && { originalInferenceSteps: set.original_inference_steps }),
    ...(set.strength !== undefined && { strength: set.strength }),
  });
  const first = begin * run.order;
  const noise = createTorchRandom(seed).randn(64);
  run.begin(first);
  let sample: Float32Array = noise.map((value) => value * run.initNoiseSigma);
  if (begin > 0) {
    const clean = Float32Array.from({ length: 64 }, (_, i) => Math.sin(0.37 * i));
    sample = run.addNoise(clean, noise, first);
  }
  const options = {
    random: [createTorchRandom(seed + 1)],
    ...(step.eta !== undefined && { eta: step.eta }),
    ...(step.s_churn !== undefined && { sChurn: step.s_churn }),
    ...(step.s_noise !== undefined && { sNoise: step.s_noise }),
  };
  const start = sample;
  const samples: Float32Array[] = [];
  for (let i = first; i < length; i++) {
    const output = network(run.scaleModelInput(sample, i), run.timesteps[i]!);
    sample = run.step(output, i, sample, options);
    samples.push(sample);
  }
  return { run, start, samples };
}

/** Largest difference relative to the element itself. */
function tableError(values: readonly number[], wanted: readonly number[]): number {
  return Math.max(...wanted.map((want, i) => Math.abs(want - values[i]!) / Math.max(Math.abs(want), 1e-6)));
}

/** Largest difference relative to the largest element. */
function sampleError(values: Float32Array, wanted: readonly number[]): number {
  const largest = Math.max(...wanted.map(Math.abs));
  return Math.max(...wanted.map((want, i) => Math.abs(want - values[i]!))) / largest;
}

/** What sets a case apart from others of its class. */
function title({ scheduler, config, set_timesteps: set, step, begin }: Case): string {
  const usual = ["num_train_timesteps", "beta_start", "beta_end"];
  const keys = Object.entries(config).filter(([key]) => !usual.includes(key));
  const told = { ...Object.fromEntries(keys), ...set, ...step, ...(begin > 0 && { begin }) };
  return `${scheduler} ${JSON.stringify(told).replaceAll('"', "")}`;
}

describe.each(listGolden("schedulers"))("schedulers/%s", (file) => {
  const { cases } = readGolden("schedulers", file) as { cases: Case[] };

  it.each(cases.map((golden) => [title(golden), golden] as const))("repeats diffusers: %s", (_, golden) => {
    const { run, start, samples } = runCase(golden);

    expect(run.timesteps).toHaveLength(golden.timesteps.length);
    expect(tableError(run.timesteps, golden.timesteps), "timesteps").toBeLessThanOrEqual(TABLE_TOLERANCE);
    expect(run.sigmas).toHaveLength(golden.sigmas?.length ?? 0);
    expect(tableError(run.sigmas, golden.sigmas ?? []), "sigmas").toBeLessThanOrEqual(TABLE_TOLERANCE);
    expect(tableError([run.initNoiseSigma], [golden.init_noise_sigma])).toBeLessThanOrEqual(TABLE_TOLERANCE);
    if (golden.added_noise) expect(sampleError(start, golden.added_noise)).toBeLessThanOrEqual(SAMPLE_TOLERANCE);
    expect(samples).toHaveLength(golden.samples.length);
    const errors = samples.map((sample, i) => sampleError(sample, golden.samples[i]!));
    expect(
      Math.max(...errors),
      `steps: ${errors.map((error) => error.toExponential(1)).join(" ")}`,
    ).toBeLessThanOrEqual(SAMPLE_TOLERANCE);
  });
});
