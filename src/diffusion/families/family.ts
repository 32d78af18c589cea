import { UserError } from "../../core/errors.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import type { Call } from "../call.ts";
import type { Offers } from "../feeds.ts";
import { nameOf, type FamilyName, type LoadedModel } from "../loaded-model.ts";
import type { RandomSource } from "../../numerics/random-source.ts";
import type { SchedulerConfig, SetTimesteps } from "../schedulers/scheduler.ts";
import type { PromptEncoder } from "../text/encode-prompt.ts";
import type { Told } from "../text/prompt-plan.ts";

/** The text for each encoder of a model; undefined entries are like the first. */
export type Prompt = readonly [string, string | undefined, string | undefined];

/** What the denoiser is told about one row of its batch, by input name and without the batch axis. */
export type Condition = Readonly<Record<string, Tensor>>;

export type LatentDims = readonly [channels: number, height: number, width: number];

export interface EncodeSetting {
  readonly model: LoadedModel;
  readonly call: Call;
  readonly encoder: PromptEncoder;
}

/** What a family that lays pictures out tells the denoiser of each, beside the words. */
export interface Layout {
  /** What the text encoder reads instead of the call's prompts. */
  readonly prompts: readonly string[];
  readonly conditions: readonly Condition[];
  /** Clean latents [C, h, w] of each picture, from whose noised form a drawing without an input picture starts. */
  readonly origins?: readonly Tensor[];
  /** Sentences for the person. */
  readonly notes: readonly string[];
}

/** How a family of diffusion models differs from the others; the loop in generate.ts is the same for all. */
export interface DiffusionFamily {
  readonly name: FamilyName;
  readonly steps: "many";
  /** Whether a second, negative row is run for each picture; never at a guidance scale of 1 or less. */
  runsNegative(model: LoadedModel, call: Call): boolean;
  /** The scale of classifier-free guidance. */
  guidanceScale(call: Call): number;
  /** Latents of one picture of the call's size. Throws UserError size-not-supported. */
  latentDims(model: LoadedModel, call: Call): LatentDims;
  /** The model with the graphs that this call runs; absent = as it is. */
  variant?(model: LoadedModel, call: Call): LoadedModel;
  /** Lays out what the prompts name, from each picture's own seed. */
  layOut?(
    model: LoadedModel,
    call: Call,
    latentDims: LatentDims,
    createRandom: (seed: number) => RandomSource,
  ): Promise<Layout>;
  /** Text into conditions; an undefined prompt is diffusers' None. */
  encode(setting: EncodeSetting, prompt: Prompt | undefined, role: "positive" | "negative"): Promise<Condition>;
  /** What a picture is told as one of several of a call, where that makes a difference; absent = as alone. */
  inBatch?(model: LoadedModel, call: Call, told: Told, picture: number): Told;
  /** Arguments of set_timesteps. */
  schedule(model: LoadedModel, call: Call, config: SchedulerConfig, latentDims: LatentDims): SetTimesteps;
  /** get_timesteps of image to image: how many of the call's steps are skipped at `strength`. */
  skippedSteps(model: LoadedModel, call: Call, strength: number): number;
  /** Inputs that follow the latents. `sample` is [rows, C, h, w], or as `pack` makes it; `condition` is that of one of its rows. */
  inputs(model: LoadedModel, sample: Tensor, timestep: number, latentDims: LatentDims, condition: Condition): Offers;
  /** Latents [rows, C, h, w] as the scheduler and the denoiser of the family see them; absent = as they are. */
  pack?(latents: Float32Array, latentDims: LatentDims): Float32Array;
  unpack?(packed: Float32Array, latentDims: LatentDims): Float32Array;
  /** Shape of one packed row. */
  packedDims?(latentDims: LatentDims): readonly number[];
}

/** get_timesteps of the Stable Diffusion pipelines: whole steps that strength leaves, rounded down. */
export function skipWholeSteps(_: LoadedModel, { numInferenceSteps: steps }: Call, strength: number): number {
  return Math.max(steps - Math.min(Math.trunc(steps * strength), steps), 0);
}

/** get_timesteps of the SD3 and Flux pipelines: skipped steps rounded down. */
export function skipExactSteps(_: LoadedModel, { numInferenceSteps: steps }: Call, strength: number): number {
  return Math.trunc(Math.max(steps - Math.min(steps * strength, steps), 0));
}

/** The call's own schedule, or its number of steps. */
export function plainSchedule(call: Call): SetTimesteps {
  if (call.timesteps) return { timesteps: call.timesteps };
  if (call.sigmas) return { sigmas: call.sigmas };
  return { numInferenceSteps: call.numInferenceSteps };
}

/** Noise levels before the shift, from 1 down to one step's share (FluxPipeline); undefined where the scheduler makes its own. */
export function flowSigmas(call: Call, config: SchedulerConfig): readonly number[] | undefined {
  const { numInferenceSteps: steps } = call;
  return config["use_flow_sigmas"] === true ? undefined : (call.sigmas ?? linspace(1, 1 / steps, steps));
}

/** numpy.linspace. */
function linspace(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, i) =>
    i > 0 && i === count - 1 ? stop : i === 0 ? start : i * step + start,
  );
}

/** [latentChannels, height / cell, width / cell]. Throws UserError size-not-supported when a side is no multiple of `multiple` pixels or the graph is for another size. */
export function plainLatentDims(model: LoadedModel, call: Call, multiple = model.vaeScaleFactor): LatentDims {
  const { width, height } = call;
  const fixed = fixedSize(model);
  const isMultiple = width > 0 && height > 0 && width % multiple === 0 && height % multiple === 0;
  const isFixed = fixed === undefined || (fixed.width === width && fixed.height === height);
  if (!isMultiple || !isFixed) {
    const supported = fixed
      ? `It draws ${fixed.width}x${fixed.height} only.`
      : `Width and height must be multiples of ${multiple}.`;
    throw new UserError("size-not-supported", { model: nameOf(model), width, height, supported });
  }
  return [model.latentChannels, height / model.vaeScaleFactor, width / model.vaeScaleFactor];
}

/** The one size in pixels that an export with fixed axes can draw; undefined where it is free. */
export function fixedSize(model: LoadedModel): { readonly width: number; readonly height: number } | undefined {
  const { session } = model.denoiser;
  const port = session.input("sample") ?? session.input("hidden_states");
  if (port?.dims.length !== 4) return undefined;
  const [, , height, width] = port.dims;
  if (typeof height !== "number" || typeof width !== "number") return undefined;
  return { width: width * model.vaeScaleFactor, height: height * model.vaeScaleFactor };
}

/** calculate_shift: mu of dynamic shifting, linear in the number of image tokens. */
export function dynamicShift(config: SchedulerConfig, tokens: number, defaultMaxShift: number): number {
  const value = (key: string, otherwise: number) => (typeof config[key] === "number" ? config[key] : otherwise);
  const baseTokens = value("base_image_seq_len", 256);
  const baseShift = value("base_shift", 0.5);
  const slope = (value("max_shift", defaultMaxShift) - baseShift) / (value("max_image_seq_len", 4096) - baseTokens);
  return tokens * slope + (baseShift - slope * baseTokens);
}

/** Tokens for a T5 encoder: what the graph fixes, else what the call says, else diffusers' default. */
export function textLength(model: LoadedModel, encoder: number, call: Call, otherwise: number): number {
  const axis = model.textEncoders[encoder]?.session.input("input_ids")?.dims[1];
  return typeof axis === "number" ? axis : (call.maxSequenceLength ?? otherwise);
}

/** A width that the configuration or the graph declares. Throws an Error when neither does. */
export function declaredWidth(model: LoadedModel, input: string, key: string): number {
  const configured = model.denoiser.config[key];
  if (typeof configured === "number") return configured;
  const axis = model.denoiser.session.input(input)?.dims.at(-1);
  if (typeof axis === "number") return axis;
  throw new Error(`${model.denoiser.session.path}: neither ${key} nor the width of ${input} is known`);
}
