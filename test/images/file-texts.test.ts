import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { exifWithComment, readExifComment } from "../../src/images/exif-comment.ts";
import { readDigitalSource, readParameters } from "../../src/images/file-texts.ts";
import { insertPngTexts, readPngTexts } from "../../src/images/png-texts.ts";
import { digitalSourceOf, xmpPacket } from "../../src/images/xmp.ts";

const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } })
  .png()
  .toBuffer();

/** A chunk with a wrong checksum, which readers of texts do not mind. */
function chunk(name: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(name, "latin1"), data, Buffer.alloc(4)]);
}

const afterHeader = (extra: Buffer): Buffer => Buffer.concat([png.subarray(0, 33), extra, png.subarray(33)]);

describe("texts of foreign files", () => {
  it("reads compressed PNG texts, zTXt and iTXt", () => {
    const file = afterHeader(
      Buffer.concat([
        chunk("zTXt", Buffer.concat([Buffer.from("parameters\0\0"), deflateSync(Buffer.from("Größe", "latin1"))])),
        chunk(
          "iTXt",
          Buffer.concat([Buffer.from("Description\0\x01\0de\0Beschreibung\0"), deflateSync(Buffer.from("狐"))]),
        ),
      ]),
    );

    expect(Object.fromEntries(readPngTexts(file))).toEqual({ parameters: "Größe", Description: "狐" });
  });

  it("ignores texts that are damaged, cut off or explode when they are unpacked", () => {
    const bomb = deflateSync(Buffer.alloc(8 << 20));
    const files = [
      afterHeader(chunk("zTXt", Buffer.concat([Buffer.from("parameters\0\0"), bomb]))),
      afterHeader(chunk("zTXt", Buffer.from("parameters\0\0garbage"))),
      afterHeader(chunk("iTXt", Buffer.from("parameters\0\0\0no terminators"))),
      afterHeader(chunk("tEXt", Buffer.from("no keyword"))),
      png.subarray(0, 40),
      Buffer.concat([png.subarray(0, 33), Buffer.from([255, 255, 255, 255]), Buffer.from("tEXtparameters\0x")]),
    ];

    for (const file of files) expect([...readPngTexts(file)]).toEqual([]);
  });

  it("keeps the first of equal keywords, so that nothing behind can replace it", () => {
    const file = insertPngTexts(
      insertPngTexts(png, new Map([["parameters", "second"]])),
      new Map([["parameters", "first"]]),
    );

    expect(readPngTexts(file).get("parameters")).toBe("first");
  });

  it("reads A1111's UserComment as sharp writes it (ASCII)", async () => {
    const jpeg = await sharp(png)
      .withExif({ IFD2: { UserComment: "a fox\nSteps: 1" } })
      .jpeg()
      .toBuffer();

    expect(await readParameters(jpeg)).toContain("a fox\nSteps: 1");
  });

  it("reads UTF-16 comments in either byte order", () => {
    const bigEndian = exifWithComment("a fox");
    // The same block with a little-endian comment inside.
    const littleComment = Buffer.concat([
      bigEndian.subarray(0, bigEndian.length - 10),
      Buffer.from("a fox", "utf16le"),
    ]);

    expect(readExifComment(bigEndian)).toBe("a fox");
    expect(readExifComment(littleComment)).toBe("a fox");
  });

  it("survives every truncation of an Exif block", () => {
    const block = exifWithComment("a fox in the snow");

    for (let length = 0; length < block.length; length++) {
      expect(readExifComment(block.subarray(0, length))).toBeUndefined();
    }
  });

  it("finds the digital source as element and as attribute, and nothing in other vocabularies", async () => {
    const element = xmpPacket({ source: "trainedAlgorithmicMedia", creatorTool: "x" });
    const attribute =
      '<rdf:Description Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"/>';

    expect(digitalSourceOf(element)).toBe("trainedAlgorithmicMedia");
    expect(digitalSourceOf(attribute)).toBe("digitalCapture");
    expect(digitalSourceOf("<DigitalSourceType>http://example.org/mine</DigitalSourceType>")).toBeUndefined();
    expect(await readDigitalSource(png)).toBeUndefined();
  });
});
