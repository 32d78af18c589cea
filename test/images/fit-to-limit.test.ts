import { describe, expect, it } from "vitest";
import { encodePicture } from "../../src/images/encode.ts";
import { readDigitalSource, readParameters } from "../../src/images/file-texts.ts";
import { convertPicture, fitToLimit } from "../../src/images/fit-to-limit.ts";
import { imageTypeOf } from "../../src/images/image-type.ts";
import { readPicture } from "../../src/images/read-picture.ts";
import { draw, noisy, pixelAt, plain } from "./pictures.ts";

const LABELS = {
  source: "trainedAlgorithmicMedia",
  creatorTool: "Easel",
  parameters: "a fox\nSteps: 1, Seed: 2, Size: 96x96",
} as const;
const ALL = ["image/png", "image/webp", "image/jpeg"] as const;

const png = await encodePicture(noisy(96, 96), LABELS);

describe("fitToLimit", () => {
  it("returns a file that fits unchanged", async () => {
    const fitted = await fitToLimit(png, { maxBytes: png.length, imageTypes: ALL });

    expect(fitted.bytes).toBe(png);
    expect(fitted).toMatchObject({ mimeType: "image/png", extension: ".png", widthPx: 96, heightPx: 96 });
  });

  it("goes down the ladder: lossless, less quality, fewer pixels; the smaller the limit, the fewer the bytes", async () => {
    const limits = [png.length - 1, 16_000, 8000, 4000, 2500];

    const results = [];
    for (const maxBytes of limits) results.push(await fitToLimit(png, { maxBytes, imageTypes: ALL }));

    expect(results.every(({ bytes }, index) => bytes.length <= limits[index]!)).toBe(true);
    expect(results[0]!.mimeType).toBe("image/webp");
    expect(results[1]!.widthPx).toBe(96);
    expect(results.at(-1)!.widthPx).toBeLessThan(96);
    for (const { bytes, mimeType } of results) {
      expect(imageTypeOf(bytes)).toBe(mimeType);
      expect(await readParameters(bytes)).toBe(LABELS.parameters);
      expect(await readDigitalSource(bytes)).toBe("trainedAlgorithmicMedia");
    }
  });

  it("prefers lossless WebP over any loss", async () => {
    const soft = draw(64, 64, (x, y) => [x * 4, y * 4, (x + y) * 2]);
    const file = await encodePicture(soft, LABELS);

    const fitted = await fitToLimit(file, { maxBytes: file.length - 1, imageTypes: ALL });

    expect(Buffer.from((await readPicture(fitted.bytes, "it")).data).equals(Buffer.from(soft.data))).toBe(true);
  });

  it("uses only what the platform shows, and puts stickers on white for JPEG", async () => {
    const sticker = await encodePicture(plain(32, 32, 0, 0, 0, 0), LABELS);

    const fitted = await fitToLimit(sticker, { maxBytes: 100_000, imageTypes: ["image/jpeg"] });

    expect(fitted).toMatchObject({ mimeType: "image/jpeg", extension: ".jpg" });
    expect(pixelAt(await readPicture(fitted.bytes, "it"), 5, 5)).toEqual([255, 255, 255]);
  });

  it("says so when nothing fits", async () => {
    await expect(fitToLimit(png, { maxBytes: 20, imageTypes: ALL })).rejects.toMatchObject({
      code: "picture-too-large",
      params: { limit: 20 },
    });
    await expect(fitToLimit(png, { maxBytes: 20, imageTypes: [] })).rejects.toMatchObject({
      code: "picture-too-large",
    });
  });
});

describe("convertPicture", () => {
  it.each(ALL)("writes %s with the texts of the original", async (type) => {
    const bytes = await convertPicture(png, type);

    expect(imageTypeOf(bytes)).toBe(type);
    expect(await readParameters(bytes)).toBe(LABELS.parameters);
  });
});
