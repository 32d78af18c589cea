import { setImmediate as nextTurn } from "node:timers/promises";
import type { RawPicture } from "../core/generator.ts";
import { encodeWith } from "./encode.ts";
import { NO_LIMITS, readPicture } from "./read-picture.ts";
import { resizePicture, toThumbnail } from "./resize.ts";
import { addPattern, toCanvas } from "./watermark-canvas.ts";
import { canvasTransform, CANVAS_PX, ringMeans, scoreUpright } from "./watermark-code.ts";
import type { WatermarkCode } from "./watermark-code.ts";

/** Root mean square of the change in levels, over the whole picture: 40 dB of 255. */
const MAX_CHANGE = 2.55;
/** The share of it for pictures that are smaller than the canvas: their pixels are seen one by one. 43 dB. */
const SMALL_SHARE = 0.7;
/** The same where the picture is visible: small figures on a transparent ground take more, but not all of it. */
const MAX_VISIBLE_CHANGE = 4;
/** Copies are recognised well above what verify asks for (see watermark.ts), because other programs shrink and compress a little differently. */
const WANTED_SCORE = 6.5;
/** Tries to find the least strength; each guesses from the one before, a little high. */
const SEARCH_STEPS = 3;
const CAUTION = 1.1;
const SHAPING_STEPS = 2;
/** In ring means: waves larger than this lie firmly on their side and are not worth a change. */
const SOFTNESS = 1.5;
/** Levels, so that a flat picture does not divide by zero. */
const MIN_RING_MEAN = 0.3;

/**
 * Pushes the signs of a few thousand waves of brightness towards the code's: spread spectrum (Cox et al., Secure spread spectrum watermarking
 * for multimedia, 1997) informed by the picture itself, hidden where it is busy, as weak as a small WebP and a half-sized copy allow, never
 * stronger than 40 dB. The same picture and code give the same pixels.
 */
export async function embedWatermark(picture: RawPicture, code: WatermarkCode): Promise<RawPicture> {
  const { luma, opacity = new Float32Array(luma.length).fill(1) } = await toCanvas(picture);
  // What was made from marked pictures (enlarged, say) is not marked twice: that would show.
  if (scoreUpright(code, canvasTransform.forward(luma)).joint >= 2 * WANTED_SCORE) return picture;
  const coverage = opacity.reduce((sum, value) => sum + value, 0) / opacity.length;
  const share = isSmall(picture) ? SMALL_SHARE : 1;
  const maxStrength = share * Math.min(MAX_VISIBLE_CHANGE, MAX_CHANGE / Math.sqrt(coverage));
  const pattern = await shapePattern(luma, opacity, maxStrength, code);
  const small = await toThumbnail(picture, CANVAS_PX);
  const weakest = async (strength: number): Promise<number> => {
    const copies = await smallCopies(await addPattern(small, pattern, strength));
    const canvases = await Promise.all(copies.map((copy) => toCanvas(copy)));
    return Math.min(...canvases.map(({ luma }) => scoreUpright(code, canvasTransform.forward(luma)).joint));
  };
  return addPattern(picture, pattern, await leastStrength(maxStrength, weakest));
}

/** About the least strength at which the weakest copy still scores as wanted: a score grows nearly in proportion. `most` when none is enough. */
async function leastStrength(most: number, weakest: (strength: number) => Promise<number>): Promise<number> {
  let [tooWeak, enough] = [0, most];
  let next = most / 2;
  for (let step = 0; step < SEARCH_STEPS && enough - tooWeak > most / 8; step++) {
    const score = await weakest(next);
    if (score >= WANTED_SCORE) enough = next;
    else tooWeak = next;
    const guess = score <= 0 ? most : (next * WANTED_SCORE * CAUTION) / score;
    next = guess > tooWeak && guess < enough ? guess : (tooWeak + enough) / 2;
  }
  return enough;
}

function isSmall({ widthPx, heightPx }: RawPicture): boolean {
  return Math.max(widthPx, heightPx) < CANVAS_PX;
}

/** What a mark has to survive at least. */
async function smallCopies(picture: RawPicture): Promise<readonly RawPicture[]> {
  const half = { widthPx: Math.max(1, picture.widthPx >> 1), heightPx: Math.max(1, picture.heightPx >> 1) };
  const shrunk = await resizePicture(picture, half);
  const webp = readPicture(await encodeWith(picture, { type: "image/webp", quality: 80 }), "the copy", NO_LIMITS);
  if (isSmall(picture)) return [await webp, shrunk];
  const jpeg = readPicture(await encodeWith(shrunk, { type: "image/jpeg", quality: 80 }), "the copy", NO_LIMITS);
  return Promise.all([webp, jpeg]);
}

/**
 * The change that raises the score most for its energy, by gradient ascent: [256 x 256], root mean square 1 where the picture is visible. The
 * event loop gets a turn between the steps.
 */
async function shapePattern(
  luma: Float32Array,
  visible: Float32Array,
  maxStrength: number,
  code: WatermarkCode,
): Promise<Float32Array> {
  const room = roomToHide(luma);
  await nextTurn();
  const pattern = new Float32Array(luma.length);
  const marked = new Float32Array(luma.length);
  for (let step = 0; step < SHAPING_STEPS; step++) {
    for (let i = 0; i < luma.length; i++) {
      marked[i] = Math.max(0, Math.min(255, luma[i]! + pattern[i]! * visible[i]!));
    }
    const slope = gradient(code, canvasTransform.forward(marked));
    await nextTurn();
    const push = canvasTransform.inverse(slope);
    for (let i = 0; i < luma.length; i++) push[i]! *= room[i]! ** 2 * visible[i]!;
    const pace = (2 * maxStrength) / SHAPING_STEPS / rootMeanSquare(push, visible);
    for (let i = 0; i < luma.length; i++) pattern[i]! += pace * push[i]!;
    const size = rootMeanSquare(visibleChange(luma, pattern), visible);
    if (size > maxStrength) scale(pattern, maxStrength / size);
    await nextTurn();
  }
  scale(pattern, 1 / rootMeanSquare(visibleChange(luma, pattern), visible));
  return pattern;
}

/** What is left of a pattern where the picture is white or black already. */
function visibleChange(luma: Float32Array, pattern: Float32Array): Float32Array {
  return pattern.map((change, i) => Math.max(0, Math.min(255, luma[i]! + change)) - luma[i]!);
}

/** Derivative of the score, made smooth: most for waves that are about to change their sign. */
function gradient(code: WatermarkCode, coefficients: Float32Array): Float32Array {
  const { band } = canvasTransform;
  const means = ringMeans(code, coefficients);
  const result = new Float32Array(band * band);
  for (const { u, v, ring, sign } of code.waves) {
    const width = SOFTNESS * (means[ring]! + MIN_RING_MEAN);
    const position = Math.tanh(coefficients[v * band + u]! / width);
    result[v * band + u] = (sign * (1 - position ** 2)) / width;
  }
  return result;
}

const WINDOW_PX = 4;
const SAMPLE_PX = 2;
/** How much the mark may show: flat, and with every level of standard deviation, up to the busiest. */
const ROOM = { flat: 0.6, perLevel: 1 / 24, busiest: 1.2 };

/** Where changes are hard to see: more next to edges and in texture, less on flat areas. */
function roomToHide(luma: Float32Array): Float32Array {
  const room = new Float32Array(luma.length);
  for (let y = 0; y < CANVAS_PX; y++) {
    const [top, bottom] = [Math.max(0, y - WINDOW_PX), Math.min(CANVAS_PX - 1, y + WINDOW_PX)];
    for (let x = 0; x < CANVAS_PX; x++) {
      const [left, right] = [Math.max(0, x - WINDOW_PX), Math.min(CANVAS_PX - 1, x + WINDOW_PX)];
      let [sum, squares, count] = [0, 0, 0];
      for (let j = top; j <= bottom; j += SAMPLE_PX) {
        for (let i = left; i <= right; i += SAMPLE_PX) {
          const value = luma[j * CANVAS_PX + i]!;
          sum += value;
          squares += value * value;
          count++;
        }
      }
      const deviation = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
      room[y * CANVAS_PX + x] = Math.min(ROOM.busiest, ROOM.flat + deviation * ROOM.perLevel);
    }
  }
  return room;
}

/** Over what is visible; tiny instead of 0, because it divides. */
function rootMeanSquare(values: Float32Array, visible: Float32Array): number {
  let [squares, weight] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    squares += values[i]! ** 2 * visible[i]!;
    weight += visible[i]!;
  }
  return Math.max(1e-9, Math.sqrt(squares / Math.max(1e-9, weight)));
}

function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor;
}
