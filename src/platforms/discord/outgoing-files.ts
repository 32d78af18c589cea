import type { RawFile } from "discord.js";
import type { BlobRef } from "../../core/image-request.ts";
import type { Message, MessagePicture } from "../../core/message.ts";
import { DISCORD_LIMITS } from "./limits.ts";
import type { OutgoingFile } from "./render-message.ts";

/** A picture file that is small enough. */
export interface FittedFile {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  /** With its dot. */
  readonly extension: string;
}

/** The best file of a picture with at most `maxBytes`; rejects with UserError picture-too-large. */
export type FitPicture = (
  bytes: Uint8Array,
  limits: {
    readonly maxBytes: number;
    readonly imageTypes: readonly ("image/png" | "image/webp" | "image/jpeg")[];
  },
) => Promise<FittedFile>;

const IMAGE_TYPES = ["image/png", "image/webp", "image/jpeg"] as const;
/** Room for the JSON and the borders between the parts. */
const ENVELOPE_BYTES = 64 * 1024;

/** A message's pictures as files within `maxBytes` each and the limit of one request together. */
export async function outgoingFiles(
  deps: { readonly readBlob: (ref: BlobRef) => Promise<Uint8Array>; readonly fit: FitPicture },
  { pictures }: Pick<Message, "pictures">,
  maxBytes: number,
): Promise<OutgoingFile[]> {
  const shown = pictures.slice(0, DISCORD_LIMITS.galleryItems);
  const share = Math.floor((DISCORD_LIMITS.requestBytes - ENVELOPE_BYTES) / Math.max(1, shown.length));
  const limits = { maxBytes: Math.min(maxBytes, share), imageTypes: IMAGE_TYPES };
  const files: OutgoingFile[] = [];
  // One after the other: each is decoded and encoded in memory.
  for (const picture of shown) files.push(toFile(picture, await deps.fit(await deps.readBlob(picture.blob), limits)));
  return files;
}

/** The files as discord.js uploads them. */
export function toRawFiles(files: readonly OutgoingFile[]): RawFile[] {
  return files.map(({ name, data, contentType }) => ({ name, data, contentType }));
}

function toFile({ fileName, altText, spoiler }: MessagePicture, fitted: FittedFile): OutgoingFile {
  return {
    name: fileName.replace(/\.\w+$/, "") + fitted.extension,
    data: fitted.bytes,
    contentType: fitted.mimeType,
    altText,
    spoiler,
  };
}
