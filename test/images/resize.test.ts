import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodePreview, resizePicture, toThumbnail } from "../../src/images/resize.ts";
import { draw, pixelAt, plain } from "./pictures.ts";

describe("resizing", () => {
  it("shrinks to fit a square and leaves small pictures alone", async () => {
    const small = plain(10, 5, 1, 2, 3);

    expect(await toThumbnail(plain(100, 50, 1, 2, 3), 20)).toMatchObject({ widthPx: 20, heightPx: 10 });
    expect(await toThumbnail(plain(500, 2, 1, 2, 3), 20)).toMatchObject({ widthPx: 20, heightPx: 1 });
    expect(await toThumbnail(small, 20)).toBe(small);
  });

  it("takes no colour from transparent pixels", async () => {
    const sticker = draw(32, 32, (x) => (x < 16 ? [200, 0, 0, 255] : [0, 255, 0, 0]));

    const half = await resizePicture(sticker, { widthPx: 16, heightPx: 16 });

    for (let x = 0; x < 16; x++) {
      const [, green, , alpha] = pixelAt(half, x, 8);
      if (alpha! > 16) expect(green).toBeLessThan(3);
    }
  });

  it.each(["image/webp", "image/jpeg", "image/png"] as const)("enlarges a preview into a %s file", async (type) => {
    const bytes = await encodePreview(plain(16, 8, 200, 100, 50), { sidePx: 128, type });

    expect(await sharp(bytes).metadata()).toMatchObject({ width: 128, height: 64, mediaType: type });
  });
});
