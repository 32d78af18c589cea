/** Rows of pixels, channels interleaved, 8 bits each. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: number;
}

export type Filter = keyof typeof FILTERS;

/** Bits behind the point of Pillow's weights: 32 less 8 of the pixel and 2 for sums beyond 255. */
const PRECISION_BITS = 22;
const BICUBIC_A = -0.5;
const LANCZOS_LOBES = 3;

function bilinear(x: number): number {
  const distance = Math.abs(x);
  return distance < 1 ? 1 - distance : 0;
}

function bicubic(x: number): number {
  const distance = Math.abs(x);
  if (distance < 1) return ((BICUBIC_A + 2) * distance - (BICUBIC_A + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * BICUBIC_A;
  return 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

function lanczos(x: number): number {
  return x >= -LANCZOS_LOBES && x < LANCZOS_LOBES ? sinc(x) * sinc(x / LANCZOS_LOBES) : 0;
}

const FILTERS = {
  bilinear: { support: 1, weigh: bilinear },
  bicubic: { support: 2, weigh: bicubic },
  lanczos: { support: LANCZOS_LOBES, weigh: lanczos },
} as const;

/** Which source pixels make one target pixel: weights[at + k] is of source pixel first + k. */
interface Window {
  readonly first: number;
  readonly weights: Int32Array;
}

/** precompute_coeffs and normalize_coeffs_8bpc of Pillow's Resample.c: the filter widens when a picture shrinks. */
function windows(sourceSize: number, targetSize: number, { support, weigh }: (typeof FILTERS)[Filter]): Window[] {
  const scale = sourceSize / targetSize;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: targetSize }, (_, target) => {
    const center = (target + 0.5) * scale;
    const first = Math.max(Math.trunc(center - support * stretch + 0.5), 0);
    const end = Math.min(Math.trunc(center + support * stretch + 0.5), sourceSize);
    const exact = Array.from({ length: end - first }, (_, k) => weigh((k + first - center + 0.5) * (1 / stretch)));
    const sum = exact.reduce((total, weight) => total + weight, 0);
    const fixed = exact.map((weight) => (weight / sum) * 2 ** PRECISION_BITS);
    return { first, weights: Int32Array.from(fixed, (weight) => Math.trunc(weight + (weight < 0 ? -0.5 : 0.5))) };
  });
}

/** Filters along one axis: `stride` is the distance of neighbours, and the values of `lines` x `inner` lines are independent. */
function filterAxis(
  source: Uint8Array,
  sourceSize: number,
  table: readonly Window[],
  lines: number,
  inner: number,
): Uint8Array {
  // Stores of 8 bits clamp to 0 and 255, as Pillow's clip8 does.
  const target = new Uint8ClampedArray(lines * table.length * inner);
  for (let line = 0; line < lines; line++) {
    for (const [position, { first, weights }] of table.entries()) {
      for (let k = 0; k < inner; k++) {
        let sum = 1 << (PRECISION_BITS - 1);
        let at = (line * sourceSize + first) * inner + k;
        for (let w = 0; w < weights.length; w++, at += inner) sum += source[at]! * weights[w]!;
        target[(line * table.length + position) * inner + k] = sum >> PRECISION_BITS;
      }
    }
  }
  return new Uint8Array(target.buffer);
}

/**
 * Pillow's Image.resize, to the bit: two passes in 22-bit fixed point, rows first, with antialiasing. Channels are
 * independent: multiply by alpha before, as Pillow does, where a picture is transparent.
 */
export function resample(pixels: Pixels, widthPx: number, heightPx: number, filter: Filter): Pixels {
  checkSize(pixels.data.length, pixels, widthPx, heightPx);
  const { channels } = pixels;
  let { data } = pixels;
  if (widthPx !== pixels.widthPx) {
    data = filterAxis(
      data,
      pixels.widthPx,
      windows(pixels.widthPx, widthPx, FILTERS[filter]),
      pixels.heightPx,
      channels,
    );
  }
  if (heightPx !== pixels.heightPx) {
    data = filterAxis(
      data,
      pixels.heightPx,
      windows(pixels.heightPx, heightPx, FILTERS[filter]),
      1,
      widthPx * channels,
    );
  }
  return { data: data === pixels.data ? data.slice() : data, widthPx, heightPx, channels };
}

/** Where a target pixel looks: at its centre (Pillow's NEAREST) or at its corner (torch's F.interpolate, mode "nearest"). */
export type NearestRule = "pillow" | "torch";

/** The nearest source position for every target position. Pillow adds up the scale in float64, torch multiplies in float32. */
function nearestPositions(sourceSize: number, targetSize: number, rule: NearestRule): number[] {
  const scale = sourceSize / targetSize;
  let center = scale / 2;
  return Array.from({ length: targetSize }, (_, target) => {
    const position = rule === "pillow" ? center : Math.fround(target * Math.fround(scale));
    center += scale;
    return Math.min(Math.floor(position), sourceSize - 1);
  });
}

/** Repeats or drops pixels without mixing them: masks, and latents' masks. `source` has the given channels interleaved. */
export function resampleNearest<T extends Uint8Array | Float32Array>(
  source: T,
  size: Omit<Pixels, "data">,
  widthPx: number,
  heightPx: number,
  rule: NearestRule,
): T {
  checkSize(source.length, size, widthPx, heightPx);
  const { channels } = size;
  const columns = nearestPositions(size.widthPx, widthPx, rule);
  const rows = nearestPositions(size.heightPx, heightPx, rule);
  const count = widthPx * heightPx * channels;
  const target = source instanceof Float32Array ? new Float32Array(count) : new Uint8Array(count);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * size.widthPx + column) * channels;
      for (let k = 0; k < channels; k++) target[at++] = source[from + k]!;
    }
  }
  return target as T;
}

function checkSize(length: number, size: Omit<Pixels, "data">, widthPx: number, heightPx: number): void {
  if (length !== size.widthPx * size.heightPx * size.channels) {
    throw new RangeError(`${length} values do not fill ${size.widthPx}x${size.heightPx} pixels of ${size.channels}`);
  }
  if (!(widthPx >= 1 && heightPx >= 1)) throw new RangeError(`${widthPx}x${heightPx} is not a size`);
}
