import { UserError } from "./errors.ts";
import type { ModelInfo } from "./model.ts";
import { formatSize, parseSize, type Size } from "./option-values.ts";

/** How far a size may be from the wanted aspect ratio: models list sizes like 1344x768 for 16:9. */
const ASPECT_TOLERANCE = 1.1;
/** Models draw well up to so many times the area of their default size. */
const MAX_OVERSIZE = 2;

/** Reads a size and checks that the model can draw it. Throws UserError size-not-supported with what it can. */
export function readSize(model: ModelInfo, text: string): Size {
  const size = parseSize(text);
  if (canDraw(model, size)) return size;
  throw new UserError("size-not-supported", {
    model: model.id,
    width: size.widthPx,
    height: size.heightPx,
    supported: describeSizes(model),
  });
}

/** Whether a model draws exactly this size. */
export function canDraw({ sizes: { only, multipleOf, minPx, maxPx } }: ModelInfo, size: Size): boolean {
  if (only) return only.some((other) => formatSize(other) === formatSize(size));
  return [size.widthPx, size.heightPx].every((px) => px % multipleOf === 0 && px >= minPx && px <= maxPx);
}

/** The model's size for an aspect ratio such as 16:9. Throws UserError aspect-not-supported. */
export function readAspectSize(model: ModelInfo, aspect: string): Size {
  const size = sizeForAspect(model, aspect);
  if (size) return size;
  throw new UserError("aspect-not-supported", { model: model.id, aspect, supported: describeSizes(model) });
}

/**
 * The size of a model that comes nearest to an aspect ratio such as 16:9: one of its fixed sizes, or about as many pixels as its default
 * size has, moved into its limits. Undefined when every size is more than 10 % off.
 */
export function sizeForAspect(model: ModelInfo, aspect: string): Size | undefined {
  const [width = 1, height = 1] = aspect.split(":").map(Number);
  const ratio = width / height;
  const candidates = model.sizes.only ?? [scaledSize(model, ratio)];
  const off = (size: Size): number => Math.abs(Math.log(size.widthPx / size.heightPx / ratio));
  const best = [...candidates].sort((a, b) => off(a) - off(b))[0];
  return best && off(best) <= Math.log(ASPECT_TOLERANCE) ? best : undefined;
}

/** The size in which a model redraws a picture: the picture's own where it can, else its nearest shape. */
export function sizeForPicture(model: ModelInfo, picture: Size): Size {
  const { default: usual } = model.sizes;
  const isUsual = picture.widthPx * picture.heightPx <= MAX_OVERSIZE * usual.widthPx * usual.heightPx;
  if (isUsual && canDraw(model, picture)) return { widthPx: picture.widthPx, heightPx: picture.heightPx };
  return sizeForAspect(model, `${picture.widthPx}:${picture.heightPx}`) ?? usual;
}

function scaledSize(model: ModelInfo, ratio: number): Size {
  const { default: usual, multipleOf, minPx, maxPx } = model.sizes;
  const clamp = (px: number): number => Math.min(maxPx, Math.max(minPx, px));
  const area = usual.widthPx * usual.heightPx;
  // The shorter side first: when it hits the lower limit, the longer one grows instead of the ratio bending.
  const shorter = clamp(Math.sqrt(area / Math.max(ratio, 1 / ratio)));
  const longer = clamp(shorter * Math.max(ratio, 1 / ratio));
  const round = (px: number): number => {
    const rounded = Math.round(px / multipleOf);
    return multipleOf * Math.min(Math.floor(maxPx / multipleOf), Math.max(Math.ceil(minPx / multipleOf), rounded));
  };
  const [long, short] = [round(longer), round(longer / Math.max(ratio, 1 / ratio))];
  return ratio >= 1 ? { widthPx: long, heightPx: short } : { widthPx: short, heightPx: long };
}

/** What a model can draw, as a sentence. */
export function describeSizes({ sizes }: ModelInfo): string {
  if (sizes.only) return `It draws ${sizes.only.map(formatSize).join(", ")}.`;
  const step = sizes.multipleOf > 1 ? `multiples of ${sizes.multipleOf} ` : "";
  return `It draws widths and heights that are ${step}between ${sizes.minPx} and ${sizes.maxPx}, for example ${formatSize(sizes.default)}.`;
}
