import type { RawPicture } from "../../src/core/generator.ts";

/** A picture whose every pixel is `pixel(x, y)`. */
export function draw(
  widthPx: number,
  heightPx: number,
  pixel: (x: number, y: number) => readonly [number, number, number] | readonly [number, number, number, number],
): RawPicture {
  const channels = pixel(0, 0).length;
  const data = new Uint8Array(widthPx * heightPx * channels);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) data.set(pixel(x, y), (y * widthPx + x) * channels);
  }
  return { widthPx, heightPx, channels, data };
}

export const plain = (
  widthPx: number,
  heightPx: number,
  ...colour: [number, number, number] | [number, number, number, number]
): RawPicture => draw(widthPx, heightPx, () => colour);

/** Hard to compress: every pixel is hashed from its place. */
export const noisy = (widthPx: number, heightPx: number): RawPicture =>
  draw(widthPx, heightPx, (x, y) => {
    const hash = Math.imul(((x + 1) * 73_856_093) ^ ((y + 1) * 19_349_663), 0x9e37_79b1) >>> 0;
    return [hash & 255, (hash >>> 8) & 255, (hash >>> 16) & 255];
  });

/** The pixel at x, y. */
export function pixelAt(picture: RawPicture, x: number, y: number): number[] {
  const start = (y * picture.widthPx + x) * picture.channels;
  return [...picture.data.subarray(start, start + picture.channels)];
}
