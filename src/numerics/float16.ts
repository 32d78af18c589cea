const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bits of the nearest IEEE half float, ties to even; beyond 65504 infinity, as NumPy and torch convert. */
export function toFloat16Bits(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 65536 or more
  if (magnitude >= 0x38800000) {
    // Normal: drop 13 bits of the mantissa; the carry of rounding may move into the exponent, which is right.
    const rest = magnitude - 0x38000000;
    return sign | ((rest + 0xfff + ((rest >>> 13) & 1)) >>> 13);
  }
  // Subnormal: a whole number of 2^-24. Adding and subtracting 0.75 in float32 rounds to that grid, ties to even.
  float[0] = Math.fround(Math.abs(float[0]) + 0.75);
  return sign | (bits[0]! - 0x3f400000);
}

/** The number behind the bits of an IEEE half float. */
export function fromFloat16Bits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** Every value as the bits of a half float. */
export function toFloat16Array(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = toFloat16Bits(values[i]!);
  return halves;
}

let decoded: Float32Array | undefined;

/** All 65536 half floats, decoded once: weights and latents come in millions. */
function decodeTable(): Float32Array {
  const table = new Float32Array(65536);
  for (let half = 0; half < table.length; half++) table[half] = fromFloat16Bits(half);
  return table;
}

/** Every half float, given by its bits, as float32. */
export function fromFloat16Array(halves: Uint16Array): Float32Array {
  decoded ??= decodeTable();
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = decoded[halves[i]!]!;
  return values;
}
