import { fixedSize } from "../families/family.ts";
import type { FamilyName, LoadedModel } from "../loaded-model.ts";
import { DEFAULTS } from "./defaults.ts";

/** Latent cells along a side that the families were trained on, for exports without sample_size. */
const NATIVE_CELLS: Readonly<Record<FamilyName, number>> = {
  "stable-diffusion": 64,
  "stable-diffusion-xl": 128,
  "stable-diffusion-3": 128,
  flux: 128,
  pixart: 128,
  sana: 32,
  generator: 0,
  "picture-memory": 32,
};

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * The size at which an enlarged picture is redrawn to gain detail: the target, or what of it the model can draw well (DEFAULTS
 * upscaleNativeSides). undefined where redrawing gains nothing: no encoder, a graph of one size, or no room above the picture's own size.
 */
export function refineSize(model: LoadedModel, source: Size, target: Size): Size | undefined {
  if (!model.vaeEncoder || fixedSize(model) !== undefined) return undefined;
  const configured = model.denoiser.config["sample_size"];
  const cells = typeof configured === "number" ? configured : NATIVE_CELLS[model.family];
  const areaPx = (cells * model.vaeScaleFactor * DEFAULTS.upscaleNativeSides) ** 2;
  const scale = Math.min(1, Math.sqrt(areaPx / (target.widthPx * target.heightPx)));
  // Transformers see patches of 2x2 cells.
  const multiple = model.vaeScaleFactor * (model.denoiser.kind === "transformer" ? 2 : 1);
  const round = (side: number) => Math.floor((side * scale) / multiple) * multiple;
  const size = { widthPx: round(target.widthPx), heightPx: round(target.heightPx) };
  return size.widthPx > source.widthPx && size.heightPx > source.heightPx ? size : undefined;
}
