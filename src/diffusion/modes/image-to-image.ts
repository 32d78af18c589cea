import type { Tensor } from "../../numerics/tensor.ts";
import { slerp } from "../../numerics/slerp.ts";
import { concatenate, repeat } from "../noise.ts";
import { encodeImage, toTensor } from "../vae.ts";
import { DEFAULTS } from "./defaults.ts";
import { drawNoise, requirePicture, type Prepare, type Setting, type Start } from "./start.ts";

/** Starts from the call's picture, or from what a layout made of it, noised to the level that `strength` leaves steps for (SDEdit, https://arxiv.org/abs/2108.01073). */
export const prepareImageToImage: Prepare = async (setting) => {
  const { call, model, generators, pictures, origins } = setting;
  if (origins) return startFrom(setting, concatenate(origins.map(({ data }) => data)));
  const image = toTensor(requirePicture(call, "image"), model.imageChannels);
  // A single generator samples the posterior once for all pictures, a list once for each: diffusers' order of draws.
  const sources = generators.kind === "list" ? generators.sources : generators.sources.slice(0, 1);
  const encoded: Tensor[] = [];
  for (const source of sources) encoded.push(await encodeImage(model, image, source));
  const originals =
    encoded.length === 1 ? repeat(encoded[0]!.data, pictures) : concatenate(encoded.map(({ data }) => data));
  return startFrom(setting, originals);
};

/**
 * blend: starts between the call's pictures. Their latents are joined one after the other by spherical interpolation, each with its share of
 * what is joined so far; of two pictures, a share of 0 leaves the other as it is.
 */
export const prepareBlend: Prepare = async (setting) => {
  const { call, model, pictures } = setting;
  const all = [requirePicture(call, "image"), ...(call.others ?? [])];
  let joined: Float32Array | undefined;
  let total = 0;
  for (const [i, picture] of all.entries()) {
    const { data } = await encodeImage(model, toTensor(picture, model.imageChannels), undefined);
    const share = call.shares?.[i] ?? 1;
    total += share;
    joined = joined === undefined ? data : slerp(joined, data, total === 0 ? 0 : share / total);
  }
  return startFrom(setting, repeat(joined!, pictures));
};

/** Noises clean latents [pictures, C, h, w] for the first step of the call's strength. */
function startFrom(setting: Setting, originals: Float32Array): Start {
  const { call, run } = setting;
  const begin = setting.firstStep(call.strength ?? DEFAULTS.strength);
  const noise = drawNoise(setting);
  // Strength 0 leaves no step and therefore no noise.
  if (begin >= run.timesteps.length) return { latents: originals, begin };
  run.begin(begin);
  return { latents: run.addNoise(originals, noise, begin), begin };
}
