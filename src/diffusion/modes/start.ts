import { UserError } from "../../core/errors.ts";
import type { RawPicture } from "../../core/generator.ts";
import type { PictureVariation } from "../../core/image-request.ts";
import type { RandomSource } from "../../numerics/random-source.ts";
import { slerp } from "../../numerics/slerp.ts";
import { elements, type Tensor } from "../../numerics/tensor.ts";
import type { Call } from "../call.ts";
import type { LoadedModel } from "../loaded-model.ts";
import type { Generators } from "../noise.ts";
import type { SchedulerRun } from "../schedulers/scheduler.ts";

/** What a mode sees of the call it prepares. */
export interface Setting {
  readonly model: LoadedModel;
  readonly call: Call;
  readonly run: SchedulerRun;
  /** [channels, height, width] of the latents of one picture. */
  readonly latentDims: readonly [number, number, number];
  readonly pictures: number;
  readonly generators: Generators;
  readonly createRandom: (seed: number) => RandomSource;
  /** Clean latents [C, h, w] of each picture that a layout made. */
  readonly origins?: readonly Tensor[];
  /** The first step of a run of `strength`; see Family.firstStep. */
  readonly firstStep: (strength: number) => number;
  /** Called with the noise that was drawn for the latents, for tests. */
  readonly onNoise: (noise: Float32Array) => void;
}

/** Where denoising starts. Latents are [pictures, C, h, w], flat. */
export interface Start {
  readonly latents: Float32Array;
  /** The first entry of run.timesteps that is taken. */
  readonly begin: number;
  /** Channels [n, h, w] that follow the latents in the denoiser's input: mask and picture of inpainting models, picture of instruct-pix2pix. */
  readonly channels?: Tensor;
  /** Changes the latents after step `i`; latent blending. */
  afterStep?(latents: Float32Array, i: number): Float32Array;
}

export type Prepare = (setting: Setting) => Promise<Start>;

/** randn of all latents, each moved towards the call's variation of that picture. */
export function drawNoise(setting: Setting): Float32Array {
  const { call, generators, latentDims } = setting;
  const size = elements(latentDims);
  const noise = generators.randn(size);
  call.variations?.forEach((variation, i) => {
    if (variation) noise.set(vary(setting, noise.subarray(i * size, (i + 1) * size), variation), i * size);
  });
  setting.onNoise(noise);
  return noise;
}

/**
 * Variations of variations are applied from the first on. Strengths below 0.1 look the same; from 0.6 on pictures share little more than
 * the prompt. core/follow-up-requests.ts says what "subtle" and "strong" are.
 */
function vary(setting: Setting, noise: Float32Array, { seed, strength, of }: PictureVariation): Float32Array {
  const from = of ? vary(setting, noise, of) : noise;
  return slerp(from, setting.createRandom(seed).randn(noise.length), strength);
}

/** Noise at the level of the first step: prepare_latents of text to image. */
export function pureNoise(run: SchedulerRun, noise: Float32Array): Float32Array {
  const sigma = Math.fround(run.initNoiseSigma);
  return noise.map((value) => value * sigma);
}

/** The call's picture of that role. Throws UserError input-missing. */
export function requirePicture(call: Call, role: "image" | "mask"): RawPicture {
  const picture = call[role];
  if (!picture) throw new UserError("input-missing", { mode: call.mode, input: role });
  return picture;
}
