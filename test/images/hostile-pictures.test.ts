import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodePicture } from "../../src/images/encode.ts";
import { readPicture } from "../../src/images/read-picture.ts";
import { pixelAt } from "./pictures.ts";

const solid = (background: string, width = 20, height = 10) =>
  sharp({ create: { width, height, channels: 3, background } });
const REFUSED = { code: "picture-unreadable", params: { file: "it" } };

describe("pictures of every kind that people upload", () => {
  it.each<[string, () => Promise<Buffer>]>([
    ["CMYK", () => solid("#c02020").toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer()],
    ["a palette", () => solid("#c02020").png({ palette: true, colours: 4 }).toBuffer()],
    ["one pixel", () => solid("#c02020", 1, 1).png().toBuffer()],
    ["an ICC profile", () => solid("#c02020").withIccProfile("p3").png().toBuffer()],
  ])("are read: %s", async (_, make) => {
    const picture = await readPicture(await make(), "it");

    const [red, green, blue] = pixelAt(picture, 0, 0);
    expect(picture.channels).toBe(3);
    expect(red! - Math.max(green!, blue!)).toBeGreaterThan(100);
  });

  it("lose where they were taken, and whatever stands behind their end", async () => {
    const gps = { IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1", GPSLongitudeRef: "W" } };
    const jpeg = await solid("#c02020").withExif(gps).jpeg().toBuffer();
    const polyglot = Buffer.concat([jpeg, Buffer.from("PK\u0003\u0004 a ZIP file with a secret")]);

    const picture = await readPicture(polyglot, "it");
    const file = Buffer.from(await encodePicture(picture, { source: "trainedAlgorithmicMedia", creatorTool: "Easel" }));

    expect((await sharp(jpeg).metadata()).exif).toBeDefined();
    expect((await sharp(file).metadata()).exif).toBeUndefined();
    expect(file.includes("secret")).toBe(false);
  });

  it.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    [
      "an SVG with a reference to the outside",
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    ],
    ["a PDF", Buffer.from("%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF")],
    ["a text with a picture's first bytes", Buffer.from("\u0089PNG\r\n\u001a\nand nothing else", "latin1")],
    ["a web page", Buffer.from("<!doctype html><img src=x onerror=alert(1)>")],
  ])("are refused when they are none: %s", async (_, bytes) => {
    await expect(readPicture(bytes, "it")).rejects.toMatchObject(REFUSED);
  });
});
