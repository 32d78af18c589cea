import { describe, expect, it } from "vitest";
import { SAMPLERS, type Sampler } from "../../../src/core/samplers.ts";
import { schedulers } from "../../../src/diffusion/schedulers/index.ts";
import type { SchedulerFactory } from "../../../src/diffusion/schedulers/scheduler.ts";

const table: Readonly<Record<string, SchedulerFactory>> = schedulers;
const samplers: [string, Sampler][] = Object.entries(SAMPLERS);

/** Configurations found in models: of Stable Diffusion, SDXL, and one that another multistep class wrote. */
const MODEL_CONFIGS = [
  { beta_schedule: "scaled_linear", skip_prk_steps: true, steps_offset: 1, clip_sample: false, trained_betas: null },
  { beta_schedule: "scaled_linear", timestep_spacing: "leading", use_karras_sigmas: true, sigma_min: null },
  { algorithm_type: "dpmsolver", solver_type: "heun", final_sigmas_type: "sigma_min", use_karras_sigmas: true },
];

describe("SAMPLERS", () => {
  it.each(samplers)("%s names a scheduler that works with the configuration of any model", (_, { name, config }) => {
    const factory = table[name]!;

    const runs = MODEL_CONFIGS.map((own) => factory({ ...own, ...config }).setTimesteps({ numInferenceSteps: 8 }));

    for (const run of runs) expect(run.timesteps.every(Number.isFinite)).toBe(true);
  });

  it("reaches every scheduler", () => {
    const named = new Set(samplers.map(([, { name }]) => name));

    expect(Object.keys(schedulers).filter((name) => !named.has(name))).toEqual([]);
  });
});
