/** What pictures are written as. */
export type ImageType = "image/png" | "image/webp" | "image/jpeg";

/** What pictures are read from. SVG, PDF and the like are programs rather than pictures and are not read. */
export type ReadableType = ImageType | "image/gif" | "image/avif";

export const FILE_EXTENSIONS: Readonly<Record<ImageType, string>> = {
  "image/png": ".png",
  "image/webp": ".webp",
  "image/jpeg": ".jpg",
};

const ISO_BRANDS: readonly string[] = ["avif", "avis"];

/** The type that the first bytes of a file show; its name and declared type are not believed. Undefined for everything else. */
export function imageTypeOf(bytes: Uint8Array): ReadableType | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString("latin1");
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") return "image/webp";
  if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) return "image/gif";
  if (start.slice(4, 8) === "ftyp" && ISO_BRANDS.includes(start.slice(8, 12))) return "image/avif";
  return undefined;
}
