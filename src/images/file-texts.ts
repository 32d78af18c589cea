import sharp from "sharp";
import { exifWithComment, readExifComment } from "./exif-comment.ts";
import { insertJpegExif, insertWebpExif } from "./exif-container.ts";
import { imageTypeOf } from "./image-type.ts";
import type { ImageType } from "./image-type.ts";
import { insertPngTexts, readPngTexts, XMP_KEYWORD } from "./png-texts.ts";
import { digitalSourceOf } from "./xmp.ts";

/** What a picture file says about itself. */
export interface FileTexts {
  /** A1111's recipe: prompt, negative prompt and settings. */
  readonly parameters?: string;
  /** Plain description for people who cannot see the picture (PNG only; elsewhere the XMP has it). */
  readonly description?: string;
  /** A whole XMP packet. */
  readonly xmp?: string;
}

/** Puts texts into an encoded file without touching its pixels. JPEG and WebP must have been encoded with `withXmp`. */
export function insertFileTexts(bytes: Buffer, type: ImageType, texts: FileTexts): Buffer {
  const { parameters, description, xmp } = texts;
  if (type === "image/png") {
    const entries = [
      [XMP_KEYWORD, xmp],
      ["parameters", parameters],
      ["Description", description],
    ].filter((entry): entry is [string, string] => entry[1] !== undefined);
    return insertPngTexts(bytes, new Map(entries));
  }
  if (parameters === undefined) return bytes;
  const insert = type === "image/jpeg" ? insertJpegExif : insertWebpExif;
  return insert(bytes, exifWithComment(parameters));
}

/** Reads the texts back from a PNG, WebP, JPEG or AVIF file of any origin. Only headers are read. Rejects when it is not a picture. */
export async function readFileTexts(bytes: Uint8Array): Promise<FileTexts> {
  if (imageTypeOf(bytes) === "image/png") {
    const texts = readPngTexts(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return withoutMissing({
      parameters: texts.get("parameters"),
      description: texts.get("Description"),
      xmp: texts.get(XMP_KEYWORD),
    });
  }
  const { exif, xmp } = await sharp(bytes).metadata();
  return withoutMissing({ parameters: exif && readExifComment(exif), xmp: xmp?.toString("utf8") });
}

/** The A1111 `parameters` text of a picture file, or undefined. */
export async function readParameters(bytes: Uint8Array): Promise<string | undefined> {
  return (await readFileTexts(bytes)).parameters;
}

/** The IPTC Digital Source Type that a picture file states, e.g. trainedAlgorithmicMedia, or undefined. */
export async function readDigitalSource(bytes: Uint8Array): Promise<string | undefined> {
  const { xmp } = await readFileTexts(bytes);
  return xmp === undefined ? undefined : digitalSourceOf(xmp);
}

function withoutMissing(texts: { [Key in keyof FileTexts]: FileTexts[Key] | undefined }): FileTexts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
}
