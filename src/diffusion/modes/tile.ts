import type { Tensor } from "../../numerics/tensor.ts";
import type { Call } from "../call.ts";
import type { LatentDims } from "../families/family.ts";
import type { Told } from "../text/prompt-plan.ts";

/** How a call tiles: not, by shifting (tileOffset), or by bringing the edges together (matchEdges). */
export type Tiling = "none" | "shift" | "edges";

/** Cells around shifted latents when they are decoded: as wide as decoders look. */
export const MARGIN_CELLS = 8;
/** Cells over which edges that are brought together fade out. */
export const EDGE_CELLS = 3;

/**
 * Shifting suits models that are told the same about every place. The words of a model with a layout are tied to places (there is a state
 * for every cell of the canvas beside those of the text), and a shift would tear its objects apart.
 */
export function chooseTiling(call: Call, { positive }: Told, [, height, width]: LatentDims): Tiling {
  if (call.tile !== true) return "none";
  // A canvas says more plainly what is where.
  if (positive[0]?.condition["canvas"]) return "edges";
  const states = positive[0]?.condition["encoder_hidden_states"]?.dims[0] ?? 0;
  const cells = height * width;
  return states > cells && cells >= LAYOUT_CELLS ? "edges" : "shift";
}

/** Smaller canvases have fewer cells than a prompt has tokens. */
const LAYOUT_CELLS = 100;

/** How far the golden section of each side moves the picture per step: neighbouring steps never put the seam at the same place. */
const GOLDEN = 0.6180339887498949;

/**
 * Seamless tiling without touching the graph, whose convolutions pad with zeros: before every step the latents are shifted in a circle by
 * another offset and shifted back afterwards, so that no place is an edge for long and both sides of the seam are painted as neighbours.
 * The decoder is given a margin that wraps around (see wrapMargin).
 */
export function tileOffset(step: number, height: number, width: number): readonly [dy: number, dx: number] {
  const turn = (side: number, phase: number) => Math.floor((((step + 1) * GOLDEN + phase) % 1) * side);
  return [turn(height, 0), turn(width, 0.5)];
}

/** Shifts every plane [h, w] of the tensor [..., h, w] in a circle, down by dy and right by dx. */
export function roll({ data, dims }: Tensor, dy: number, dx: number): Tensor {
  const [height, width] = dims.slice(-2) as [number, number];
  const result = new Float32Array(data.length);
  const down = ((dy % height) + height) % height;
  const right = ((dx % width) + width) % width;
  for (let start = 0; start < data.length; start += height * width) {
    for (let y = 0; y < height; y++) {
      const from = start + y * width;
      const to = start + ((y + down) % height) * width;
      result.set(data.subarray(from, from + width - right), to + right);
      result.set(data.subarray(from + width - right, from + width), to);
    }
  }
  return { data: result, dims };
}

/** Every plane with `margin` cells of its opposite sides around it: [..., h + 2 margin, w + 2 margin]. */
export function wrapMargin({ data, dims }: Tensor, margin: number): Tensor {
  const [height, width] = dims.slice(-2) as [number, number];
  const [outerHeight, outerWidth] = [height + 2 * margin, width + 2 * margin];
  const planes = data.length / (height * width);
  const result = new Float32Array(planes * outerHeight * outerWidth);
  for (let p = 0; p < planes; p++) {
    for (let y = 0; y < outerHeight; y++) {
      const from = (p * height + ((y - margin + height * margin) % height)) * width;
      const to = (p * outerHeight + y) * outerWidth;
      for (let x = 0; x < outerWidth; x++) result[to + x] = data[from + ((x - margin + width * margin) % width)]!;
    }
  }
  return { data: result, dims: [...dims.slice(0, -2), outerHeight, outerWidth] };
}

/** The tensor [..., h, w] without `margin` cells at each side. */
export function cropMargin({ data, dims }: Tensor, margin: number): Tensor {
  const [height, width] = dims.slice(-2) as [number, number];
  const [innerHeight, innerWidth] = [height - 2 * margin, width - 2 * margin];
  const planes = data.length / (height * width);
  const result = new Float32Array(planes * innerHeight * innerWidth);
  for (let p = 0; p < planes; p++) {
    for (let y = 0; y < innerHeight; y++) {
      const from = (p * height + y + margin) * width + margin;
      result.set(data.subarray(from, from + innerWidth), (p * innerHeight + y) * innerWidth);
    }
  }
  return { data: result, dims: [...dims.slice(0, -2), innerHeight, innerWidth] };
}

/**
 * Makes opposite edges of every plane [h, w] equal and fades the change out over `reach` cells: tiling for models whose words are tied to
 * places of the canvas, which a shift would tear apart. Noise keeps its variance, so that its edges do not become flat.
 */
export function matchEdges({ data, dims }: Tensor, reach: number, kind: "noise" | "picture"): Tensor {
  const [height, width] = dims.slice(-2) as [number, number];
  const result = data.slice();
  for (let start = 0; start < data.length; start += height * width) {
    for (let y = 0; y < height; y++) meet(result, start + y * width, 1, width, reach, kind);
    for (let x = 0; x < width; x++) meet(result, start + x, width, height, reach, kind);
  }
  return { data: result, dims };
}

/** One line of `count` values, `stride` apart. */
function meet(values: Float32Array, start: number, stride: number, count: number, reach: number, kind: string): void {
  for (let d = 0; d < Math.min(reach, Math.floor(count / 2)); d++) {
    const [near, far] = [start + d * stride, start + (count - 1 - d) * stride];
    const share = 0.5 * (1 - d / reach);
    const scale = kind === "noise" ? 1 / Math.hypot(share, 1 - share) : 1;
    const [a, b] = [values[near]!, values[far]!];
    values[near] = (a + share * (b - a)) * scale;
    values[far] = (b + share * (a - b)) * scale;
  }
}
