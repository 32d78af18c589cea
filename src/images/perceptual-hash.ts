import sharp from "sharp";
import type { RawPicture } from "../core/generator.ts";
import type { PictureFingerprint } from "../core/provenance.ts";
import { createCosineTransform } from "../numerics/cosine-transform.ts";

const HASH_SIDE_PX = 32;
const THUMBNAIL_SIDE_PX = 16;
const transform = createCosineTransform(HASH_SIDE_PX, 8);
/** Levels of standard deviation; less than this is an empty sheet, and all empty sheets look alike. */
const FEATURELESS = 2;

/**
 * The fingerprint of a picture: pHash (C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010), which says of the 8 x 8
 * slowest waves whether they are above the median, and a thumbnail. Undefined where there is nothing to see.
 */
export async function fingerprintOf(picture: RawPicture): Promise<PictureFingerprint | undefined> {
  const { widthPx: width, heightPx: height, channels, data } = picture;
  const luma = async (sidePx: number): Promise<Uint8Array> =>
    sharp(data, { raw: { width, height, channels } })
      .flatten({ background: "white" })
      .greyscale()
      .resize(sidePx, sidePx, { fit: "fill", kernel: "cubic" })
      .extractChannel(0)
      .raw()
      .toBuffer();
  const thumbnail = await luma(THUMBNAIL_SIDE_PX);
  if (deviation(thumbnail) < FEATURELESS) return undefined;

  const waves = transform.forward(Float32Array.from(await luma(HASH_SIDE_PX)));
  const median = waves.toSorted()[waves.length >> 1]!;
  const bits = Array.from(waves, (wave) => (wave > median ? "1" : "0")).join("");
  return { hash: BigInt(`0b${bits}`).toString(16).padStart(16, "0"), thumbnail: Uint8Array.from(thumbnail) };
}

/** Correlation of two thumbnails: 1 for the same picture, also when it is brighter or paler. */
export function likeness(a: Uint8Array, b: Uint8Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = a.reduce((sum, value, i) => sum + (value - meanA) * (b[i]! - meanB), 0) / a.length;
  return covariance / (deviation(a) * deviation(b));
}

function mean(values: Uint8Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: Uint8Array): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
}
