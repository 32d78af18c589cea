import { UserError } from "../../core/errors.ts";
import type { RawPicture } from "../../core/generator.ts";
import { elements, type Tensor } from "../../numerics/tensor.ts";
import { resampleNearest } from "../../numerics/resample.ts";
import { concatenate, repeat } from "../noise.ts";
import { encodeImage, toTensor } from "../vae.ts";
import { DEFAULTS } from "./defaults.ts";
import { drawNoise, pureNoise, requirePicture, type Prepare, type Setting } from "./start.ts";
import { nameOf } from "../loaded-model.ts";

/**
 * Repaints what is white in the mask. Inpainting models see mask and picture as further channels of their input; with any other model the
 * rest of the picture is put back after every step, noised to that step's level (latent blending). Draws random numbers in the order of
 * diffusers' StableDiffusionInpaintPipeline: picture (where needed), noise, masked picture (also where unused); each picture once, by the
 * first generator.
 */
export const prepareInpaint: Prepare = async (setting) => {
  const { call, model, run, latentDims, pictures, generators } = setting;
  const [latentChannels, height, width] = latentDims;
  const strength = call.strength ?? DEFAULTS.strength;
  const extraChannels = model.sampleChannels - latentChannels;
  if (extraChannels !== 0 && extraChannels !== latentChannels + 1)
    throw new UserError("model-cannot", { model: nameOf(model), mode: "inpaint" });
  const blends = extraChannels === 0;

  const image = toTensor(requirePicture(call, "image"), model.imageChannels);
  const mask = binaryMask(requirePicture(call, "mask"));
  const [source] = generators.sources;
  const isStrengthMax = strength === 1;
  const original =
    blends || !isStrengthMax ? repeat((await encodeImage(model, image, source)).data, pictures) : undefined;

  const noise = drawNoise(setting);
  const begin = setting.firstStep(strength);
  run.begin(begin);
  const noised = begin >= run.timesteps.length ? original! : undefined;
  const latents = noised ?? (isStrengthMax ? pureNoise(run, noise) : run.addNoise(original!, noise, begin));

  const maskSize = { widthPx: mask.dims[1]!, heightPx: mask.dims[0]!, channels: 1 };
  const latentMask = resampleNearest(mask.data, maskSize, width, height, "torch");
  if (!blends) {
    const masked = await encodeImage(model, maskOut(image, mask), source);
    return {
      latents,
      begin,
      channels: { data: concatenate([latentMask, masked.data]), dims: [extraChannels, height, width] },
    };
  }
  skipPosterior(setting);
  const last = run.timesteps.length - 1;
  return {
    latents,
    begin,
    afterStep: (latents, i) =>
      keepOutside(latents, i < last ? run.addNoise(original!, noise, i + 1) : original!, latentMask),
  };
};

/** Moves the generator past the posterior of the masked picture, which diffusers samples and does not use. */
function skipPosterior({ model, latentDims, generators }: Setting): void {
  const samples = model.vaeEncoder?.session.outputs.some(({ name }) => name === "latent_parameters");
  if (samples) generators.sources[0]!.randn(elements(latentDims));
}

/** 1 where the mask is at least half white, else 0. Grey of colours as PIL converts them. */
function binaryMask({ widthPx, heightPx, channels, data }: RawPicture): Tensor {
  const values = new Float32Array(widthPx * heightPx);
  for (let i = 0; i < values.length; i++) {
    const [red, green, blue] = [data[channels * i]!, data[channels * i + 1]!, data[channels * i + 2]!];
    const grey = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    values[i] = grey / 255 >= 0.5 ? 1 : 0;
  }
  return { data: values, dims: [heightPx, widthPx] };
}

/** The picture with grey where it is repainted. */
function maskOut(image: Tensor, mask: Tensor): Tensor {
  const cells = mask.data.length;
  return { data: image.data.map((value, i) => (mask.data[i % cells]! < 0.5 ? value : 0)), dims: image.dims };
}

/** (1 - mask) outside + mask latents, for a mask [h, w] over [..., h, w]. */
function keepOutside(latents: Float32Array, outside: Float32Array, mask: Float32Array): Float32Array {
  return latents.map((value, i) => {
    const m = mask[i % mask.length]!;
    return Math.fround((1 - m) * outside[i]!) + Math.fround(m * value);
  });
}
