import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { Call } from "../../../src/diffusion/call.ts";
import type { LoadedModel } from "../../../src/diffusion/loaded-model.ts";
import { parsePythonJson } from "../../../src/diffusion/load/read-config.ts";
import { schedulers } from "../../../src/diffusion/schedulers/index.ts";
import type { SchedulerConfig } from "../../../src/diffusion/schedulers/scheduler.ts";
import { startSchedule } from "../../../src/diffusion/start-schedule.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { createOddJson } from "../load/odd-json.ts";
import { fakeSession } from "../fake-session.ts";

const ROUNDS = 2000;
/** Keys that one class or another reads, with values that all of those take. */
const CONFIG = {
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  trained_betas: null,
  prediction_type: "epsilon",
  timestep_spacing: "leading",
  steps_offset: 1,
  set_alpha_to_one: false,
  clip_sample: false,
  clip_sample_range: 1,
  thresholding: false,
  dynamic_thresholding_ratio: 0.995,
  sample_max_value: 1,
  solver_order: 2,
  use_karras_sigmas: false,
  use_exponential_sigmas: false,
  use_beta_sigmas: false,
  original_inference_steps: 50,
  timestep_scaling: 10,
  sigma_min: 0.002,
  sigma_max: 80,
  sigma_data: 0.5,
  rho: 7,
  shift: 3,
  base_shift: 0.5,
  max_shift: 1.15,
  base_image_seq_len: 256,
  max_image_seq_len: 4096,
  shift_terminal: null,
  lower_order_final: true,
  final_sigmas_type: "zero",
  eta: 0.3,
};

function model(name: string, config: SchedulerConfig): LoadedModel {
  const denoiser = { session: fakeSession({ sample: [1] }, ["y"], () => ({})), kind: "unet", config: {} };
  const loaded = { path: "m", family: "pixart", scheduler: { name, config }, denoiser };
  return loaded as unknown as LoadedModel;
}

const start = (name: string, config: SchedulerConfig) =>
  startSchedule(model(name, config), { mode: "text-to-image" } as Call, schedulers, () => ({ numInferenceSteps: 5 }));

describe("any scheduler_config.json", () => {
  it(`gives steps, or is refused in a sentence: ${ROUNDS} damaged ones`, () => {
    const random = seededRandom(20_261_130);
    const { pick, oddJson } = createOddJson(random);
    const text = JSON.stringify(CONFIG);
    const outcomes = { drawn: 0, refused: 0 };
    const wrong: string[] = [];

    for (let round = 0; round < ROUNDS; round++) {
      const name = pick(Object.keys(schedulers));
      const odd = oddJson(random(2) === 0 ? text : JSON.stringify({ ...CONFIG, beta_schedule: "squaredcos_cap_v2" }));
      const config = parsePythonJson(odd) as SchedulerConfig;
      try {
        const run = start(name, config);
        if (run.timesteps.length === 0 || run.timesteps.length > 20)
          wrong.push(`${name}, ${run.timesteps.length} steps`);
        outcomes.drawn++;
      } catch (error) {
        outcomes.refused++;
        const message = (error as Error).message;
        if (!(error instanceof UserError) || message.length > 400)
          wrong.push(`${name}: ${message.slice(0, 400)} for ${odd.slice(0, 2000)}`);
      }
    }

    expect(wrong).toEqual([]);
    expect(outcomes.drawn).toBeGreaterThan(ROUNDS / 4);
    expect(outcomes.refused).toBeGreaterThan(ROUNDS / 10);
  });

  it.each([
    [
      "PNDMScheduler",
      { beta_schedule: "cosine" },
      'm cannot use PNDMScheduler: beta_schedule "cosine" is not supported',
    ],
    [
      "DDIMScheduler",
      { num_train_timesteps: 1e12 },
      "num_train_timesteps 1000000000000 is not supported (a whole number",
    ],
    ["EulerDiscreteScheduler", { beta_start: -1 }, "its scheduler_config.json leads to steps that are not numbers"],
    ["SASolverScheduler", {}, "m cannot use SASolverScheduler: Easel has "],
    ["constructor", {}, "m cannot use constructor: Easel has "],
    ["DDIMScheduler", { num_train_timesteps: 4 }, "m cannot use DDIMScheduler: "],
  ])("is refused by name: %s with %j", (name, config, sentence) => {
    expect(() => start(name, { beta_schedule: "scaled_linear", ...config })).toThrow(sentence);
  });
});
