import type { RawPicture } from "./generator.ts";
import type { BlobRef } from "./image-request.ts";

/** A concept that a community taught, as a request carries it: a restart draws the same pixels. */
export interface TaughtRef {
  readonly name: string;
  /** Cut out, with transparency. */
  readonly picture: BlobRef;
}

/** The same with its pixels, as the device gets it. */
export interface TaughtPicture {
  readonly name: string;
  readonly picture: RawPicture;
}
