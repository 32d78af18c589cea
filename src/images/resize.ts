import sharp from "sharp";
import type { RawPicture } from "../core/generator.ts";
import { encodeWith } from "./encode.ts";
import type { ImageType } from "./image-type.ts";

/** Resamples pixels with Lanczos 3; transparent pixels lend no colour to their neighbours. */
export async function resizePicture(
  picture: RawPicture,
  size: { readonly widthPx: number; readonly heightPx: number },
): Promise<RawPicture> {
  const { widthPx: width, heightPx: height, channels } = picture;
  const data = await sharp(picture.data, { raw: { width, height, channels } })
    .resize(size.widthPx, size.heightPx, { fit: "fill", kernel: "lanczos3" })
    .raw()
    .toBuffer();
  return { ...size, channels, data };
}

/** The picture shrunk to fit into a square of `maxSidePx`, aspect ratio kept; unchanged when it fits already. */
export async function toThumbnail(picture: RawPicture, maxSidePx: number): Promise<RawPicture> {
  const scale = maxSidePx / Math.max(picture.widthPx, picture.heightPx);
  return scale >= 1 ? picture : resizePicture(picture, scaled(picture, scale));
}

/** A file of a running job's state, its longer side `sidePx` (tiny decoders draw smaller than people can see). */
export async function encodePreview(
  picture: RawPicture,
  options: { readonly sidePx: number; readonly type: ImageType },
): Promise<Uint8Array> {
  const sized = await resizePicture(
    picture,
    scaled(picture, options.sidePx / Math.max(picture.widthPx, picture.heightPx)),
  );
  const { type } = options;
  return encodeWith(sized, type === "image/png" ? { type } : { type, quality: PREVIEW_QUALITY });
}

const PREVIEW_QUALITY = 75;

function scaled(picture: RawPicture, scale: number): { widthPx: number; heightPx: number } {
  return {
    widthPx: Math.max(1, Math.round(picture.widthPx * scale)),
    heightPx: Math.max(1, Math.round(picture.heightPx * scale)),
  };
}
