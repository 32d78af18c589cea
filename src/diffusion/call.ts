import type { RawPicture } from "../core/generator.ts";
import type { TaughtPicture } from "../core/taught.ts";
import type { Mode, PictureVariation } from "../core/image-request.ts";

/** diffusers' `generator`: a list draws for each picture alone, a single one draws once for the whole batch. */
export type GeneratorSeeds =
  | { readonly kind: "list"; readonly seeds: readonly number[] }
  | { readonly kind: "single"; readonly seed: number };

/** A ControlNet's input. diffusers: image, controlnet_conditioning_scale, control_guidance_start and _end. */
export interface Control {
  readonly image: RawPicture;
  /** Default 1. */
  readonly conditioningScale?: number;
  /** Fraction of the steps before which the ControlNet is silent; default 0. */
  readonly guidanceStart?: number;
  /** Fraction of the steps after which it is silent; default 1. */
  readonly guidanceEnd?: number;
}

/** [height, width] in pixels, or [top, left], as diffusers orders them. */
export type Pair = readonly [number, number];

/** One call of the engine, in diffusers' words. Lists have one entry per picture. */
export interface Call {
  readonly mode: Mode;
  readonly prompts: readonly string[];
  /** What the second and third text encoder read instead of `prompts`. */
  readonly prompts2?: readonly string[];
  readonly prompts3?: readonly string[];
  /** undefined is diffusers' None, which SDXL turns into zero embeddings. Absent = None for every picture. */
  readonly negativePrompts?: readonly (string | undefined)[];
  readonly negativePrompts2?: readonly (string | undefined)[];
  readonly negativePrompts3?: readonly (string | undefined)[];
  /**
   * Reads weights, BREAK, AND and scheduling in prompts, and splits long ones into chunks (see text/prompt-syntax.ts). false is exactly
   * diffusers: every character is text, and what does not fit the encoder is cut off.
   */
  readonly promptSyntax: boolean;
  readonly height: number;
  readonly width: number;
  readonly numInferenceSteps: number;
  /** Custom schedules, as diffusers' arguments of the same name. */
  readonly timesteps?: readonly number[];
  readonly sigmas?: readonly number[];
  readonly guidanceScale: number;
  readonly imageGuidanceScale?: number;
  readonly guidanceRescale?: number;
  /** Flux with a negative prompt: true_cfg_scale. */
  readonly trueCfgScale?: number;
  /** Default: the model folder's own. `config` overrides its keys. */
  readonly scheduler?: {
    readonly name: string;
    readonly config: Readonly<Record<string, string | number | boolean>>;
  };
  readonly generator: GeneratorSeeds;
  readonly strength?: number;
  readonly image?: RawPicture;
  /** White is repainted; any channel count, read as grey. */
  readonly mask?: RawPicture;
  /** blend: the pictures after `image`. */
  readonly others?: readonly RawPicture[];
  /** blend: the share of `image` and of each of the others; only their ratios count. Absent = equal shares. */
  readonly shares?: readonly number[];
  readonly control?: Control;
  readonly clipSkip?: number;
  /** Tokens of T5: 512 for Flux, 256 for SD3, 300 for PixArt when absent. */
  readonly maxSequenceLength?: number;
  /** Sana's complex_human_instruction, lines put before the prompt; default diffusers', false is none. */
  readonly complexHumanInstruction?: readonly string[] | false;
  readonly originalSize?: Pair;
  readonly cropsCoordsTopLeft?: Pair;
  readonly targetSize?: Pair;
  readonly negativeOriginalSize?: Pair;
  readonly negativeCropsCoordsTopLeft?: Pair;
  readonly negativeTargetSize?: Pair;
  /** DDIM. */
  readonly eta?: number;
  readonly tile?: boolean;
  /** Pictures of concepts that prompts may name, beside those that a model with a picture memory knows. */
  readonly taught?: readonly TaughtPicture[];
  /** Nobody named a style: what prompts say of styles was drawn from their seeds. */
  readonly isStyleDrawn?: boolean;
  /** Moves the initial noise of a picture towards another seed's; see modes/variation.ts. */
  readonly variations?: readonly (PictureVariation | undefined)[];
  /** Every picture's prompt moves towards another one: 0 = `prompts`, 1 = `blend.prompts`. */
  readonly blend?: { readonly weight: number; readonly prompts: readonly string[] };
  /** upscale: how many times larger. */
  readonly factor?: number;
  /** outpaint: pixels added at each side of `image`. */
  readonly expand?: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
  readonly previews?: boolean;
}

/** What a call made. */
export interface Made {
  /** In the order of call.prompts. */
  readonly pictures: readonly RawPicture[];
  readonly timings: {
    readonly textMs: number;
    readonly denoiseMs: number;
    readonly decodeMs: number;
    readonly totalMs: number;
  };
  /** Sentences for the person who asked. */
  readonly notes: readonly string[];
}
