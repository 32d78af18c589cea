import { describe, expect, it } from "vitest";
import { schedulers } from "../../../src/diffusion/schedulers/index.ts";
import type { SchedulerConfig, SetTimesteps } from "../../../src/diffusion/schedulers/scheduler.ts";
import { createTorchRandom } from "../../../src/numerics/torch-random.ts";

type Name = keyof typeof schedulers;

const sample = createTorchRandom(1).randn(64);
const output = createTorchRandom(2).randn(64);
const plane = (value: number): Float32Array => new Float32Array(64).fill(value);

function firstStep(name: Name, config: SchedulerConfig, prediction = output, pictures = 1): Float32Array {
  const run = schedulers[name](config).setTimesteps({ numInferenceSteps: 5 });
  return run.step(prediction, 0, sample, { random: [createTorchRandom(3)], pictures });
}

describe("learned variances", () => {
  it("end at the fixed ones: a share of 1 is the large variance, -1 the small one", () => {
    const learned = { variance_type: "learned_range", clip_sample: false };

    const large = firstStep("DDPMScheduler", learned, Float32Array.of(...output, ...plane(1)));
    const small = firstStep("DDPMScheduler", learned, Float32Array.of(...output, ...plane(-1)));

    const fixed = (type: string): number[] => [
      ...firstStep("DDPMScheduler", { variance_type: type, clip_sample: false }),
    ];
    fixed("fixed_large").forEach((value, i) => expect(large[i]).toBeCloseTo(value, 5));
    fixed("fixed_small").forEach((value, i) => expect(small[i]).toBeCloseTo(value, 5));
  });

  it("are split off picture by picture", () => {
    const interleaved = Float32Array.of(
      ...output.slice(0, 32),
      ...plane(0).slice(0, 32),
      ...output.slice(32),
      ...plane(0).slice(32),
    );

    const split = firstStep("DPMSolverMultistepScheduler", { variance_type: "learned" }, interleaved, 2);

    expect(split).toEqual(firstStep("DPMSolverMultistepScheduler", {}));
  });

  it("must come with the network's output", () => {
    expect(() => firstStep("DDPMScheduler", { variance_type: "learned" })).toThrow('variance_type "learned"');
  });
});

describe("dynamic thresholding", () => {
  it("bounds each picture by its own quantile", () => {
    const config = { thresholding: true, sample_max_value: 100, prediction_type: "sample" };
    const prediction = Float32Array.of(...plane(0.5).slice(0, 32), ...plane(8).slice(0, 32));
    const run = schedulers.DDIMScheduler(config).setTimesteps({ numInferenceSteps: 5 });

    run.step(prediction, 0, sample, { random: [createTorchRandom(3)], pictures: 2 });

    expect([...run.denoised!]).toEqual([...plane(0.5).slice(0, 32), ...plane(1).slice(0, 32)]);
  });
});

describe("timesteps", () => {
  it("are as many as asked for where diffusers' sum of strides misses 0", () => {
    for (const numInferenceSteps of [61, 103, 121]) {
      const run = schedulers.DDIMScheduler({ timestep_spacing: "trailing" }).setTimesteps({ numInferenceSteps });

      expect(run.timesteps).toHaveLength(numInferenceSteps);
      expect(run.timesteps.at(-1)).toBeGreaterThan(0);
    }
  });

  const refused: [Name, SchedulerConfig, SetTimesteps, string][] = [
    ["DDIMScheduler", {}, { numInferenceSteps: 1001 }, "1001 is more than num_train_timesteps 1000"],
    ["DDIMScheduler", {}, { timesteps: [900, 100] }, "takes no timesteps"],
    ["UniPCMultistepScheduler", {}, { sigmas: [1, 0.5] }, "takes no sigmas"],
    ["EulerDiscreteScheduler", { use_karras_sigmas: true }, { timesteps: [900, 100] }, "use_karras_sigmas"],
    ["DDPMScheduler", {}, { timesteps: [100, 900] }, "must descend"],
    ["LCMScheduler", {}, { timesteps: [1000, 900] }, "below 1000"],
    ["LCMScheduler", {}, { numInferenceSteps: 60 }, "60 is more than original_inference_steps x strength, 50"],
    ["LCMScheduler", {}, { numInferenceSteps: 4, originalInferenceSteps: 2000 }, "original_inference_steps 2000"],
    ["FlowMatchEulerDiscreteScheduler", { use_dynamic_shifting: true }, { numInferenceSteps: 4 }, "needs mu"],
    ["FlowMatchEulerDiscreteScheduler", {}, { numInferenceSteps: 4, sigmas: [1] }, "1 values of your own for 4"],
    ["PNDMScheduler", { skip_prk_steps: false }, { numInferenceSteps: 3 }, "skip_prk_steps"],
  ];

  it.each(refused)("of %s %j %j are refused", (name, config, options, message) => {
    expect(() => schedulers[name](config).setTimesteps(options)).toThrow(message);
  });
});

describe("configurations that exclude each other", () => {
  const refused: [Name, SchedulerConfig, string][] = [
    ["EulerDiscreteScheduler", { use_karras_sigmas: true, use_beta_sigmas: true }, "use_beta_sigmas true"],
    ["DPMSolverMultistepScheduler", { algorithm_type: "dpmsolver" }, 'final_sigmas_type "zero"'],
    ["DPMSolverMultistepScheduler", { solver_order: 4 }, "solver_order 4"],
    ["DPMSolverMultistepScheduler", { prediction_type: "flow_prediction" }, "needs use_flow_sigmas"],
    ["UniPCMultistepScheduler", { shift_terminal: 0.1 }, "shift_terminal 0.1"],
    ["UniPCMultistepScheduler", { solver_p: {} }, "solver_p {}"],
    ["EulerAncestralDiscreteScheduler", { prediction_type: "sample" }, 'prediction_type "sample"'],
    ["FlowMatchLCMScheduler", { scale_factors: [1, 2] }, "scale_factors [1,2]"],
    ["DDIMScheduler", { clip_sample: "yes" }, 'clip_sample "yes"'],
    ["DDIMScheduler", { trained_betas: ["a"] }, 'trained_betas ["a"]'],
  ];

  it.each(refused)("%s refuses %j", (name, config, message) => {
    expect(() => schedulers[name](config)).toThrow(message);
  });

  it("reads null as the default, as exported configurations hold it", () => {
    const config = { trained_betas: null, sigma_min: null, variance_type: null, solver_p: null };

    expect(schedulers.UniPCMultistepScheduler(config).setTimesteps({ numInferenceSteps: 5 }).sigmas).toEqual(
      schedulers.UniPCMultistepScheduler({}).setTimesteps({ numInferenceSteps: 5 }).sigmas,
    );
  });
});

describe("noise", () => {
  it("needs a random source", () => {
    const run = schedulers.EulerAncestralDiscreteScheduler({}).setTimesteps({ numInferenceSteps: 5 });

    expect(() => run.step(output, 0, sample, { random: [] })).toThrow("no random source");
  });
});
