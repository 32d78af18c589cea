import type { Tensor } from "../../numerics/tensor.ts";

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
