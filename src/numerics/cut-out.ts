/** Interleaved 8-bit pixels, straight alpha. */
export interface Pixels {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/** Why a picture cannot be cut out: nothing is left of it, or its background is not plain. */
export type CutFault = "all-background" | "busy-background";

/** Share of transparent pixels from which a picture is taken as cut out already. */
const TRANSPARENT_SHARE = 0.02;
/** Least share of a picture that its thing must have. */
const LEAST_SHARE = 0.01;
/** Distances in Lab: the background's colours lie within the first of its mean, the soft border between the two. */
const SAME = 9;
const OTHER = 22;
/** Share of the border that must look like the background. */
const PLAIN_BORDER = 0.8;

/**
 * A thing without its background: a picture with transparency is used as it is; a plain background is flooded from the border, in Lab with a
 * tolerance, so that what has the background's colour inside the thing stays. Transparent pixels keep no colour of the background at their
 * border.
 */
export function cutOut(picture: Pixels): { readonly picture: Pixels } | { readonly fault: CutFault } {
  const cells = picture.widthPx * picture.heightPx;
  if (picture.channels === 4) {
    const clear = countAlpha(picture, (alpha) => alpha < 16);
    if (clear >= (1 - LEAST_SHARE) * cells) return { fault: "all-background" };
    if (clear >= TRANSPARENT_SHARE * cells) return { picture };
  }
  const lab = toLab(picture);
  const mean = borderColour(picture, lab);
  if (!mean) return { fault: "busy-background" };
  const flooded = flood(picture, lab, mean);
  const left = flooded.reduce((sum, alpha) => sum + alpha, 0);
  if (left < LEAST_SHARE * cells) return { fault: "all-background" };
  if (left > (1 - TRANSPARENT_SHARE) * cells) return { fault: "busy-background" };
  return { picture: withAlpha(picture, flooded) };
}

function countAlpha({ data }: Pixels, wanted: (alpha: number) => boolean): number {
  let count = 0;
  for (let i = 3; i < data.length; i += 4) if (wanted(data[i]!)) count += 1;
  return count;
}

/** CIE L*a*b* (D65) of every pixel, three numbers each. */
function toLab({ channels, data }: Pixels): Float32Array {
  const cells = data.length / channels;
  const lab = new Float32Array(3 * cells);
  const linear = Float64Array.from({ length: 256 }, (_, byte) => {
    const unit = byte / 255;
    return unit <= 0.04045 ? unit / 12.92 : ((unit + 0.055) / 1.055) ** 2.4;
  });
  for (let i = 0; i < cells; i++) {
    const [r, g, b] = [
      linear[data[channels * i]!]!,
      linear[data[channels * i + 1]!]!,
      linear[data[channels * i + 2]!]!,
    ];
    const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
    const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
    lab.set([116 * y - 16, 500 * (x - y), 200 * (y - z)], 3 * i);
  }
  return lab;
}

/** CIE's cube root with a straight part near black. */
function f(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
}

type Colour = readonly [number, number, number];

function away(lab: Float32Array, i: number, [l, a, b]: Colour): number {
  return Math.hypot(lab[3 * i]! - l, lab[3 * i + 1]! - a, lab[3 * i + 2]! - b);
}

/** The colour of a plain border: what most of it is near to. undefined where it has no such colour. */
function borderColour({ widthPx, heightPx }: Pixels, lab: Float32Array): Colour | undefined {
  const border: number[] = [];
  for (let x = 0; x < widthPx; x++) border.push(x, (heightPx - 1) * widthPx + x);
  for (let y = 1; y < heightPx - 1; y++) border.push(y * widthPx, y * widthPx + widthPx - 1);
  const corners = [0, widthPx - 1, (heightPx - 1) * widthPx, heightPx * widthPx - 1];
  const candidates = corners.map((i): Colour => [lab[3 * i]!, lab[3 * i + 1]!, lab[3 * i + 2]!]);
  const votes = candidates.map((colour) => border.filter((i) => away(lab, i, colour) <= OTHER).length);
  const most = Math.max(...votes);
  return most >= PLAIN_BORDER * border.length ? candidates[votes.indexOf(most)] : undefined;
}

/** Alpha 0 to 1 of every pixel: 0 where the background was reached from the border, rising over its soft edge. */
function flood({ widthPx, heightPx }: Pixels, lab: Float32Array, mean: Colour): Float32Array {
  const alpha = new Float32Array(widthPx * heightPx).fill(1);
  const reached = new Uint8Array(alpha.length);
  const queue: number[] = [];
  const reach = (x: number, y: number): void => {
    if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) return;
    const i = y * widthPx + x;
    if (reached[i] === 1) return;
    reached[i] = 1;
    const distance = away(lab, i, mean);
    if (distance >= OTHER) return;
    alpha[i] = Math.max(0, (distance - SAME) / (OTHER - SAME));
    // The soft edge is the end of the background: it is not crossed.
    if (distance <= SAME) queue.push(i);
  };
  for (let x = 0; x < widthPx; x++) {
    reach(x, 0);
    reach(x, heightPx - 1);
  }
  for (let y = 0; y < heightPx; y++) {
    reach(0, y);
    reach(widthPx - 1, y);
  }
  for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
    const [x, y] = [i % widthPx, Math.floor(i / widthPx)];
    reach(x - 1, y);
    reach(x + 1, y);
    reach(x, y - 1);
    reach(x, y + 1);
  }
  return alpha;
}

function withAlpha({ widthPx, heightPx, channels, data }: Pixels, alpha: Float32Array): Pixels {
  const result = new Uint8Array(4 * alpha.length);
  for (let i = 0; i < alpha.length; i++) {
    for (let c = 0; c < 3; c++) result[4 * i + c] = data[channels * i + c]!;
    const own = channels === 4 ? data[4 * i + 3]! : 255;
    result[4 * i + 3] = Math.round(own * alpha[i]!);
  }
  return { widthPx, heightPx, channels: 4, data: result };
}
