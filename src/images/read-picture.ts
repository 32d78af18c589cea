import { readFile, stat } from "node:fs/promises";
import sharp from "sharp";
import { UserError } from "../core/errors.ts";
import type { RawPicture } from "../core/generator.ts";
import { imageTypeOf } from "./image-type.ts";

export interface ReadLimits {
  /** Of the file. */
  readonly maxBytes: number;
  /** Width x height of one frame; checked in the header, before anything is decoded. */
  readonly maxPixels: number;
}

export const UPLOAD_LIMITS: ReadLimits = { maxBytes: 25 * 2 ** 20, maxPixels: 40_000_000 };

/** For pictures that this program made: their size was decided then. */
export const NO_LIMITS: ReadLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxPixels: Number.MAX_SAFE_INTEGER };

/**
 * Decodes a PNG, JPEG, WebP, GIF or AVIF file into sRGB pixels: first frame only, turned upright by its Exif orientation, alpha kept only where
 * something is transparent; metadata is dropped. Rejects with UserError picture-unreadable, naming `fileName` and the reason.
 */
export async function readPicture(
  bytes: Uint8Array,
  fileName: string,
  limits: ReadLimits = UPLOAD_LIMITS,
): Promise<RawPicture> {
  const unreadable = (reason: string, cause?: unknown): UserError =>
    new UserError("picture-unreadable", { file: fileName, reason }, { cause });
  if (bytes.length === 0) throw unreadable("it is empty");
  if (bytes.length > limits.maxBytes) throw unreadable(tooManyBytes(bytes.length, limits.maxBytes));
  if (imageTypeOf(bytes) === undefined) throw unreadable("it is not a PNG, JPEG, WebP, GIF or AVIF file");

  const picture = sharp(bytes, { failOn: "error", limitInputPixels: limits.maxPixels, autoOrient: true });
  const damaged = (error: unknown): never => {
    throw unreadable("it is damaged or incomplete", error);
  };
  const header = await sharp(bytes, { limitInputPixels: false }).metadata().catch(damaged);
  const pixels = header.width * (header.pageHeight ?? header.height);
  if (pixels > limits.maxPixels) {
    throw unreadable(
      `it has ${megapixels(pixels)} megapixels (${header.width}x${header.pageHeight ?? header.height}); the limit is ${megapixels(limits.maxPixels)}`,
    );
  }

  const { data, info } = await picture
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(damaged);
  if (info.channels !== 3 && info.channels !== 4) throw unreadable(`it has ${info.channels} colour channels`);
  return withoutOpaqueAlpha({ widthPx: info.width, heightPx: info.height, channels: info.channels, data });
}

/** A picture file on disk, not decoded. Rejects with UserError file-unreadable, picture-unreadable. */
export async function readUploadFile(path: string, limits: ReadLimits = UPLOAD_LIMITS): Promise<Uint8Array> {
  const unreadable = (error: unknown): never => {
    throw new UserError("file-unreadable", { file: path, reason: (error as Error).message }, { cause: error });
  };
  const file = await stat(path).catch(unreadable);
  if (!file.isFile()) throw new UserError("file-unreadable", { file: path, reason: "it is not a file" });
  if (file.size > limits.maxBytes) {
    throw new UserError("picture-unreadable", { file: path, reason: tooManyBytes(file.size, limits.maxBytes) });
  }
  return readFile(path).catch(unreadable);
}

/** Like readPicture, for a file on disk. Also rejects with UserError file-unreadable. */
export async function readPictureFile(path: string, limits: ReadLimits = UPLOAD_LIMITS): Promise<RawPicture> {
  return readPicture(await readUploadFile(path, limits), path, limits);
}

/** Models take three channels; an alpha channel that is 255 everywhere says nothing. */
function withoutOpaqueAlpha(picture: RawPicture): RawPicture {
  const { data, channels } = picture;
  if (channels === 3) return picture;
  for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha] !== 255) return picture;
  const rgb = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[from + 1]!;
    rgb[to + 2] = data[from + 2]!;
  }
  return { ...picture, channels: 3, data: rgb };
}

const tooManyBytes = (bytes: number, limit: number): string =>
  `it has ${mebibytes(bytes)} MiB; the limit is ${mebibytes(limit)} MiB`;
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const megapixels = (pixels: number): string => (pixels / 1e6).toFixed(1);
