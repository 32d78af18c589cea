/** numpy.linspace: `count` evenly spaced float64 numbers from start to stop, both included. */
export function linspace(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, i) =>
    i > 0 && i === count - 1 ? stop : i === 0 ? start : start + i * step,
  );
}

/**
 * torch.linspace in float32: from both ends to the middle, each with one rounding (fused multiply-add), as torch does on
 * processors with AVX2. Tables of noise levels start from it, and their small ends magnify a wrong last bit to 1e-4.
 */
export function torchLinspace(start: number, stop: number, count: number): Float32Array {
  const values = new Float32Array(count);
  const [first, last] = [Math.fround(start), Math.fround(stop)];
  const step = Math.fround(Math.fround(last - first) / (count - 1));
  for (let i = 0; i < count; i++) values[i] = i < count >> 1 ? first + step * i : last - step * (count - 1 - i);
  if (count === 1) values[0] = first;
  return values;
}

/** Python's and NumPy's round: halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** numpy.interp over the positions 0, 1, 2, ... of `table`; the ends hold beyond the table. */
export function interpolate(table: ArrayLike<number>, position: number): number {
  const low = Math.min(Math.max(Math.floor(position), 0), table.length - 1);
  const high = Math.min(low + 1, table.length - 1);
  const weight = Math.min(Math.max(position - low, 0), 1);
  return (table[high]! - table[low]!) * weight + table[low]!;
}

/** Every value as the nearest float32. */
export function toFloat32(values: readonly number[]): number[] {
  return values.map(Math.fround);
}

/** The first value once and all others twice, as two-call solvers list them. */
export function doubleAfterFirst(values: readonly number[]): number[] {
  return values.flatMap((value, i) => (i === 0 ? [value] : [value, value]));
}
