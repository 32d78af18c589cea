import type { RawPicture } from "../../core/generator.ts";
import { coverSize, cutOut, resizePicture } from "../pictures.ts";

export interface Sides {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Pixels of the old picture at its new sides that are painted again, so that no seam is left. */
const OVERLAP_PX = 8;

/**
 * What inpainting is given to extend a picture: the picture with its edge repeated over the new sides, and a mask that is white there.
 * A side below 0 is cut off. Both have the size that is drawn; where that is not picture and sides together (a model of one size), the whole is made smaller, and
 * sides grow evenly until the shape fits.
 */
export function outpaintInputs(
  image: RawPicture,
  expand: Sides,
  widthPx: number,
  heightPx: number,
): { readonly image: RawPicture; readonly mask: RawPicture } {
  const sides = fitShape(image, expand, widthPx / heightPx);
  const canvasWidth = image.widthPx + sides.left + sides.right;
  const canvasHeight = image.heightPx + sides.top + sides.bottom;
  const canvas = cutOut(image, -sides.left, -sides.top, canvasWidth, canvasHeight);
  const mask = new Uint8Array(canvasWidth * canvasHeight * 3).fill(255);
  const [from, to] = keptSpan(sides.left, image.widthPx, sides.right);
  const [top, bottom] = keptSpan(sides.top, image.heightPx, sides.bottom);
  for (let y = top; y < bottom; y++) {
    if (to > from) mask.fill(0, (y * canvasWidth + from) * 3, (y * canvasWidth + to) * 3);
  }
  return {
    image: resizePicture(canvas, widthPx, heightPx),
    mask: coverSize({ widthPx: canvasWidth, heightPx: canvasHeight, channels: 3, data: mask }, widthPx, heightPx),
  };
}

/** Where the old pixels are on one axis of the canvas, from and to. */
function keptSpan(before: number, lengthPx: number, after: number): [number, number] {
  return [Math.max(0, before) + inset(before), before + lengthPx + Math.min(0, after) - inset(after)];
}

/** Only sides that grow get an overlap; others have no seam. */
function inset(sidePx: number): number {
  return sidePx > 0 ? OVERLAP_PX : 0;
}

/** Adds to the sides, half at each, what the shape width / height lacks. */
function fitShape(image: RawPicture, sides: Sides, shape: number): Sides {
  const width = image.widthPx + sides.left + sides.right;
  const height = image.heightPx + sides.top + sides.bottom;
  const moreWidth = Math.max(0, Math.round(height * shape) - width);
  const moreHeight = Math.max(0, Math.round(width / shape) - height);
  return {
    left: sides.left + Math.floor(moreWidth / 2),
    right: sides.right + Math.ceil(moreWidth / 2),
    top: sides.top + Math.floor(moreHeight / 2),
    bottom: sides.bottom + Math.ceil(moreHeight / 2),
  };
}
