import { createHash } from "node:crypto";
import { createCosineTransform } from "../numerics/cosine-transform.ts";

/** Every picture is looked at through a square of this side, so that its size and shape do not matter. */
export const CANVAS_PX = 256;
/** Waves across the canvas, counted in halves: slower ones are the picture itself, faster ones do not survive a small copy. */
const SLOWEST = 8;
const FASTEST = 80;
/** Rings of similar wavelength per octave: within one, a picture's coefficients have about the same size. */
const RINGS_PER_OCTAVE = 4;
/** In ring means: one strong edge of the picture must not outvote a thousand small waves. */
const LIMIT = 1.5;
/** A ring that is weaker than this is rounding noise. */
const MIN_RING_MEAN = 0.02;

export const canvasTransform = createCosineTransform(CANVAS_PX, FASTEST);

/** Rings where a band ends, beside the last: waves of up to 23 and 40 halves. */
const BANDS = [5, 8];

/** Every Easel reads this half of the mark; what it says is public, so it proves nothing against a forger. */
const PUBLIC_KEY = Buffer.from("Easel watermark, version 1");

/** A pseudo-random sign for each of the mark's waves: half of them from the public key, half from an installation's own. */
export interface WatermarkCode {
  readonly waves: readonly Wave[];
  readonly rings: number;
}

export interface Wave {
  /** Cosine frequencies across and down the canvas. */
  readonly u: number;
  readonly v: number;
  readonly ring: number;
  /** Which way the mark pushes the wave; 0 where the key is not known. */
  readonly sign: -1 | 0 | 1;
  readonly isPublic: boolean;
}

/** The code of one installation; without its key only the public half can be read. */
export function createWatermarkCode(installationKey?: Uint8Array): WatermarkCode {
  const owner = bitsOf(PUBLIC_KEY, "halves");
  const publicSigns = bitsOf(PUBLIC_KEY, "signs");
  const ownSigns = installationKey && bitsOf(installationKey, "signs");
  const waves: Wave[] = [];
  for (let v = 0; v < FASTEST; v++) {
    for (let u = 0; u < FASTEST; u++) {
      const frequency = Math.hypot(u, v);
      if (frequency < SLOWEST || frequency >= FASTEST) continue;
      const isPublic = owner.next().value === 1;
      const bits = [publicSigns.next().value, ownSigns?.next().value];
      const bit = bits[isPublic ? 0 : 1];
      const ring = Math.floor(RINGS_PER_OCTAVE * Math.log2(frequency / SLOWEST));
      waves.push({ u, v, ring, sign: bit === undefined ? 0 : bit === 1 ? 1 : -1, isPublic });
    }
  }
  return { waves, rings: 1 + Math.max(...waves.map(({ ring }) => ring)) };
}

/** An endless stream of bits from a key: SHA-256 of key, purpose and a counter. */
function* bitsOf(key: Uint8Array, purpose: string): Generator<0 | 1, never> {
  for (let counter = 0; ; counter++) {
    for (const byte of createHash("sha256").update(key).update(`${purpose} ${counter}`).digest()) {
      for (let bit = 0; bit < 8; bit++) yield ((byte >> bit) & 1) === 1 ? 1 : 0;
    }
  }
}

/** Mean absolute coefficient of each ring, by which coefficients become comparable. */
export function ringMeans({ waves, rings }: WatermarkCode, coefficients: Float32Array): Float32Array {
  const sums = new Float64Array(rings);
  const counts = new Float64Array(rings);
  for (const { u, v, ring } of waves) {
    sums[ring]! += Math.abs(coefficients[v * FASTEST + u]!);
    counts[ring]! += 1;
  }
  return Float32Array.from(sums, (sum, ring) => MIN_RING_MEAN + sum / counts[ring]!);
}

/** In standard deviations of what pictures without the mark show: those are normally distributed about 0, whatever they show. */
export interface WatermarkScore {
  readonly public: number;
  readonly own: number;
  /** Of both halves together. */
  readonly joint: number;
}

/** How much a picture's waves agree with the code: the best of the eight ways to turn and mirror it. */
export function scoreWatermark(code: WatermarkCode, coefficients: Float32Array): WatermarkScore {
  const values = comparable(code, coefficients);
  let best: WatermarkScore = { public: -Infinity, own: -Infinity, joint: -Infinity };
  for (let orientation = 0; orientation < 8; orientation++) {
    const score = bestBand(tally(code, values, orientation));
    if (score.joint > best.joint) best = score;
  }
  return best;
}

/** The score of a picture that is known to be neither turned nor mirrored. */
export function scoreUpright(code: WatermarkCode, coefficients: Float32Array): WatermarkScore {
  return bestBand(tally(code, comparable(code, coefficients), 0));
}

/** The waves in means of their rings, within the limit. */
function comparable(code: WatermarkCode, coefficients: Float32Array): Float64Array {
  const means = ringMeans(code, coefficients);
  const values = new Float64Array(coefficients.length);
  for (const { u, v, ring } of code.waves) {
    const at = v * FASTEST + u;
    values[at] = Math.max(-LIMIT, Math.min(LIMIT, coefficients[at]! / means[ring]!));
  }
  return values;
}

/** For each ring of each half: the sum of the waves that agree less those that do not, and of their squares. */
type Tally = Readonly<Record<"public" | "own", { readonly sums: Float64Array; readonly squares: Float64Array }>>;

/** Bit 0 mirrors across, bit 1 down, bit 2 swaps the axes: to a cosine transform these are changes of sign and place. */
function tally(code: WatermarkCode, values: Float64Array, orientation: number): Tally {
  const half = () => ({ sums: new Float64Array(code.rings), squares: new Float64Array(code.rings) });
  const result: Tally = { public: half(), own: half() };
  const [across, down] = (orientation & 4) === 0 ? [1, FASTEST] : [FASTEST, 1];
  for (const { u, v, ring, sign, isPublic } of code.waves) {
    if (sign === 0) continue;
    // Swapped axes stay in the ring.
    const value = values[v * down + u * across]!;
    const mirrored = ((orientation & 1 & u) ^ ((orientation >> 1) & 1 & v)) === 1;
    const { sums, squares } = isPublic ? result.public : result.own;
    sums[ring]! += sign * (mirrored ? -value : value);
    squares[ring]! += value * value;
  }
  return result;
}

/**
 * A small or compressed copy keeps the slow waves only, and those that are lost drown them: the best of several bands counts, from the
 * slowest up to the whole.
 */
function bestBand({ public: publicHalf, own: ownHalf }: Tally): WatermarkScore {
  const rings = publicHalf.sums.length;
  let best: WatermarkScore = { public: -Infinity, own: -Infinity, joint: -Infinity };
  let [open, own, openSquares, ownSquares] = [0, 0, 0, 0];
  for (let ring = 0; ring < rings; ring++) {
    open += publicHalf.sums[ring]!;
    own += ownHalf.sums[ring]!;
    openSquares += publicHalf.squares[ring]!;
    ownSquares += ownHalf.squares[ring]!;
    if (ring + 1 < rings && !BANDS.includes(ring)) continue;
    const score = {
      public: inDeviations(open, openSquares),
      own: inDeviations(own, ownSquares),
      joint: inDeviations(open + own, openSquares + ownSquares),
    };
    if (score.joint > best.joint) best = score;
  }
  return best;
}

/** A sum of values with random signs has the root of the values' squares for standard deviation. */
function inDeviations(sum: number, energy: number): number {
  return energy === 0 ? 0 : sum / Math.sqrt(energy);
}
