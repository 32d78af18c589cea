/** Dense row-major float32 numbers with a shape; the only array type of the pipeline. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Number of elements of a shape. */
export function elements(dims: readonly number[]): number {
  let n = 1;
  for (const dim of dims) n *= dim;
  return n;
}

/** A tensor over `data`; throws when the count does not fit the shape. */
export function tensor(data: Float32Array, dims: readonly number[]): Tensor {
  if (data.length !== elements(dims)) throw new RangeError(`${data.length} elements do not fill [${dims.join(", ")}]`);
  return { data, dims };
}
