import sharp from "sharp";
import type { RawPicture } from "../core/generator.ts";
import { insertFileTexts } from "./file-texts.ts";
import type { FileTexts } from "./file-texts.ts";
import type { ImageType } from "./image-type.ts";
import { xmpPacket } from "./xmp.ts";
import type { XmpFields } from "./xmp.ts";

/** What a finished picture says about itself in its file. */
export interface PictureLabels extends XmpFields {
  /** A1111's recipe (see core/parameters-text.ts); leave it out where prompts must not leave the house. */
  readonly parameters?: string;
}

export type Encoding =
  /** `effort` 0 to 9, default 9: how long to look for a smaller file. */
  | { readonly type: "image/png"; readonly effort?: number }
  | { readonly type: "image/webp"; readonly quality: number | "lossless" }
  | { readonly type: "image/jpeg"; readonly quality: number };

/** Good enough to be taken for the original where a format has no lossless form or nobody asked for one. */
export const DEFAULT_QUALITY = 92;

/** The pixels as a labelled PNG file, lossless; equal input gives equal bytes. */
export function encodePicture(picture: RawPicture, labels: PictureLabels): Promise<Uint8Array> {
  return encodeWith(picture, { type: "image/png" }, labelTexts(labels));
}

/** The texts that hold the labels. */
export function labelTexts(labels: PictureLabels): FileTexts {
  return {
    xmp: xmpPacket(labels),
    ...(labels.parameters === undefined ? {} : { parameters: labels.parameters }),
    ...(labels.description === undefined ? {} : { description: labels.description }),
  };
}

/** Encodes pixels in any format with the texts that it can hold; JPEG has no transparency and gets a white background. */
export async function encodeWith(picture: RawPicture, encoding: Encoding, texts: FileTexts = {}): Promise<Uint8Array> {
  const { widthPx: width, heightPx: height, channels } = picture;
  const pixels = sharp(picture.data, { raw: { width, height, channels } });
  if (encoding.type === "image/png") {
    return insertFileTexts(
      await pixels.png({ compressionLevel: encoding.effort ?? 9 }).toBuffer(),
      encoding.type,
      texts,
    );
  }
  // A1111's parameters alone prove a machine made the picture; WebP needs XMP to have room for them.
  const xmp = texts.xmp ?? (texts.parameters === undefined ? undefined : xmpPacket(UNKNOWN_TOOL));
  const labelled = xmp === undefined ? pixels : pixels.withXmp(xmp);
  const encoded =
    encoding.type === "image/webp"
      ? labelled.webp(encoding.quality === "lossless" ? { lossless: true, exact: true } : { quality: encoding.quality })
      : labelled.flatten({ background: "white" }).jpeg({ quality: encoding.quality, mozjpeg: true });
  return insertFileTexts(await encoded.toBuffer(), encoding.type, texts);
}

const UNKNOWN_TOOL: XmpFields = { source: "trainedAlgorithmicMedia", creatorTool: "unknown" };

/** The format's best encoding: lossless where it can be. */
export function bestEncoding(type: ImageType): Encoding {
  if (type === "image/png") return { type };
  return type === "image/webp" ? { type, quality: "lossless" } : { type, quality: DEFAULT_QUALITY };
}
