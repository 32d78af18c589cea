import type { RawPicture } from "../core/generator.ts";
import { resample, type Pixels } from "../numerics/resample.ts";
import type { Feed } from "../onnx/session.ts";
import { resizeAligned } from "./resize-aligned.ts";

/** How a classifier wants a picture. */
export interface InputSpec {
  readonly layout: "NHWC" | "NCHW";
  readonly widthPx: number;
  readonly heightPx: number;
  /** `bilinear-aligned` is TensorFlow's resizeBilinear with aligned corners, the others are Pillow's. */
  readonly resize: "bilinear-aligned" | "bilinear" | "bicubic" | "lanczos";
  /** `center-crop` scales the shorter edge and cuts the longer one. */
  readonly fit: "stretch" | "center-crop";
  /** Of RGB in [0, 1]. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const WHITE = 255;
/** A strip of one pixel would become gigabytes when its shorter edge is enlarged. */
const MAX_RESIZED_PX = 2 ** 24;

/** A picture as a batch of one; transparent pixels lie on white. */
export function toClassifierInput(picture: RawPicture, spec: InputSpec): Feed {
  const scaled = scale(onWhite(picture), spec);
  const { widthPx, heightPx, layout, mean, std } = spec;
  const plane = widthPx * heightPx;
  const data = new Float32Array(plane * 3);
  for (let at = 0; at < plane; at++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = Math.fround(scaled[at * 3 + channel]! - Math.fround(mean[channel]!)) / Math.fround(std[channel]!);
      data[layout === "NCHW" ? channel * plane + at : at * 3 + channel] = value;
    }
  }
  return { data, dims: layout === "NCHW" ? [1, 3, heightPx, widthPx] : [1, heightPx, widthPx, 3] };
}

/** RGB in [0, 1], interleaved, of the classifier's size. */
function scale(pixels: Pixels, { widthPx, heightPx, resize, fit }: InputSpec): Float32Array {
  if (resize === "bilinear-aligned") return resizeAligned(pixels, widthPx, heightPx);
  const [width, height] = fit === "stretch" ? [widthPx, heightPx] : coverSize(pixels, widthPx, heightPx);
  if (width * height > MAX_RESIZED_PX) {
    throw new RangeError(`a picture of ${pixels.widthPx}x${pixels.heightPx} pixels is too narrow to be checked`);
  }
  const resized = resample(pixels, width, height, resize);
  return Float32Array.from(cropCenter(resized, widthPx, heightPx), (value) => value / 255);
}

/** The shorter edge fits, the longer one is cut to whole pixels (transformers' get_resize_output_image_size). */
function coverSize(pixels: Pixels, widthPx: number, heightPx: number): [number, number] {
  const factor = Math.max(widthPx / pixels.widthPx, heightPx / pixels.heightPx);
  const isWide = pixels.widthPx * heightPx >= pixels.heightPx * widthPx;
  return isWide
    ? [Math.max(widthPx, Math.trunc((heightPx * pixels.widthPx) / pixels.heightPx)), heightPx]
    : [widthPx, Math.max(heightPx, Math.trunc(factor * pixels.heightPx))];
}

function cropCenter(pixels: Pixels, widthPx: number, heightPx: number): Uint8Array {
  const left = Math.floor((pixels.widthPx - widthPx) / 2);
  const top = Math.floor((pixels.heightPx - heightPx) / 2);
  const cropped = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    const from = ((top + y) * pixels.widthPx + left) * 3;
    cropped.set(pixels.data.subarray(from, from + widthPx * 3), y * widthPx * 3);
  }
  return cropped;
}

function onWhite({ data, widthPx, heightPx, channels }: RawPicture): Pixels {
  if (data.length !== widthPx * heightPx * channels || data.length === 0) {
    throw new RangeError(`${data.length} bytes do not fill ${widthPx}x${heightPx} pixels of ${channels}`);
  }
  if (channels === 3) return { data, widthPx, heightPx, channels };
  const opaque = new Uint8Array(widthPx * heightPx * 3);
  for (let at = 0; at < widthPx * heightPx; at++) {
    const alpha = data[at * 4 + 3]! / 255;
    for (let channel = 0; channel < 3; channel++) {
      opaque[at * 3 + channel] = Math.round(data[at * 4 + channel]! * alpha + WHITE * (1 - alpha));
    }
  }
  return { data: opaque, widthPx, heightPx, channels: 3 };
}
