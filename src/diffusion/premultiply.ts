import type { Tensor } from "../numerics/tensor.ts";

/** Half a level of 8-bit alpha: nobody sees the colour of less. */
const LEAST_ALPHA = 0.5 / 255;

/** Straight colours and alpha [4, H, W] in -1 to 1, the colours multiplied by alpha (both in 0 to 1). */
export function premultiply({ data, dims }: Tensor): Tensor {
  const cells = data.length / 4;
  const colour = (i: number) => ((data[i]! + 1) * (data[3 * cells + (i % cells)]! + 1)) / 2 - 1;
  return { data: data.map((value, i) => (i < 3 * cells ? colour(i) : value)), dims };
}

/** The other way; what is transparent has no colour. */
export function unpremultiply({ data, dims }: Tensor): Tensor {
  const cells = data.length / 4;
  const colour = (i: number) => {
    const alpha = Math.min(1, (data[3 * cells + (i % cells)]! + 1) / 2);
    return alpha < LEAST_ALPHA ? -1 : Math.min(1, (data[i]! + 1) / alpha - 1);
  };
  return { data: data.map((value, i) => (i < 3 * cells ? colour(i) : value)), dims };
}
