import type { ImageRequest } from "./image-request.ts";
import type { ModelInfo } from "./model.ts";
import type { Size } from "./option-values.ts";
import { canDraw, sizeForAspect, sizeForPicture } from "./picture-size.ts";

export const DIRECTIONS = ["left", "right", "up", "down", "all"] as const;
export type Direction = (typeof DIRECTIONS)[number];
type Sides = NonNullable<ImageRequest["expand"]>;

/** How a picture is extended: what joins each side of it, and the size of the whole as it is drawn. */
export interface OutpaintPlan {
  readonly expand: Sides;
  readonly size: Size;
  readonly notes: readonly string[];
}

/** How much a pan adds: half of the picture. */
export const PAN_ZOOM = 1.5;
const NO_SIDES: Sides = { top: 0, right: 0, bottom: 0, left: 0 };
const SHIFTED = "The model draws one shape, so the view moved: what was at the other side is not shown any more.";

/**
 * Extends a picture by the factor `zoom` of its width or height (above 1), in one direction or evenly. Where the model cannot draw the
 * longer shape, a direction moves the view instead, and a note says so.
 */
export function planZoom(model: ModelInfo, picture: Size, direction: Direction, zoom: number): OutpaintPlan {
  const moreX = Math.round((zoom - 1) * picture.widthPx);
  const moreY = Math.round((zoom - 1) * picture.heightPx);
  if (direction === "all") {
    const [left, top] = [Math.floor(moreX / 2), Math.floor(moreY / 2)];
    const expand = { left, top, right: moreX - left, bottom: moreY - top };
    return { expand, size: sizeForPicture(model, picture), notes: [] };
  }
  const [side, opposite] = SIDES[direction];
  const more = side === "left" || side === "right" ? moreX : moreY;
  const expand = { ...NO_SIDES, [side]: more };
  const size = grownSize(model, extended(picture, expand));
  if (size) return { expand, size, notes: [] };
  return { expand: { ...expand, [opposite]: -more }, size: sizeForPicture(model, picture), notes: [SHIFTED] };
}

/** Extends a picture evenly until it has the aspect ratio, such as 16:9; undefined where the model draws nothing like it. */
export function planAspect(model: ModelInfo, picture: Size, aspect: string): OutpaintPlan | undefined {
  const [width = 1, height = 1] = aspect.split(":").map(Number);
  const ratio = width / height;
  const moreX = Math.max(0, Math.round(picture.heightPx * ratio) - picture.widthPx);
  const moreY = Math.max(0, Math.round(picture.widthPx / ratio) - picture.heightPx);
  const [left, top] = [Math.floor(moreX / 2), Math.floor(moreY / 2)];
  const expand = { left, top, right: moreX - left, bottom: moreY - top };
  const size = grownSize(model, extended(picture, expand));
  return size && { expand, size, notes: [] };
}

const SIDES = {
  left: ["left", "right"],
  right: ["right", "left"],
  up: ["top", "bottom"],
  down: ["bottom", "top"],
} as const satisfies Record<Exclude<Direction, "all">, readonly [keyof Sides, keyof Sides]>;

function extended(picture: Size, { top, right, bottom, left }: Sides): Size {
  return { widthPx: picture.widthPx + left + right, heightPx: picture.heightPx + top + bottom };
}

/** The whole as large as it is, where the model can draw that; else its size of that shape. Undefined where it has none. */
function grownSize(model: ModelInfo, whole: Size): Size | undefined {
  const { multipleOf } = model.sizes;
  const round = (px: number): number => multipleOf * Math.round(px / multipleOf);
  const rounded = { widthPx: round(whole.widthPx), heightPx: round(whole.heightPx) };
  return canDraw(model, rounded)
    ? sizeForPicture(model, rounded)
    : sizeForAspect(model, `${whole.widthPx}:${whole.heightPx}`);
}
