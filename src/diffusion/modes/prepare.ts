import type { Mode } from "../../core/image-request.ts";
import { prepareBlend, prepareImageToImage } from "./image-to-image.ts";
import { prepareInpaint } from "./inpaint.ts";
import { prepareInstruct } from "./instruct.ts";
import type { Prepare } from "./start.ts";
import { prepareTextToImage } from "./text-to-image.ts";

/** How each mode starts. Outpainting is inpainting of a larger picture, upscaling image to image of an enlarged one (see to-call.ts). */
export const PREPARE: Readonly<Record<Mode, Prepare>> = {
  "text-to-image": prepareTextToImage,
  "image-to-image": prepareImageToImage,
  inpaint: prepareInpaint,
  outpaint: prepareInpaint,
  instruct: prepareInstruct,
  controlnet: prepareTextToImage,
  blend: prepareBlend,
  upscale: prepareImageToImage,
};
