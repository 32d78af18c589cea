import { UserError } from "../../core/errors.ts";
import { encodeImage, toTensor } from "../vae.ts";
import { drawNoise, pureNoise, requirePicture, type Prepare } from "./start.ts";
import { nameOf } from "../loaded-model.ts";

/**
 * instruct-pix2pix: starts from noise; the picture to change is four further channels of the denoiser's input, as the mode of its
 * posterior and without the scaling factor. https://arxiv.org/abs/2211.09800
 */
export const prepareInstruct: Prepare = async (setting) => {
  const { call, model, latentDims } = setting;
  if (model.sampleChannels !== 2 * latentDims[0])
    throw new UserError("model-cannot", { model: nameOf(model), mode: "follow instructions" });
  const image = toTensor(requirePicture(call, "image"), model.imageChannels);
  const channels = await encodeImage(model, image, undefined, false);
  return { latents: pureNoise(setting.run, drawNoise(setting)), begin: 0, channels };
};
