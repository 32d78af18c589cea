import sharp, { type Sharp } from "sharp";
import type { RawPicture } from "../../src/core/generator.ts";
import { NO_LIMITS, readPicture } from "../../src/images/read-picture.ts";

type Change = (picture: Sharp, size: { width: number; height: number }) => Sharp;

const onWhite = (picture: Sharp): Sharp => picture.flatten({ background: "white" });

/** What happens to pictures on their way through the world, written with the library and not with the code under test. */
export const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  "JPEG 80": [(picture) => onWhite(picture).jpeg({ quality: 80 })],
  "WebP 80": [(picture) => picture.webp({ quality: 80 })],
  "half the size": [(picture, { width, height }) => picture.resize(width >> 1, height >> 1).png()],
  "half the size, JPEG 80": [
    (picture, { width, height }) =>
      onWhite(picture)
        .resize(width >> 1, height >> 1)
        .jpeg({ quality: 80 }),
  ],
  "a screenshot at double size": [
    (picture, { width, height }) =>
      onWhite(picture)
        .resize(width * 2, height * 2, { kernel: "linear" })
        .png(),
    (picture) => picture.jpeg({ quality: 85 }),
    (picture, { width, height }) =>
      picture.resize(Math.round(width * 0.97), Math.round(height * 0.97)).jpeg({ quality: 80 }),
  ],
  "a dark chat window": [(picture) => picture.flatten({ background: "#313338" }).jpeg({ quality: 80 })],
  greyscale: [(picture) => picture.greyscale().png()],
  "a mirror": [(picture) => picture.flop().png()],
  "a quarter turn": [(picture) => picture.rotate(90).png()],
};

/** The file of a picture, after one of the changes where one is named. */
export async function changedFile(picture: RawPicture, name?: string): Promise<Uint8Array> {
  const { widthPx, heightPx, channels, data } = picture;
  let size = { width: widthPx, height: heightPx };
  let file = await sharp(data, { raw: { ...size, channels } })
    .png()
    .toBuffer();
  for (const change of CHANGES[name ?? ""] ?? []) {
    const { data, info } = await change(sharp(file), size).toBuffer({ resolveWithObject: true });
    file = data;
    size = { width: info.width, height: info.height };
  }
  return file;
}

export async function changed(picture: RawPicture, name: string): Promise<RawPicture> {
  return readPicture(await changedFile(picture, name), name, NO_LIMITS);
}

/** Peak signal-to-noise ratio in dB of all colour channels. */
export function psnr(a: RawPicture, b: RawPicture): number {
  let [squares, count] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    if (a.channels === 4 && i % 4 === 3) continue;
    squares += (a.data[i]! - b.data[i]!) ** 2;
    count++;
  }
  return 10 * Math.log10(255 ** 2 / (squares / count));
}
