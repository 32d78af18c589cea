import { elements, type Tensor } from "../../numerics/tensor.ts";
import { UserError } from "../../core/errors.ts";
import { encodeImage } from "../vae.ts";
import { drawNoise, pureNoise, type Prepare, type Setting } from "./start.ts";

/** Starts from noise. */
export const prepareTextToImage: Prepare = async (setting) => {
  const channels = await emptyPicture(setting);
  const latents = pureNoise(setting.run, drawNoise(setting));
  return { latents, begin: 0, ...(channels ? { channels } : {}) };
};

/** An inpainting model also paints without a picture: the mask covers everything and the picture under it is grey. */
async function emptyPicture({ model, call, latentDims }: Setting): Promise<Tensor | undefined> {
  const [channels, height, width] = latentDims;
  if (model.sampleChannels === channels) return undefined;
  if (model.sampleChannels !== 2 * channels + 1)
    throw new UserError("input-missing", { mode: call.mode, input: "image (this model edits pictures)" });
  const grey = { data: new Float32Array(3 * call.height * call.width), dims: [3, call.height, call.width] };
  const picture = await encodeImage(model, grey, undefined);
  const data = new Float32Array(elements([channels + 1, height, width])).fill(1, 0, height * width);
  data.set(picture.data, height * width);
  return { data, dims: [channels + 1, height, width] };
}
