import type { Tensor } from "../numerics/tensor.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { cropMargin, MARGIN_CELLS, matchEdges, wrapMargin, type Tiling } from "./modes/tile.ts";
import { decodeLatents } from "./vae.ts";

/**
 * Latents [C, h, w] of one picture to [channels, H, W] in about -1 to 1. Tiling pictures are decoded with a margin that wraps around, or,
 * where the decoder has one size, their edges are brought together.
 */
export async function decodePicture(model: LoadedModel, latents: Tensor, tiling: Tiling): Promise<Tensor> {
  if (tiling === "none") return decodeLatents(model, latents);
  const axes = model.vaeDecoder?.session.inputs[0]?.dims.slice(2) ?? [];
  if (axes.some((axis) => typeof axis === "number"))
    return matchEdges(await decodeLatents(model, latents), model.vaeScaleFactor, "picture");
  const image = await decodeLatents(model, wrapMargin(latents, MARGIN_CELLS));
  return cropMargin(image, MARGIN_CELLS * model.vaeScaleFactor);
}
