import { elements, type Tensor } from "../../numerics/tensor.ts";
import type { LoadedModel } from "../loaded-model.ts";
import { unpremultiply } from "../premultiply.ts";
import { encodePixels } from "../vae.ts";
import { cellAlpha, composeCanvas, over } from "./compose-canvas.ts";

/**
 * The pictures of a canvas's two slots: the things that have the style that is drawn, and those that come from elsewhere; and what lies under
 * them. Premultiplied [4, H, W] in 0 to 1.
 */
export interface Slots {
  readonly wanted?: Tensor | undefined;
  readonly other?: Tensor | undefined;
  readonly under?: Tensor | undefined;
}

/** A slot's picture as the canvas shows it, and its things alone. */
interface Seen {
  readonly slot: number;
  readonly picture: Tensor;
  readonly things: Tensor | undefined;
}

/**
 * What the denoiser is told: `canvas`, two slots of latents and the alpha of their things, [2 (C + 1), h, w]; a slot without a picture is
 * zero. And `origin`, the latents of everything over each other, from whose noised form a drawing can start.
 */
export async function fillCanvas(
  model: LoadedModel,
  slots: Slots,
  [channels, height, width]: readonly [number, number, number],
): Promise<{ readonly canvas: Tensor; readonly origin: () => Promise<Tensor> }> {
  const dims = [2 * (channels + 1), height, width];
  const canvas: Tensor = { data: new Float32Array(elements(dims)), dims };
  const seen = seenSlots(slots, model.denoiser.config["canvas_background"] === true);
  let origin: Tensor | undefined;
  for (const { slot, picture, things } of seen) {
    const latents = await encode(model, picture);
    const start = slot * (channels + 1) * height * width;
    canvas.data.set(latents.data, start);
    if (things) canvas.data.set(cellAlpha(things, model.vaeScaleFactor).data, start + latents.data.length);
    if (seen.length === 1 && (picture !== things || !slots.under)) origin = latents;
  }
  const side = model.vaeScaleFactor;
  return { canvas, origin: async () => origin ?? encode(model, wholeOf(slots, height * side, width * side)) };
}

/** What the slots show: things over what lies under them, where the model was trained so; without things that is in the first. */
function seenSlots({ wanted, other, under }: Slots, hasBackground: boolean): readonly Seen[] {
  const ground = hasBackground ? under : undefined;
  const seen = [wanted, other].flatMap((things, slot) =>
    things ? [{ slot, picture: ground ? over(things, ground) : things, things }] : [],
  );
  return seen.length === 0 && ground ? [{ slot: 0, picture: ground, things: undefined }] : seen;
}

/** Everything over each other; transparent where there is nothing. */
function wholeOf({ wanted, other, under }: Slots, heightPx: number, widthPx: number): Tensor {
  const parts = [wanted, other, under].filter((part) => part !== undefined);
  return parts.reduceRight((below, part) => over(part, below), composeCanvas([], heightPx, widthPx));
}

/** Latents of a premultiplied picture. */
function encode(model: LoadedModel, { data, dims }: Tensor): Promise<Tensor> {
  const signed = { data: data.map((value) => 2 * value - 1), dims };
  return encodePixels(model, model.premultiplied ? signed : unpremultiply(signed), undefined);
}
