import type { Tensor } from "../../numerics/tensor.ts";
import { concatenate } from "../noise.ts";

/** States [tokens, width] of several encoders side by side: [tokens, sum of widths]. Shorter ones go on with their `empty` states. */
export function joinWidths(states: readonly Tensor[], empty: readonly Tensor[]): Tensor {
  const tokens = Math.max(...states.map(({ dims }) => dims[0]!));
  const padded = states.map((state, i) => padTokens(state, empty[i]!, tokens));
  const width = padded.reduce((sum, { dims }) => sum + dims[1]!, 0);
  const data = new Float32Array(tokens * width);
  let left = 0;
  for (const { data: from, dims } of padded) {
    const own = dims[1]!;
    for (let t = 0; t < tokens; t++) data.set(from.subarray(t * own, (t + 1) * own), t * width + left);
    left += own;
  }
  return { data, dims: [tokens, width] };
}

function padTokens(state: Tensor, empty: Tensor, tokens: number): Tensor {
  const parts = [state.data];
  for (let have = state.dims[0]!; have < tokens; have += empty.dims[0]!) parts.push(empty.data);
  return { data: concatenate(parts).subarray(0, tokens * state.dims[1]!), dims: [tokens, state.dims[1]!] };
}

/** States with zeros after them up to `width`. */
export function padWidth(state: Tensor, width: number): Tensor {
  const [tokens, own] = state.dims as [number, number];
  const data = new Float32Array(tokens * width);
  for (let t = 0; t < tokens; t++) data.set(state.data.subarray(t * own, (t + 1) * own), t * width);
  return { data, dims: [tokens, width] };
}

/** States of equal width one after the other. */
export function joinTokens(states: readonly Tensor[]): Tensor {
  const data = concatenate(states.map((state) => state.data));
  const width = states[0]!.dims[1]!;
  return { data, dims: [data.length / width, width] };
}

/** Vectors one after the other. */
export function joinVectors(vectors: readonly Tensor[]): Tensor {
  const data = concatenate(vectors.map((vector) => vector.data));
  return { data, dims: [data.length] };
}
