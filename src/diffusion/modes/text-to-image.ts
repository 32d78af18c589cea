import { elements, type Tensor } from "../../numerics/tensor.ts";
import { UserError } from "../../core/errors.ts";
import { encodeImage } from "../vae.ts";
import { concatenate } from "../noise.ts";
import { DEFAULTS } from "./defaults.ts";
import { drawNoise, pureNoise, type Prepare, type Setting, type Start } from "./start.ts";

/** Starts from noise. */
export const prepareTextToImage: Prepare = async (setting) => {
  if (setting.origins) return startFromLayout(setting, setting.origins);
  const channels = await emptyPicture(setting);
  const latents = pureNoise(setting.run, drawNoise(setting));
  return { latents, begin: 0, ...(channels ? { channels } : {}) };
};

/** Starts from the noised layout (SDEdit, https://arxiv.org/abs/2108.01073): its colours and places shine through, its details do not. */
function startFromLayout(setting: Setting, origins: readonly Tensor[]): Start {
  const { run, firstStep } = setting;
  const begin = firstStep(DEFAULTS.layoutStrength);
  const noise = drawNoise(setting);
  run.begin(begin);
  return { latents: run.addNoise(concatenate(origins.map(({ data }) => data)), noise, begin), begin };
}

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
