import type { RawPicture } from "../core/generator.ts";
import { NO_LIMITS, readPicture } from "../images/read-picture.ts";

/** Decodes a picture of a model's own memory. */
export function decodePicture(bytes: Uint8Array): Promise<RawPicture> {
  return readPicture(bytes, "a picture of the model's memory", NO_LIMITS);
}
