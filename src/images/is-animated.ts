import sharp from "sharp";

/** Whether a picture file has more than one frame (GIF, WebP; PNG's animations are not read by anything here). False for what is unreadable. */
export async function isAnimated(bytes: Uint8Array): Promise<boolean> {
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  return (header?.pages ?? 1) > 1;
}
