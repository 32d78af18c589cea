import { basename } from "node:path";
import type { Session } from "../onnx/session.ts";
import type { PictureMemory } from "./memory/open-memory.ts";
import type { SchedulerConfig } from "./schedulers/scheduler.ts";
import type { VaeTiling } from "./vae-tiling.ts";

/** Turns text into ids exactly as Hugging Face's tokenizer of the folder does. */
export interface Tokenizer {
  readonly kind: "clip" | "t5" | "words";
  readonly modelMaxLength: number;
  readonly bosId: number | undefined;
  readonly eosId: number;
  readonly padId: number;
  /** Ids without special tokens, not truncated, not padded. */
  encode(text: string): number[];
  /** Ids with special tokens, not truncated, not padded. */
  encodeWhole(text: string): number[];
  /** Ids as diffusers feeds them: special tokens, truncated and padded to `length` (default modelMaxLength). */
  encodePadded(text: string, length?: number): number[];
}

/** One text encoder with its tokenizer. */
export interface TextEncoder {
  readonly session: Session;
  readonly tokenizer: Tokenizer;
  /** config.json of the component, empty where the export has none. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** The network that is called at every step, or once (generator). */
export interface Denoiser {
  readonly session: Session;
  readonly kind: "unet" | "transformer" | "generator";
  readonly config: Readonly<Record<string, unknown>>;
}

/** One half of the autoencoder. */
export interface Vae {
  readonly session: Session;
  readonly config: Readonly<Record<string, unknown>>;
}

export const FAMILIES = [
  "stable-diffusion",
  "stable-diffusion-xl",
  "stable-diffusion-3",
  "flux",
  "pixart",
  "sana",
  "generator",
  "picture-memory",
] as const;
export type FamilyName = (typeof FAMILIES)[number];

/** A model folder, opened: sessions, tokenizers and configuration, with the family's defaults where files are missing. */
export interface LoadedModel {
  readonly path: string;
  readonly family: FamilyName;
  /** _class_name of model_index.json, or the family's plain pipeline. */
  readonly pipelineClass: string;
  /** model_index.json, empty where missing (force_zeros_for_empty_prompt, requires_safety_checker ...). */
  readonly index: Readonly<Record<string, unknown>>;
  /** diffusers class name and configuration from scheduler/scheduler_config.json, or the family's default. */
  readonly scheduler: { readonly name: string; readonly config: SchedulerConfig };
  /** In order: text_encoder, text_encoder_2, text_encoder_3. An encoder the export lacks is undefined. */
  readonly textEncoders: readonly (TextEncoder | undefined)[];
  /** In order: tokenizer, tokenizer_2, tokenizer_3; those of the text encoders, or the one that a generator takes its ids from. */
  readonly tokenizers: readonly (Tokenizer | undefined)[];
  readonly denoiser: Denoiser;
  readonly vaeDecoder: Vae | undefined;
  readonly vaeEncoder: Vae | undefined;
  /** A tiny decoder of the same latents (AutoencoderTiny), for previews. */
  readonly tinyDecoder: Vae | undefined;
  readonly controlnet: Session | undefined;
  readonly safetyChecker: Session | undefined;
  /** Channels of the latents (4, 8, 16), not of the denoiser's input. */
  readonly latentChannels: number;
  /** Channels of the denoiser's sample input: latentChannels, 8 or 9; latentChannels where the export leaves it free. */
  readonly sampleChannels: number;
  /** Pixels per latent cell: 8. */
  readonly vaeScaleFactor: number;
  readonly scalingFactor: number;
  readonly shiftFactor: number;
  /** How the autoencoder works through large pictures; undefined where it always takes them whole (fixed sizes, tiny and deep ones). */
  readonly vaeTiling: VaeTiling | undefined;
  /** Channels of the decoded picture: 3 or 4. */
  readonly imageChannels: 3 | 4;
  /** The VAE's pictures have their colours multiplied by their alpha. */
  readonly premultiplied?: boolean;
  /** The denoiser of few steps without guidance, where the folder has one (picture-memory). */
  readonly distilled?: Denoiser | undefined;
  /** What a model with a picture memory looks things up in. */
  readonly memory?: PictureMemory | undefined;
  release(): Promise<void>;
}

/** How messages call a model: its folder's name, which is its id. */
export function nameOf(model: Pick<LoadedModel, "path">): string {
  return basename(model.path);
}
