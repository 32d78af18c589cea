import type { OnnxSummary } from "../../onnx/read-onnx.ts";
import type { PortInfo, Session } from "../../onnx/session.ts";
import type { FamilyName, LoadedModel } from "../loaded-model.ts";
import { TILE_ABOVE_PIXELS } from "../vae-tiling.ts";
import { pictureInput, pictureOutput } from "./check-parts.ts";
import { LATENT_DEFAULTS } from "./family-defaults.ts";
import { ModelFault } from "./model-fault.ts";
import { type Config, numberIn } from "./read-config.ts";

/** An opened component as far as its geometry goes. */
export interface Part {
  readonly session: Session;
  readonly config: Config;
  readonly summary: OnnxSummary;
  /** How messages call the .onnx file. */
  readonly name: string;
}

export type Geometry = Pick<
  LoadedModel,
  | "latentChannels"
  | "sampleChannels"
  | "vaeScaleFactor"
  | "scalingFactor"
  | "shiftFactor"
  | "imageChannels"
  | "vaeTiling"
>;

const fixed = (port: PortInfo | undefined, axis: number): number | undefined => {
  const dim = port?.dims[axis];
  return typeof dim === "number" ? dim : undefined;
};

const setting = (part: Part, key: string, range: readonly [number, number]) =>
  numberIn(part.config, key, part.name.replace(/[^/]+$/, "config.json"), range);

/** Input channels of the first convolution, for exports that leave the channel axis free. */
function firstConvolution({ summary }: Part): number | undefined {
  const weight = [...summary.initializers.values()].find(
    ({ name, dims }) => /(^|\.)conv_in\.weight$/.test(name) && dims.length === 4,
  );
  return weight?.dims[1];
}

/** AutoencoderTiny, by its configuration, by model_index.json, or by its operators: it ends in tanh and has no group norm. */
function isTiny(decoder: Part, index: Config): boolean {
  const named = decoder.config["_class_name"] ?? [index["vae"] ?? index["vae_decoder"]].flat()[1];
  if (typeof named === "string" && named.startsWith("Autoencoder")) return named === "AutoencoderTiny";
  const { operators } = decoder.summary;
  return operators.has("Tanh") && ![...operators].some((operator) => /InstanceNorm|GroupNorm/.test(operator));
}

/** Pixels per latent cell: from fixed sizes, from the blocks of the configuration, or the family's. */
function scaleFactor(decoder: Part, family: FamilyName): number {
  const inside = fixed(pictureInput(decoder.session, decoder.name), 2);
  const outside = fixed(pictureOutput(decoder.session, decoder.name), 2);
  if (inside !== undefined && outside !== undefined) {
    const factor = outside / inside;
    if (Number.isInteger(factor) && factor >= 1) return factor;
    throw new ModelFault(
      `${decoder.name} makes pictures of ${outside} rows from latents of ${inside}, which is no whole factor`,
    );
  }
  const blocks = decoder.config["encoder_block_out_channels"] ?? decoder.config["block_out_channels"];
  const halvings = Array.isArray(blocks) && decoder.config["_class_name"] !== "AutoencoderTiny" ? blocks.length - 1 : 0;
  return halvings > 0 && halvings < 8 ? 2 ** halvings : LATENT_DEFAULTS[family].vaeScaleFactor;
}

function sampleChannelsOf(family: FamilyName, denoiser: Part, latentChannels: number, pipelineClass: string): number {
  const port =
    denoiser.session.input("sample") ?? denoiser.session.input("hidden_states") ?? denoiser.session.inputs[0];
  // Flux takes 2x2 cells as one row.
  if (family === "flux") return (fixed(port, 2) ?? 4 * latentChannels) / 4;
  const known = fixed(port, 1) ?? setting(denoiser, "in_channels", [1, 1024]) ?? firstConvolution(denoiser);
  if (known !== undefined) return known;
  if (/InstructPix2Pix/.test(pipelineClass)) return 2 * latentChannels;
  return /Inpaint(?!.*Legacy)/.test(pipelineClass) ? 2 * latentChannels + 1 : latentChannels;
}

/**
 * Channels, sizes and scales of a model: from the graphs, then from configurations, then the family's. Throws a ModelFault when a
 * configuration holds nonsense or the parts do not fit each other.
 */
export function latentGeometry(
  family: FamilyName,
  denoiser: Part,
  decoder: Part,
  names: { readonly pipelineClass: string; readonly index: Config },
): Geometry {
  const defaults = LATENT_DEFAULTS[family];
  const made = family === "flux" ? undefined : fixed(pictureOutput(denoiser.session, denoiser.name), 1);
  const latentChannels =
    fixed(pictureInput(decoder.session, decoder.name), 1) ??
    setting(decoder, "latent_channels", [1, 128]) ??
    made ??
    defaults.latentChannels;
  const isUnet = family === "stable-diffusion" || family === "stable-diffusion-xl";
  if (isUnet && made !== undefined && made !== latentChannels)
    throw new ModelFault(
      `${denoiser.name} makes ${made} channels, ${decoder.name} takes ${latentChannels}: they are parts of different models`,
    );
  const imageChannels =
    fixed(pictureOutput(decoder.session, decoder.name), 1) ?? setting(decoder, "out_channels", [1, 128]) ?? 3;
  if (imageChannels !== 3 && imageChannels !== 4)
    throw new ModelFault(
      `${decoder.name} makes pictures of ${imageChannels} channels; 3 or 4 (with alpha) were expected`,
    );
  const tiny = isTiny(decoder, names.index);
  const isWhole = tiny || family === "sana" || fixed(pictureInput(decoder.session, decoder.name), 2) !== undefined;
  return {
    vaeTiling: isWhole ? undefined : { tilePx: tileSide(decoder), abovePixels: TILE_ABOVE_PIXELS },
    latentChannels,
    imageChannels,
    sampleChannels: sampleChannelsOf(family, denoiser, latentChannels, names.pipelineClass),
    vaeScaleFactor: scaleFactor(decoder, family),
    scalingFactor: setting(decoder, "scaling_factor", [1e-6, 1e6]) ?? (tiny ? 1 : defaults.scalingFactor),
    shiftFactor: shiftOf(decoder, tiny ? 0 : defaults.shiftFactor),
  };
}

/** sample_size of the autoencoder, a number or [height, width]; 512 px where the export has no configuration. */
function tileSide(decoder: Part): number {
  const [side] = [decoder.config["sample_size"]].flat();
  const isUsable = typeof side === "number" && Number.isInteger(side) && side >= 64 && side <= 4096;
  return isUsable ? side : 512;
}

/** A tiny decoder shows the latents that the main one decodes. Throws a ModelFault that names both numbers of channels. */
export function checkTinyDecoder(tiny: Part, { latentChannels, imageChannels }: Geometry): void {
  const taken = fixed(pictureInput(tiny.session, tiny.name), 1) ?? latentChannels;
  const made = fixed(pictureOutput(tiny.session, tiny.name), 1) ?? imageChannels;
  if (taken !== latentChannels || made !== imageChannels)
    throw new ModelFault(
      `${tiny.name} makes ${made} channels of ${taken}; the model's pictures have ${imageChannels}, its latents ${latentChannels}`,
    );
}

/** diffusers writes `null` for autoencoders that shift nothing. */
function shiftOf(decoder: Part, fallback: number): number {
  if (decoder.config["shift_factor"] === null) return 0;
  return setting(decoder, "shift_factor", [-1e6, 1e6]) ?? fallback;
}

/** A generator makes the picture itself: no latents, no VAE. Throws a ModelFault. */
export function generatorGeometry(part: Part): Geometry {
  const channels = pictureOutput(part.session, part.name).dims[1];
  if (typeof channels === "number" && channels !== 3 && channels !== 4)
    throw new ModelFault(`${part.name} makes pictures of ${channels} channels; 3 or 4 (with alpha) were expected`);
  const latent = part.session.inputs.find(({ dims, type }) => dims.length === 2 && type.startsWith("float"))?.dims[1];
  const latentChannels = typeof latent === "number" ? latent : 4;
  const plain = { vaeScaleFactor: 1, scalingFactor: 1, shiftFactor: 0, vaeTiling: undefined };
  return { ...plain, latentChannels, sampleChannels: latentChannels, imageChannels: channels === 4 ? 4 : 3 };
}
