import { setImmediate as nextTurn } from "node:timers/promises";
import sharp, { type Sharp } from "sharp";
import type { RawPicture } from "../core/generator.ts";
import { CANVAS_PX } from "./watermark-code.ts";

/** What is looked at: brightness on the canvas, and how opaque it is there. */
export interface Canvas {
  /** [256 x 256], 0 to 255, on white. */
  readonly luma: Float32Array;
  /** [256 x 256], 0 to 1; absent where everything is opaque. */
  readonly opacity?: Float32Array;
}

/** A part of a picture, in whole pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Stretches a picture onto the canvas. Any shape becomes square: copies that were stretched are recognised, too. */
export async function toCanvas(picture: RawPicture): Promise<Canvas> {
  const luma = await lumaOf(picture);
  if (picture.channels === 3) return { luma };
  const alpha = await stretch((whole) => whole.extractChannel(3), picture);
  return { luma, opacity: Float32Array.from(alpha, (value) => value / 255) };
}

/** The brightness of the canvas alone, of a picture or a part of it. */
export async function lumaOf(picture: RawPicture, part?: Region): Promise<Float32Array> {
  const pixels = await stretch((whole) => whole.flatten({ background: "white" }), picture, part);
  const luma = new Float32Array(CANVAS_PX * CANVAS_PX);
  for (let i = 0; i < luma.length; i++) {
    // ITU-R BT.601: what JPEG and WebP keep best.
    luma[i] = 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!;
  }
  return luma;
}

function stretch(select: (whole: Sharp) => Sharp, picture: RawPicture, part?: Region): Promise<Uint8Array> {
  const { widthPx: width, heightPx: height, channels, data } = picture;
  const whole = sharp(data, { raw: { width, height, channels } });
  return select(whole.extract(part ?? { left: 0, top: 0, width, height }))
    .resize(CANVAS_PX, CANVAS_PX, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
}

/** Adds `strength` times a pattern on the canvas to all visible pixels of a copy of the picture. The event loop gets its turns. */
export async function addPattern(picture: RawPicture, pattern: Float32Array, strength: number): Promise<RawPicture> {
  const { widthPx, heightPx, channels } = picture;
  const data = Uint8Array.from(picture.data);
  const columns = interpolation(widthPx);
  const rows = interpolation(heightPx);
  const line = new Float32Array(CANVAS_PX);
  const rowsPerTurn = Math.ceil(PIXELS_PER_TURN / widthPx);
  for (let y = 0; y < heightPx; y++) {
    if (y % rowsPerTurn === rowsPerTurn - 1) await nextTurn();
    const [above, below] = [rows.index[y]! * CANVAS_PX, (rows.index[y]! + 1) * CANVAS_PX];
    for (let i = 0; i < CANVAS_PX; i++) line[i] = mix(pattern[above + i]!, pattern[below + i]!, rows.weight[y]!);
    for (let x = 0; x < widthPx; x++) {
      const pixel = (y * widthPx + x) * channels;
      if (channels === 4 && data[pixel + 3] === 0) continue;
      const at = columns.index[x]!;
      const change = Math.round(strength * mix(line[at]!, line[at + 1]!, columns.weight[x]!) + dither(x, y));
      for (let channel = 0; channel < 3; channel++) {
        data[pixel + channel] = Math.max(0, Math.min(255, data[pixel + channel]! + change));
      }
    }
  }
  return { ...picture, data };
}

/** A few milliseconds of work. */
const PIXELS_PER_TURN = 2 ** 17;

/** Where on the canvas a picture's pixels lie: between `index` and the next. */
function interpolation(sidePx: number): { readonly index: Int32Array; readonly weight: Float32Array } {
  const index = new Int32Array(sidePx);
  const weight = new Float32Array(sidePx);
  for (let i = 0; i < sidePx; i++) {
    const place = Math.max(0, Math.min(CANVAS_PX - 1, ((i + 0.5) * CANVAS_PX) / sidePx - 0.5));
    index[i] = Math.min(CANVAS_PX - 2, Math.floor(place));
    weight[i] = place - index[i]!;
  }
  return { index, weight };
}

const mix = (a: number, b: number, weight: number): number => a + (b - a) * weight;

/**
 * -0.5 to 0.5, so that changes of less than one level are not rounded away on flat areas: interleaved gradient noise (J. Jimenez, Next
 * Generation Post Processing in Call of Duty, SIGGRAPH 2014).
 */
function dither(x: number, y: number): number {
  return ((52.982_918_9 * ((0.067_110_56 * x + 0.005_837_15 * y) % 1)) % 1) - 0.5;
}
