import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodePicture, encodeWith, labelTexts } from "../../src/images/encode.ts";
import { readDigitalSource, readFileTexts, readParameters } from "../../src/images/file-texts.ts";
import { readPicture } from "../../src/images/read-picture.ts";
import { draw, noisy, plain } from "./pictures.ts";

const PARAMETERS = "a red fox\nNegative prompt: text\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 16x16";
const LABELS = {
  source: "trainedAlgorithmicMedia",
  creatorTool: "Easel 0.1.0",
  aiSystem: "doodle-v0",
  description: 'AI-generated image: a "fox" & <friend>',
  parameters: PARAMETERS,
} as const;

/** Names and texts of a PNG's chunks, read without the code under test. */
function chunkNames(png: Uint8Array): string[] {
  const bytes = Buffer.from(png);
  const names: string[] = [];
  for (let offset = 8; offset < bytes.length; offset += 12 + bytes.readUInt32BE(offset)) {
    const name = bytes.toString("latin1", offset + 4, offset + 8);
    const text =
      /^[tiz]/.test(name) && name.endsWith("Xt") ? `:${bytes.toString("latin1", offset + 8).split("\0")[0]}` : "";
    names.push(name + text);
  }
  return names;
}

describe("encodePicture", () => {
  it("keeps every pixel, also of transparent pictures", async () => {
    const opaque = noisy(31, 17);
    const sticker = draw(16, 16, (x, y) => [x * 16, y * 16, 77, x === y ? 0 : 200]);

    const back = await Promise.all(
      [opaque, sticker].map(async (picture) => readPicture(await encodePicture(picture, LABELS), "it")),
    );

    expect(back.map(({ channels }) => channels)).toEqual([3, 4]);
    expect(Buffer.from(back[0]!.data).equals(Buffer.from(opaque.data))).toBe(true);
    expect(Buffer.from(back[1]!.data).equals(Buffer.from(sticker.data))).toBe(true);
  });

  it("gives equal bytes for equal input", async () => {
    const [first, second] = await Promise.all([
      encodePicture(noisy(64, 64), LABELS),
      encodePicture(noisy(64, 64), LABELS),
    ]);

    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
  });

  it("puts XMP, parameters and description right behind the header, and other readers find them", async () => {
    const png = await encodePicture(plain(16, 16, 200, 30, 10), LABELS);

    const other = await sharp(png).metadata();

    expect(chunkNames(png).slice(0, 4)).toEqual([
      "IHDR",
      "iTXt:XML:com.adobe.xmp",
      "tEXt:parameters",
      "tEXt:Description",
    ]);
    expect(other.comments).toEqual([
      { keyword: "parameters", text: PARAMETERS },
      { keyword: "Description", text: LABELS.description },
    ]);
    expect(other.xmpAsString).toContain(
      "<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia<",
    );
    expect(other.xmpAsString).toContain("AI-generated image: a &quot;fox&quot; &amp; &lt;friend&gt;");
  });

  it("writes texts beyond Latin-1 as iTXt, drops NUL and what XML cannot hold", async () => {
    const parameters = "狐 🦊 in \0snow\nSteps: 1, Seed: 2, Size: 8x8";
    const png = await encodePicture(plain(8, 8, 0, 0, 0), {
      ...LABELS,
      description: "a\u0007b\ud800c\ufffe",
      parameters,
    });

    const texts = await readFileTexts(png);

    expect(chunkNames(png)[2]).toBe("iTXt:parameters");
    expect(texts.parameters).toBe(parameters.replace("\0", ""));
    expect(texts.xmp).toContain(">abc</rdf:li>");
  });

  it("names no prompt when the labels have none", async () => {
    const png = await encodePicture(plain(8, 8, 0, 0, 0), {
      source: "compositeWithTrainedAlgorithmicMedia",
      creatorTool: "Easel",
    });

    expect(await readParameters(png)).toBeUndefined();
    expect(await readDigitalSource(png)).toBe("compositeWithTrainedAlgorithmicMedia");
  });
});

describe("encodeWith", () => {
  it.each(["image/webp", "image/jpeg"] as const)("labels %s, in any script", async (type) => {
    const parameters = "狐 🦊 a fox, Größe 1\nSteps: 4, Seed: 9, Size: 16x16";
    for (const picture of [plain(16, 16, 200, 30, 10), plain(16, 16, 200, 30, 10, 128)]) {
      const bytes = await encodeWith(picture, { type, quality: 80 }, labelTexts({ ...LABELS, parameters }));

      expect(await readParameters(bytes)).toBe(parameters);
      expect(await readDigitalSource(bytes)).toBe("trainedAlgorithmicMedia");
      expect(await sharp(bytes).metadata()).toMatchObject({ mediaType: type, width: 16, height: 16 });
    }
  });

  it("writes WebP without loss, colours under full transparency included", async () => {
    const sticker = draw(16, 16, (x, y) => [x * 16, y * 16, 9, y < 8 ? 0 : 255]);

    const bytes = await encodeWith(sticker, { type: "image/webp", quality: "lossless" });

    expect(Buffer.from((await readPicture(bytes, "it")).data).equals(Buffer.from(sticker.data))).toBe(true);
  });

  it("puts transparent pictures on white where the format has no alpha", async () => {
    const bytes = await encodeWith(plain(16, 16, 0, 0, 0, 0), { type: "image/jpeg", quality: 90 });

    expect([...(await readPicture(bytes, "it")).data.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it("leaves parameters out of a JPEG when they are longer than a segment", async () => {
    const bytes = await encodeWith(
      plain(8, 8, 1, 2, 3),
      { type: "image/jpeg", quality: 90 },
      { parameters: "x".repeat(40_000) },
    );

    expect(await readParameters(bytes)).toBeUndefined();
    expect((await readPicture(bytes, "it")).widthPx).toBe(8);
  });
});
