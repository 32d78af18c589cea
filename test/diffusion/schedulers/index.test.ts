import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { schedulers } from "../../../src/diffusion/schedulers/index.ts";
import type { Scheduler, SchedulerRun } from "../../../src/diffusion/schedulers/scheduler.ts";
import { createTorchRandom } from "../../../src/numerics/torch-random.ts";

const entries = Object.entries(schedulers);
/** Values that every class takes: the defaults of some are invalid together. */
const CONFIG = { beta_schedule: "scaled_linear", beta_start: 0.00085, beta_end: 0.012 };
const COUNT = 4 * 8 * 8;

function network(sample: Float32Array, timestep: number): Float32Array {
  return sample.map((value) => 0.4 * Math.tanh(value) + 0.0001 * timestep);
}

function takeStep(run: SchedulerRun, i: number, sample: Float32Array, seeds: readonly number[]): Float32Array {
  const output = network(run.scaleModelInput(sample, i), run.timesteps[i]!);
  return run.step(output, i, sample, { random: seeds.map((seed) => createTorchRandom(seed + 1000 * i)) });
}

function finish(scheduler: Scheduler, sample: Float32Array, seeds: readonly number[]): Float32Array {
  const run = scheduler.setTimesteps({ numInferenceSteps: 5 });
  let latest = sample;
  for (let i = 0; i < run.timesteps.length; i++) latest = takeStep(run, i, latest, seeds);
  return latest;
}

describe("schedulers", () => {
  it("lists every file of the folder and no other", () => {
    const folder = fileURLToPath(new URL("../../../src/diffusion/schedulers", import.meta.url));
    const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !/^(index|scheduler)\.ts$/.test(name));

    expect(files.map((name) => name.replace(/\.ts$/, "").replaceAll("-", "")).sort()).toEqual(
      Object.values(schedulers)
        .map((factory) => factory.name.toLowerCase())
        .sort(),
    );
  });

  it.each(entries)("%s goes by its class name and keeps its configuration", (name, factory) => {
    const scheduler = factory(CONFIG);

    expect(scheduler.name).toBe(name);
    expect(scheduler.config).toBe(CONFIG);
  });

  it.each(entries)("%s draws each picture of a batch as if it were alone", (_, factory) => {
    const [left, right] = [createTorchRandom(1).randn(COUNT), createTorchRandom(2).randn(COUNT)];
    const scheduler = factory(CONFIG);

    const together = finish(scheduler, Float32Array.of(...left, ...right), [7, 8]);

    const apart = Float32Array.of(...finish(scheduler, left, [7]), ...finish(scheduler, right, [8]));
    const difference = together.reduce((max, value, i) => Math.max(max, Math.abs(value - apart[i]!)), 0);
    expect(difference).toBeLessThan(1e-6);
  });

  it.each(entries)("%s keeps the state of one run out of another", (_, factory) => {
    const scheduler = factory(CONFIG);
    const sample = createTorchRandom(3).randn(COUNT);
    const [one, other] = [1, 2].map(() => scheduler.setTimesteps({ numInferenceSteps: 5 }));
    let [a, b]: [Float32Array, Float32Array] = [sample, sample];

    for (let i = 0; i < one!.timesteps.length; i++) {
      a = takeStep(one!, i, a, [7]);
      b = takeStep(other!, i, b, [7]);
    }

    expect(a).toEqual(b);
    expect(a).toEqual(finish(scheduler, sample, [7]));
  });

  it.each(entries)("%s leaves its arguments alone and predicts the clean sample", (_, factory) => {
    const run = factory(CONFIG).setTimesteps({ numInferenceSteps: 5 });
    const sample = createTorchRandom(4).randn(COUNT);
    const output = network(sample, 500);
    const [sampleBefore, outputBefore] = [sample.slice(), output.slice()];

    run.scaleModelInput(sample, 0);
    run.step(output, 0, sample, { random: [createTorchRandom(5)] });

    expect(sample).toEqual(sampleBefore);
    expect(output).toEqual(outputBefore);
    expect(run.denoised).toHaveLength(COUNT);
    expect(run.denoised!.every(Number.isFinite)).toBe(true);
  });

  it.each(entries)("%s refuses steps out of order", (_, factory) => {
    const run = factory(CONFIG).setTimesteps({ numInferenceSteps: 5 });
    const sample = new Float32Array(COUNT);
    const options = { random: [createTorchRandom(0)] };

    expect(() => run.step(sample, 1, sample, options)).toThrow("0 is due");
    run.begin(run.order);
    expect(() => run.step(sample, 0, sample, options)).toThrow(`${run.order} is due`);
    expect(() => run.begin(-1)).toThrow("begin: -1");
  });

  it.each(entries)("%s names a value that it does not support", (name, factory) => {
    const wrong = [
      { prediction_type: "nonsense" },
      { beta_schedule: "nonsense" },
      { timestep_spacing: "nonsense" },
      { num_train_timesteps: "many" },
      { sigma_schedule: "nonsense" },
      { shift: "far" },
    ];

    const messages = wrong.flatMap((config) => {
      try {
        factory(config);
        return []; // a key that the class does not read
      } catch (error) {
        return [(error as Error).message];
      }
    });

    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(message).toMatch(new RegExp(`^${name}: \\w+ ".+" is not supported`));
  });

  it.each(entries)("%s needs a number of steps", (_, factory) => {
    expect(() => factory(CONFIG).setTimesteps({})).toThrow("numInferenceSteps");
    expect(() => factory(CONFIG).setTimesteps({ numInferenceSteps: 1.5 })).toThrow("1.5");
  });
});
