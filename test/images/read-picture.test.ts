import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { readPicture, readPictureFile, UPLOAD_LIMITS } from "../../src/images/read-picture.ts";
import { pixelAt } from "./pictures.ts";

const create = (background: string, channels: 3 | 4 = 3) =>
  sharp({ create: { width: 20, height: 10, channels, background } });

/** A PNG header that promises width x height pixels, with next to nothing behind it. */
async function pngOfSize(width: number, height: number): Promise<Buffer> {
  const png = await create("red").png().toBuffer();
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

describe("readPicture", () => {
  it.each(["png", "jpeg", "webp", "gif", "avif"] as const)("reads %s as three channels", async (format) => {
    const bytes = await create("#ff0000").toFormat(format).toBuffer();

    const picture = await readPicture(bytes, "fox");

    expect(picture).toMatchObject({ widthPx: 20, heightPx: 10, channels: 3 });
    const [red, green, blue] = pixelAt(picture, 10, 5);
    expect(red).toBeGreaterThan(245);
    expect(Math.max(green!, blue!)).toBeLessThan(10);
  });

  it("keeps alpha only where something is transparent", async () => {
    const opaque = await readPicture(await create("rgba(9,8,7,1)", 4).png().toBuffer(), "fox");
    const glass = await readPicture(await create("rgba(9,8,7,0.5)", 4).png().toBuffer(), "fox");

    expect(opaque.channels).toBe(3);
    expect(pixelAt(opaque, 19, 9)).toEqual([9, 8, 7]);
    expect(pixelAt(glass, 0, 0)).toEqual([9, 8, 7, 128]);
  });

  it("widens grey pictures and narrows 16-bit ones", async () => {
    const grey = await readPicture(await create("#808080").toColourspace("b-w").png().toBuffer(), "fox");
    const deep = await readPicture(await create("#102030").toColourspace("rgb16").png().toBuffer(), "fox");

    expect(pixelAt(grey, 3, 3)).toEqual([128, 128, 128]);
    expect(pixelAt(deep, 3, 3)).toEqual([16, 32, 48]);
  });

  it("turns a picture upright as its Exif says", async () => {
    const left = await sharp({ create: { width: 4, height: 4, channels: 3, background: "blue" } })
      .png()
      .toBuffer();
    const lying = await create("red")
      .composite([{ input: left, left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();

    const picture = await readPicture(lying, "fox");

    expect(picture).toMatchObject({ widthPx: 10, heightPx: 20 });
    expect(pixelAt(picture, 9, 0)).toEqual([0, 0, 255]);
    expect(pixelAt(picture, 0, 0)).toEqual([255, 0, 0]);
  });

  it("takes the first frame of an animation", async () => {
    const frames = await Promise.all(["#ff0000", "#0000ff"].map((colour) => create(colour).png().toBuffer()));
    const animation = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();

    const picture = await readPicture(animation, "fox");

    expect(picture).toMatchObject({ widthPx: 20, heightPx: 10 });
    expect(pixelAt(picture, 5, 5)).toEqual([255, 0, 0]);
  });

  it.each([
    ["an empty file", Buffer.alloc(0), "it is empty"],
    ["a text", Buffer.from("hello"), "it is not a PNG, JPEG, WebP, GIF or AVIF file"],
    ["an SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), "it is not a PNG"],
    ["a header without a picture", Buffer.from("\x89PNG\r\n\x1a\nrest", "latin1"), "it is damaged or incomplete"],
  ])("refuses %s and says why", async (_, bytes, reason) => {
    const reading = readPicture(bytes, "fox.png");

    await expect(reading).rejects.toMatchObject({ code: "picture-unreadable", params: { file: "fox.png" } });
    await expect(reading).rejects.toThrow(reason);
  });

  it("refuses a file that is cut off", async () => {
    const whole = await sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        noise: { type: "gaussian", mean: 128, sigma: 30 },
        background: "red",
      },
    })
      .png()
      .toBuffer();

    await expect(readPicture(whole.subarray(0, whole.length / 2), "fox.png")).rejects.toThrow(
      "it is damaged or incomplete",
    );
  });

  it("refuses a decompression bomb by its header", async () => {
    const bomb = await pngOfSize(60_000, 60_000);

    await expect(readPicture(bomb, "bomb.png")).rejects.toThrow(
      "it has 3600.0 megapixels (60000x60000); the limit is 40.0",
    );
  });

  it("refuses too many bytes", async () => {
    const bytes = await create("red").png().toBuffer();

    await expect(readPicture(bytes, "fox.png", { ...UPLOAD_LIMITS, maxBytes: 10 })).rejects.toThrow(
      "the limit is 0.0 MiB",
    );
  });
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "easel-read-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe("readPictureFile", () => {
  it("reads a file", async () => {
    const path = join(await folder(), "fox.png");
    await writeFile(path, await create("red").png().toBuffer());

    expect(await readPictureFile(path)).toMatchObject({ widthPx: 20, heightPx: 10 });
  });

  it("names a missing file and one that is too large before it is read", async () => {
    const path = join(await folder(), "fox.png");
    await writeFile(path, Buffer.alloc(100));

    await expect(readPictureFile(`${path}.missing`)).rejects.toMatchObject({ code: "file-unreadable" });
    await expect(readPictureFile(path, { ...UPLOAD_LIMITS, maxBytes: 99 })).rejects.toMatchObject({
      code: "picture-unreadable",
    });
  });
});
