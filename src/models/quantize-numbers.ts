/**
 * Weights get 7 bits: the kernels of processors without VNNI add two products of 8 bits in 16, which a full range would overflow
 * (onnxruntime's reduce_range). The sums are then exact integers, so every processor computes the same picture.
 */
export const WEIGHT_LEVELS = 63;
const ACTIVATION_LEVELS = 255;

export interface QuantizedColumns {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** Symmetric int8 of a matrix [rows, columns] with a scale for each column: w is about values * scales. */
export function quantizeColumns(weights: Float32Array, rows: number, columns: number): QuantizedColumns {
  const scales = new Float32Array(columns);
  for (let i = 0; i < weights.length; i++) {
    const column = i % columns;
    const magnitude = Math.abs(weights[i]!);
    if (magnitude > scales[column]!) scales[column] = magnitude;
  }
  toScales(scales);
  const values = new Int8Array(rows * columns);
  for (let i = 0; i < values.length; i++) values[i] = Math.round(weights[i]! / scales[i % columns]!);
  return { values, scales };
}

/** Symmetric int8 of weights [channels, ...] with a scale for each channel. */
export function quantizeRows(weights: Float32Array, channels: number): QuantizedColumns {
  const size = weights.length / channels;
  const scales = new Float32Array(channels);
  for (let i = 0; i < weights.length; i++) {
    const channel = Math.floor(i / size);
    scales[channel] = Math.max(scales[channel]!, Math.abs(weights[i]!));
  }
  toScales(scales);
  const values = Int8Array.from(weights, (weight, i) => Math.round(weight / scales[Math.floor(i / size)]!));
  return { values, scales };
}

/** Largest magnitudes to scales; a column of zeros may have any. */
function toScales(magnitudes: Float32Array): void {
  for (let i = 0; i < magnitudes.length; i++) magnitudes[i] = magnitudes[i] === 0 ? 1 : magnitudes[i]! / WEIGHT_LEVELS;
}

/** Scale and zero point of uint8 activations that were seen between `min` and `max`; zero is exact, because padding is zero. */
export function activationScale(min: number, max: number): { scale: number; zeroPoint: number } {
  const [low, high] = [Math.min(0, min), Math.max(0, max)];
  const scale = Math.fround((high - low || 1) / ACTIVATION_LEVELS);
  return { scale, zeroPoint: Math.round(-low / scale) };
}
