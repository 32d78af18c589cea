import type { RawPicture } from "../core/generator.ts";
import { resample, type Filter } from "../numerics/resample.ts";

/** Pillow's Image.resize of a picture: transparent pixels lend no colour to their neighbours. A picture of that size is returned as it is. */
export function resizePicture(
  picture: RawPicture,
  widthPx: number,
  heightPx: number,
  filter: Filter = "lanczos",
): RawPicture {
  if (picture.widthPx === widthPx && picture.heightPx === heightPx) return picture;
  const isTransparent = picture.channels === 4;
  const { data } = resample(isTransparent ? premultiply(picture) : picture, widthPx, heightPx, filter);
  const resized: RawPicture = { widthPx, heightPx, channels: picture.channels, data };
  return isTransparent ? unpremultiply(resized) : resized;
}

/** Fills the size without distortion: resized until it covers it, then cut at the centre (diffusers' resize mode "crop"). */
export function coverSize(picture: RawPicture, widthPx: number, heightPx: number): RawPicture {
  const scale = Math.max(widthPx / picture.widthPx, heightPx / picture.heightPx);
  const coverWidth = Math.max(widthPx, Math.round(picture.widthPx * scale));
  const coverHeight = Math.max(heightPx, Math.round(picture.heightPx * scale));
  const covering = resizePicture(picture, coverWidth, coverHeight);
  const left = Math.floor((coverWidth - widthPx) / 2);
  const top = Math.floor((coverHeight - heightPx) / 2);
  return cutOut(covering, left, top, widthPx, heightPx);
}

/** The part of a picture from (left, top) on; what lies outside repeats the picture's edge. */
export function cutOut(picture: RawPicture, left: number, top: number, widthPx: number, heightPx: number): RawPicture {
  const { channels } = picture;
  if (left === 0 && top === 0 && widthPx === picture.widthPx && heightPx === picture.heightPx) return picture;
  const data = new Uint8Array(widthPx * heightPx * channels);
  for (let y = 0; y < heightPx; y++) {
    const fromY = clamp(top + y, picture.heightPx);
    for (let x = 0; x < widthPx; x++) {
      const from = (fromY * picture.widthPx + clamp(left + x, picture.widthPx)) * channels;
      const to = (y * widthPx + x) * channels;
      for (let c = 0; c < channels; c++) data[to + c] = picture.data[from + c]!;
    }
  }
  return { widthPx, heightPx, channels, data };
}

function clamp(position: number, size: number): number {
  return Math.min(size - 1, Math.max(0, position));
}

/** Puts `original` back where the mask (grey, white = made) is black; the border is soft over `featherPx` pixels inside the white. */
export function overlay(original: RawPicture, made: RawPicture, mask: RawPicture, featherPx: number): RawPicture {
  const { widthPx, heightPx, channels } = made;
  const share = featherMask(mask, featherPx);
  const data = new Uint8Array(made.data.length);
  for (let i = 0; i < share.length; i++) {
    const weight = share[i]!;
    const [from, to] = [channels * i, original.channels * i];
    const alphaMade = channels === 4 ? made.data[from + 3]! : 255;
    const alphaOriginal = original.channels === 4 ? original.data[to + 3]! : 255;
    const alpha = weight * alphaMade + (1 - weight) * alphaOriginal;
    for (let c = 0; c < 3; c++) {
      const colour = weight * alphaMade * made.data[from + c]! + (1 - weight) * alphaOriginal * original.data[to + c]!;
      data[from + c] = alpha === 0 ? 0 : Math.round(colour / alpha);
    }
    if (channels === 4) data[from + 3] = Math.round(alpha);
  }
  return { widthPx, heightPx, channels, data };
}

/** 0 on black, rising to 1 at `featherPx` pixels inside the white: the distance to black, in steps to neighbours. */
function featherMask({ widthPx, heightPx, channels, data }: RawPicture, featherPx: number): Float32Array {
  const full = Math.max(1, featherPx);
  const distance = new Float32Array(widthPx * heightPx).map((_, i) => (data[channels * i]! < 128 ? 0 : full));
  const pass = (order: readonly number[]) => {
    for (const i of order) {
      const x = i % widthPx;
      const near = [x > 0 ? i - 1 : i, x + 1 < widthPx ? i + 1 : i, i - widthPx, i + widthPx];
      for (const other of near) distance[i] = Math.min(distance[i]!, (distance[other] ?? full) + 1);
    }
  };
  const forwards = Array.from(distance, (_, i) => i);
  pass(forwards);
  pass(forwards.reverse());
  return distance.map((steps) => steps / full);
}

/** Pillow's RGBA to RGBa. */
function premultiply(picture: RawPicture): RawPicture {
  const data = picture.data.slice();
  for (let i = 0; i < data.length; i += 4) {
    for (let c = i; c < i + 3; c++) {
      const product = data[c]! * data[i + 3]! + 128;
      data[c] = (product + (product >> 8)) >> 8;
    }
  }
  return { ...picture, data };
}

/** Pillow's RGBa to RGBA. */
function unpremultiply(picture: RawPicture): RawPicture {
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = i; c < i + 3; c++) data[c] = Math.min(255, Math.floor((255 * data[c]!) / alpha));
  }
  return picture;
}
