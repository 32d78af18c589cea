import type { RawPicture } from "../core/generator.ts";
import { UserError } from "../core/errors.ts";
import type { RandomSource } from "../numerics/random-source.ts";
import type { Tensor } from "../numerics/tensor.ts";
import type { PortInfo, Session } from "../onnx/session.ts";
import { inputPort, row, runFor } from "./feeds.ts";
import { nameOf, type LoadedModel, type Vae } from "./loaded-model.ts";
import { premultiply, unpremultiply } from "./premultiply.ts";
import { runTiled } from "./vae-tiling.ts";

const ENCODER_OUTPUTS = ["latent_parameters", "latent_sample", "latent", "latents"];
const DECODER_INPUTS = ["latent_sample", "latent", "latents"];
const DECODER_OUTPUTS = ["sample", "images", "image"];

/** Limits of diffusers' DiagonalGaussianDistribution. */
const LOGVAR_MIN = -30;
const LOGVAR_MAX = 20;

/** latents_mean and latents_std of a VAE that has them (SDXL fine-tunes), by channel. */
function latentStatistics(vae: Vae): { mean: readonly number[]; std: readonly number[] } | undefined {
  const { latents_mean: mean, latents_std: std } = vae.config;
  if (!Array.isArray(mean) || !Array.isArray(std)) return undefined;
  return { mean: mean.map(Number), std: std.map(Number) };
}

/**
 * The autoencoder's latents of a picture [channels, H, W] in -1 to 1, scaled as the denoiser wants them: [C, h, w].
 * `random` samples the posterior; undefined takes its mode. Encoders with the output latent_sample have sampled inside the graph (or are
 * deterministic) and draw nothing here.
 */
export async function encodeImage(
  model: LoadedModel,
  image: Tensor,
  random: RandomSource | undefined,
  scaled = true,
): Promise<Tensor> {
  return encodePixels(model, model.premultiplied ? premultiply(image) : image, random, scaled);
}

/** encodeImage of pixels as the VAE has them: with premultiplied colours where the model's are. */
export async function encodePixels(
  model: LoadedModel,
  image: Tensor,
  random: RandomSource | undefined,
  scaled = true,
): Promise<Tensor> {
  const vae = model.vaeEncoder;
  if (!vae)
    throw new UserError("model-cannot", { model: nameOf(model), mode: "start from a picture: it has no VAE encoder" });
  const { session } = vae;
  const port = inputPort(session, ["sample", "images", "pixel_values"]) ?? session.inputs[0]!;
  const output = await runWhole(model, image, "encode", (part) => runOne(session, port, part, ENCODER_OUTPUTS));

  const [channels, height, width] = output.dims as [number, number, number];
  const dims = [model.latentChannels, height, width];
  const count = dims[0]! * height * width;
  const latents = output.data.slice(0, count);
  if (random && channels === 2 * model.latentChannels) {
    const noise = random.randn(count);
    for (let i = 0; i < count; i++) {
      const logvar = Math.min(LOGVAR_MAX, Math.max(LOGVAR_MIN, output.data[count + i]!));
      latents[i] = latents[i]! + Math.fround(Math.fround(Math.exp(Math.fround(0.5 * logvar))) * noise[i]!);
    }
  }
  return { data: scaled ? scaleLatents(model, vae, latents) : latents, dims };
}

function scaleLatents(model: LoadedModel, vae: Vae, latents: Float32Array): Float32Array {
  const scaling = Math.fround(model.scalingFactor);
  const statistics = latentStatistics(vae);
  if (!statistics) {
    const shift = Math.fround(model.shiftFactor);
    return latents.map((value) => Math.fround(value - shift) * scaling);
  }
  const cells = latents.length / model.latentChannels;
  return latents.map((value, i) => {
    const channel = Math.floor(i / cells);
    const centred = Math.fround(value - Math.fround(statistics.mean[channel]!));
    return Math.fround(centred * scaling) / Math.fround(statistics.std[channel]!);
  });
}

/** Latents [C, h, w] of the denoiser as the decoder wants them. */
function unscaleLatents(model: LoadedModel, vae: Vae, latents: Float32Array): Float32Array {
  const scaling = Math.fround(model.scalingFactor);
  const statistics = latentStatistics(vae);
  if (!statistics) {
    const shift = Math.fround(model.shiftFactor);
    return latents.map((value) => Math.fround(value / scaling) + shift);
  }
  const cells = latents.length / model.latentChannels;
  return latents.map((value, i) => {
    const channel = Math.floor(i / cells);
    const spread = Math.fround(Math.fround(value * Math.fround(statistics.std[channel]!)) / scaling);
    return spread + Math.fround(statistics.mean[channel]!);
  });
}

/**
 * Decodes the latents [C, h, w] of one picture to [channels, H, W] in about -1 to 1. One at a time, as diffusers' ONNX pipelines do: half
 * float decoders were seen to fail on batches. Rejects with UserError picture-not-finite.
 */
export async function decodeLatents(model: LoadedModel, latents: Tensor): Promise<Tensor> {
  const vae = model.vaeDecoder;
  if (!vae) throw new UserError("model-broken", { model: nameOf(model), reason: "it has no VAE decoder" });
  const { session } = vae;
  const port = inputPort(session, DECODER_INPUTS) ?? session.inputs[0]!;
  const data = unscaleLatents(model, vae, latents.data);
  const whole = { data, dims: latents.dims };
  const image = await runWhole(model, whole, "decode", (part) => runOne(session, port, part, DECODER_OUTPUTS));
  if (!allFinite(image.data)) throw new UserError("picture-not-finite", { model: nameOf(model) });
  return model.premultiplied ? unpremultiply(image) : image;
}

/** [C, H, W] through one half of the autoencoder, in tiles where the picture is large. */
function runWhole(
  { vaeTiling, vaeScaleFactor: scale }: LoadedModel,
  whole: Tensor,
  half: "encode" | "decode",
  run: (part: Tensor) => Promise<Tensor>,
): Promise<Tensor> {
  const [, height, width] = whole.dims as [number, number, number];
  const pixels = height * width * (half === "decode" ? scale ** 2 : 1);
  if (!vaeTiling || pixels <= vaeTiling.abovePixels) return run(whole);
  const [tilePx, cells] = [vaeTiling.tilePx, Math.trunc(vaeTiling.tilePx / scale)];
  const sides = half === "decode" ? { before: cells, after: tilePx } : { before: tilePx, after: cells };
  return runTiled(whole, sides, run);
}

async function runOne(session: Session, { name }: PortInfo, { data, dims }: Tensor, outputs: readonly string[]) {
  return row(await runFor(session, { [name]: { data, dims: [1, ...dims] } }, outputs), 0);
}

/** The picture that the tiny decoder makes of latents [C, h, w]: it takes them as the denoiser has them (scaling_factor 1). */
export async function decodeTiny({ session, config }: Vae, latents: Tensor): Promise<Tensor> {
  const port = inputPort(session, DECODER_INPUTS) ?? session.inputs[0]!;
  const scaling = typeof config["scaling_factor"] === "number" ? config["scaling_factor"] : 1;
  const data = scaling === 1 ? latents.data : latents.data.map((value) => value / scaling);
  return runOne(session, port, { data, dims: latents.dims }, DECODER_OUTPUTS);
}

/** VaeImageProcessor.preprocess: 8-bit pixels to [channels, H, W] in -1 to 1 (or 0 to 1). A missing alpha is opaque, a surplus one is laid on white. */
export function toTensor(picture: RawPicture, channels: 3 | 4, range: "signed" | "unsigned" = "signed"): Tensor {
  const { widthPx, heightPx, data } = picture;
  const cells = widthPx * heightPx;
  const values = new Float32Array(channels * cells);
  for (let i = 0; i < cells; i++) {
    const alpha = picture.channels === 4 ? data[4 * i + 3]! : 255;
    for (let c = 0; c < channels; c++) {
      const byte = c === 3 ? alpha : onWhite(data[picture.channels * i + c]!, channels === 3 ? alpha : 255);
      const unit = Math.fround(byte / 255);
      values[c * cells + i] = range === "signed" ? Math.fround(2 * unit) - 1 : unit;
    }
  }
  return { data: values, dims: [channels, heightPx, widthPx] };
}

function onWhite(byte: number, alpha: number): number {
  return alpha === 255 ? byte : Math.round((byte * alpha + 255 * (255 - alpha)) / 255);
}

/** VaeImageProcessor.postprocess: [3 or 4, H, W] in -1 to 1 to pixels, round(255 x) with ties to even as NumPy rounds. */
export function toPicture(image: Tensor): RawPicture {
  const [channels, heightPx, widthPx] = image.dims as [number, number, number];
  if (channels !== 3 && channels !== 4) throw new RangeError(`a decoder with ${channels} channels`);
  const cells = heightPx * widthPx;
  const data = new Uint8Array(cells * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < cells; i++) {
      const unit = Math.fround(Math.fround(image.data[c * cells + i]! * 0.5) + 0.5);
      const level = Math.fround((unit > 0 ? (unit < 1 ? unit : 1) : 0) * 255);
      data[channels * i + c] = level + ROUND_HALF_EVEN - ROUND_HALF_EVEN;
    }
  }
  return { widthPx, heightPx, channels, data };
}

/** Adding it leaves no room for fractions in a double: what is below is rounded, ties to even. */
const ROUND_HALF_EVEN = 1.5 * 2 ** 52;

/** Plain loops: these arrays have a value for every pixel and channel. */
function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
