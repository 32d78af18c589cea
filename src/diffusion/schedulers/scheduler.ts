import type { RandomSource } from "../../numerics/random-source.ts";

/** scheduler_config.json as diffusers writes it: upstream's key names. */
export type SchedulerConfig = Readonly<Record<string, unknown>>;

/** Arguments of diffusers' set_timesteps. */
export interface SetTimesteps {
  readonly numInferenceSteps?: number;
  readonly timesteps?: readonly number[];
  readonly sigmas?: readonly number[];
  /** Flow matching with dynamic shifting. */
  readonly mu?: number;
  /** LCM and TCD. */
  readonly originalInferenceSteps?: number;
  /** LCM. */
  readonly strength?: number;
}

export interface StepOptions {
  /** One per picture of the batch (a list of generators in diffusers), or one for the whole batch. */
  readonly random: readonly RandomSource[];
  /** Pictures in the sample; as many as `random` when left out. Only thresholding and learned variances ask. */
  readonly pictures?: number;
  readonly eta?: number;
  readonly sChurn?: number;
  readonly sNoise?: number;
}

/** One denoising run: owns all state, so that jobs never share any. `i` counts calls of step, from 0 or from the index given to `begin`, without gaps. */
export interface SchedulerRun {
  /** One entry for each call of step (second-order schedulers repeat entries), as diffusers' `timesteps`. */
  readonly timesteps: readonly number[];
  /** diffusers' `sigmas` (empty where the class has none). */
  readonly sigmas: readonly number[];
  readonly initNoiseSigma: number;
  /** Calls of the model per inference step that image-to-image skips by: 1, or 2 for Heun-like schedulers. */
  readonly order: number;
  /** set_begin_index: the first step that will be taken (image to image). */
  begin(index: number): void;
  /** scale_model_input for step i; may return its argument. */
  scaleModelInput(sample: Float32Array, i: number): Float32Array;
  /** prev_sample of diffusers' step. `sample` is [B, ...] flat; noise is drawn as diffusers draws it for `random` (one draw, or one per picture). */
  step(modelOutput: Float32Array, i: number, sample: Float32Array, options: StepOptions): Float32Array;
  /** The prediction of the clean sample made by the last step (previews; LCM decodes it). */
  readonly denoised?: Float32Array | undefined;
  /** add_noise or scale_noise: the clean sample noised to the level of step i. */
  addNoise(original: Float32Array, noise: Float32Array, i: number): Float32Array;
}

/** A diffusers scheduler class with its configuration applied; stateless. */
export interface Scheduler {
  readonly name: string;
  readonly config: SchedulerConfig;
  setTimesteps(options: SetTimesteps): SchedulerRun;
}

/** Builds a scheduler from scheduler_config.json; throws UserError-free Errors that name the key when a value is not supported. */
export type SchedulerFactory = (config: SchedulerConfig) => Scheduler;
