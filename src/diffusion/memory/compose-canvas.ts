import { elements, type Tensor } from "../../numerics/tensor.ts";
import type { Placement } from "../layout/place-things.ts";

/** One picture of a canvas: premultiplied [4, H, W] in 0 to 1, and where it lies. */
export interface Layer {
  readonly picture: Tensor;
  readonly at: Omit<Placement, "thing">;
}

/** Smaller pictures are not halved any more. */
const MIN_SIDE_PX = 8;

/**
 * Lays pictures over each other, back to front, on full transparency: premultiplied [4, heightPx, widthPx] in 0 to 1. Each is sampled as
 * torch's affine_grid and grid_sample do it (bilinear, align_corners=False, zeros outside); what shrinks to half or less is halved by
 * averaging first. The same as training/scenes/compose.py. The square of a placement is measured by the shorter side.
 */
export function composeCanvas(layers: readonly Layer[], heightPx: number, widthPx: number): Tensor {
  const canvas: Tensor = { data: new Float32Array(4 * heightPx * widthPx), dims: [4, heightPx, widthPx] };
  for (const { picture, at } of layers) {
    const side = at.scale * Math.min(heightPx, widthPx);
    paint(canvas, shrink(picture, side), at);
  }
  return canvas;
}

/** Halves a picture by averaging while it is at least twice as wide as it will be drawn, so that sampling skips no pixels. */
function shrink(picture: Tensor, sidePx: number): Tensor {
  const [, height, width] = picture.dims as [number, number, number];
  if (width < 2 * sidePx || width <= MIN_SIDE_PX) return picture;
  const [down, across] = [height >> 1, width >> 1];
  const data = new Float32Array(4 * down * across);
  for (let to = 0; to < data.length; to++) {
    const [x, y] = [to % across, Math.floor(to / across) % down];
    const from = (Math.floor(to / (down * across)) * height + 2 * y) * width + 2 * x;
    const { data: old } = picture;
    data[to] = (old[from]! + old[from + 1]! + old[from + width]! + old[from + width + 1]!) / 4;
  }
  return shrink({ data, dims: [4, down, across] }, sidePx);
}

function paint(canvas: Tensor, picture: Tensor, { x, y, scale, angle, mirrored }: Layer["at"]): void {
  const [, rows, columns] = canvas.dims as [number, number, number];
  const [, height, width] = picture.dims as [number, number, number];
  const short = Math.min(rows, columns);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const cells = rows * columns;
  const source = new Float32Array(4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      // Pixel centres, measured from the placement's centre in halves of its side.
      const dx = ((2 * column + 1 - columns) / short - (x * columns) / short) / scale;
      const dy = ((2 * row + 1 - rows) / short - (y * rows) / short) / scale;
      const u = (cos * dx + sin * dy) * (mirrored ? -1 : 1);
      const v = -sin * dx + cos * dy;
      if (!sample(picture, ((u + 1) * width - 1) / 2, ((v + 1) * height - 1) / 2, source)) continue;
      const i = row * columns + column;
      for (let c = 0; c < 4; c++) {
        canvas.data[c * cells + i] = source[c]! + canvas.data[c * cells + i]! * (1 - source[3]!);
      }
    }
  }
}

/** The four channels at (x, y) in pixels, zeros outside; false where nothing of the picture is near. */
function sample({ data, dims }: Tensor, x: number, y: number, into: Float32Array): boolean {
  const [, height, width] = dims as [number, number, number];
  if (x <= -1 || y <= -1 || x >= width || y >= height) return false;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [x - left, y - top];
  into.fill(0);
  for (let k = 0; k < 4; k++) {
    const [px, py] = [left + (k & 1), top + (k >> 1)];
    if (px < 0 || py < 0 || px >= width || py >= height) continue;
    const weight = (k & 1 ? right : 1 - right) * (k >> 1 ? bottom : 1 - bottom);
    for (let c = 0; c < 4; c++) into[c] = into[c]! + weight * data[(c * height + py) * width + px]!;
  }
  return true;
}

/** A premultiplied picture over another of its size. */
export function over(top: Tensor, bottom: Tensor): Tensor {
  const cells = top.data.length / 4;
  const clear = (i: number) => 1 - top.data[3 * cells + (i % cells)]!;
  return { data: top.data.map((value, i) => value + bottom.data[i]! * clear(i)), dims: top.dims };
}

/** Mean alpha of every cell of `cellPx` pixels: [1, h, w]. */
export function cellAlpha(canvas: Tensor, cellPx: number): Tensor {
  const [, height, width] = canvas.dims as [number, number, number];
  const dims = [1, height / cellPx, width / cellPx];
  const data = new Float32Array(elements(dims));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = Math.floor(y / cellPx) * dims[2]! + Math.floor(x / cellPx);
      data[to] = data[to]! + canvas.data[(3 * height + y) * width + x]! / cellPx ** 2;
    }
  }
  return { data, dims };
}
