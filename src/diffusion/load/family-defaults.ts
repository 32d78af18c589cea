import type { Session } from "../../onnx/session.ts";
import type { FamilyName } from "../loaded-model.ts";
import type { SchedulerConfig } from "../schedulers/scheduler.ts";

/** What config.json of the autoencoder would say, for exports that have none. */
export interface LatentDefaults {
  readonly latentChannels: number;
  readonly scalingFactor: number;
  readonly shiftFactor: number;
  readonly vaeScaleFactor: number;
}

const SD = { latentChannels: 4, scalingFactor: 0.18215, shiftFactor: 0, vaeScaleFactor: 8 };

/** From the VAE configurations that the families' authors published. */
export const LATENT_DEFAULTS: Readonly<Record<FamilyName, LatentDefaults>> = {
  "stable-diffusion": SD,
  "stable-diffusion-xl": { ...SD, scalingFactor: 0.13025 },
  "stable-diffusion-3": { ...SD, latentChannels: 16, scalingFactor: 1.5305, shiftFactor: 0.0609 },
  flux: { ...SD, latentChannels: 16, scalingFactor: 0.3611, shiftFactor: 0.1159 },
  pixart: { ...SD, scalingFactor: 0.13025 },
  sana: { latentChannels: 32, scalingFactor: 0.41407, shiftFactor: 0, vaeScaleFactor: 32 },
  generator: { ...SD, scalingFactor: 1 },
  "picture-memory": { ...SD, latentChannels: 8, scalingFactor: 1 },
};

export interface SchedulerChoice {
  readonly name: string;
  readonly config: SchedulerConfig;
}

const BETAS = { num_train_timesteps: 1000, beta_start: 0.00085, beta_end: 0.012, beta_schedule: "scaled_linear" };
const EPSILON = { ...BETAS, prediction_type: "epsilon", steps_offset: 1 };

function choice(name: string, config: SchedulerConfig): SchedulerChoice {
  return { name, config: { _class_name: name, ...config } };
}

/** Models of one to four steps, told by their folder's name: nothing in their graphs shows it. */
function fewSteps(family: FamilyName, place: string): SchedulerChoice | undefined {
  const trailing = { ...EPSILON, timestep_spacing: "trailing" };
  if (/lcm|latent.?consistency/i.test(place)) return lcm();
  if (/lightning/i.test(place)) return choice("EulerDiscreteScheduler", trailing);
  if (!/turbo|hyper|sdxs/i.test(place)) return undefined;
  return choice(
    family === "stable-diffusion-xl" ? "EulerAncestralDiscreteScheduler" : "EulerDiscreteScheduler",
    trailing,
  );
}

function lcm(): SchedulerChoice {
  return choice("LCMScheduler", {
    ...BETAS,
    prediction_type: "epsilon",
    original_inference_steps: 50,
    set_alpha_to_one: true,
    timestep_spacing: "leading",
    timestep_scaling: 10,
    clip_sample: false,
    rescale_betas_zero_snr: false,
  });
}

const FLOW = { num_train_timesteps: 1000 };

const SCHEDULERS: Readonly<Record<FamilyName, (denoiser: Session) => SchedulerChoice>> = {
  "stable-diffusion": () =>
    choice("PNDMScheduler", {
      ...EPSILON,
      set_alpha_to_one: false,
      skip_prk_steps: true,
      timestep_spacing: "leading",
    }),
  "stable-diffusion-xl": () => choice("EulerDiscreteScheduler", { ...EPSILON, timestep_spacing: "leading" }),
  "stable-diffusion-3": () => choice("FlowMatchEulerDiscreteScheduler", { ...FLOW, shift: 3 }),
  // Flux dev takes its guidance as an input and shifts by the picture's size; schnell does neither.
  flux: (denoiser) =>
    choice("FlowMatchEulerDiscreteScheduler", {
      ...FLOW,
      shift: denoiser.input("guidance") ? 3 : 1,
      use_dynamic_shifting: denoiser.input("guidance") !== undefined,
      base_shift: 0.5,
      max_shift: 1.15,
      base_image_seq_len: 256,
      max_image_seq_len: 4096,
    }),
  pixart: () =>
    choice("DPMSolverMultistepScheduler", {
      num_train_timesteps: 1000,
      beta_start: 0.0001,
      beta_end: 0.02,
      beta_schedule: "linear",
      solver_order: 2,
      prediction_type: "epsilon",
    }),
  sana: () =>
    choice("DPMSolverMultistepScheduler", {
      ...FLOW,
      solver_order: 2,
      prediction_type: "flow_prediction",
      use_flow_sigmas: true,
      flow_shift: 3,
    }),
  // Never stepped; LoadedModel wants a name.
  "picture-memory": () => choice("FlowMatchEulerDiscreteScheduler", { ...FLOW, shift: 1.5 }),
  generator: () => choice("FlowMatchEulerDiscreteScheduler", { ...FLOW, shift: 1 }),
};

/**
 * The scheduler that a family's authors ship, for folders without scheduler_config.json. `place` is the path of the denoiser within the
 * model folder and that folder's name.
 */
export function defaultScheduler(family: FamilyName, denoiser: Session, place: string): SchedulerChoice {
  const isUnet = family === "stable-diffusion" || family === "stable-diffusion-xl";
  if (isUnet && denoiser.input("timestep_cond")) return lcm();
  return (isUnet ? fewSteps(family, place) : undefined) ?? SCHEDULERS[family](denoiser);
}
