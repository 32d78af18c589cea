import { UserError } from "../core/errors.ts";
import type { RawPicture } from "../core/generator.ts";
import { bestEncoding, encodeWith } from "./encode.ts";
import type { Encoding } from "./encode.ts";
import { readFileTexts } from "./file-texts.ts";
import { FILE_EXTENSIONS, imageTypeOf } from "./image-type.ts";
import type { ImageType } from "./image-type.ts";
import { NO_LIMITS, readPicture } from "./read-picture.ts";
import { resizePicture } from "./resize.ts";

export interface FitLimits {
  readonly maxBytes: number;
  /** What the platform shows, best first. */
  readonly imageTypes: readonly ImageType[];
}

/** A picture file as it is sent. */
export interface FittedPicture {
  readonly bytes: Uint8Array;
  readonly mimeType: ImageType;
  /** With its dot. */
  readonly extension: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** From perfect to small. Quality below 50 looks worse than fewer pixels. */
const LADDER: readonly Encoding[] = [
  { type: "image/png" },
  { type: "image/webp", quality: "lossless" },
  { type: "image/webp", quality: 92 },
  { type: "image/webp", quality: 80 },
  { type: "image/webp", quality: 65 },
  { type: "image/webp", quality: 50 },
  { type: "image/jpeg", quality: 92 },
  { type: "image/jpeg", quality: 80 },
  { type: "image/jpeg", quality: 65 },
  { type: "image/jpeg", quality: 50 },
];

const SHRINK = Math.SQRT1_2;
const MIN_SIDE_PX = 32;

/**
 * The best file of a picture that a platform takes: unchanged when it fits, else losslessly, then with less quality, then with fewer pixels. Its
 * texts (parameters, description, XMP) go along. Rejects with UserError picture-too-large when not even a thumbnail fits.
 */
export async function fitToLimit(bytes: Uint8Array, limits: FitLimits): Promise<FittedPicture> {
  const original = await readPicture(bytes, "the picture", NO_LIMITS);
  const type = imageTypeOf(bytes);
  const kept = limits.imageTypes.find((candidate) => candidate === type);
  if (kept && bytes.length <= limits.maxBytes) return fitted(bytes, kept, original);

  const texts = await readFileTexts(bytes);
  const rungs = LADDER.filter((rung) => limits.imageTypes.includes(rung.type));
  let smallest = bytes.length;
  const firstThatFits = async (
    picture: RawPicture,
    encodings: readonly Encoding[],
  ): Promise<FittedPicture | undefined> => {
    for (const encoding of encodings) {
      const encoded = await encodeWith(picture, encoding, texts);
      if (encoded.length <= limits.maxBytes) return fitted(encoded, encoding.type, picture);
      smallest = Math.min(smallest, encoded.length);
    }
    return undefined;
  };

  let found = await firstThatFits(original, rungs);
  // With fewer pixels the middle and the last rung are enough: the ones between cost time and gain little.
  const small = rungs.filter((_, index) => index === rungs.length - 1 || index === rungs.length >> 1);
  for (let scale = SHRINK; !found && small.length > 0; scale *= SHRINK) {
    const widthPx = Math.round(original.widthPx * scale);
    const heightPx = Math.round(original.heightPx * scale);
    if (Math.min(widthPx, heightPx) < MIN_SIDE_PX) break;
    found = await firstThatFits(await resizePicture(original, { widthPx, heightPx }), small);
  }
  if (!found) throw new UserError("picture-too-large", { bytes: smallest, limit: limits.maxBytes });
  return found;
}

/** The same picture and texts in another format, as good as the format can. */
export async function convertPicture(bytes: Uint8Array, type: ImageType): Promise<Uint8Array> {
  if (imageTypeOf(bytes) === type) return bytes;
  const [picture, texts] = [await readPicture(bytes, "the picture", NO_LIMITS), await readFileTexts(bytes)];
  return encodeWith(picture, bestEncoding(type), texts);
}

function fitted(bytes: Uint8Array, mimeType: ImageType, picture: RawPicture): FittedPicture {
  const { widthPx, heightPx } = picture;
  return { bytes, mimeType, extension: FILE_EXTENSIONS[mimeType], widthPx, heightPx };
}
