import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RawPicture } from "../../src/core/generator.ts";
import { NO_LIMITS, readPicture } from "../../src/images/read-picture.ts";
import { resizePicture } from "../../src/images/resize.ts";
import { createWatermark } from "../../src/images/watermark.ts";
import { changed, CHANGES, psnr } from "./copies.ts";
import { draw, plain } from "./pictures.ts";
import { anyScene, photo, sticker } from "./scenes.ts";

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const ours = createWatermark({ installationKey: key(1) });
const others = createWatermark({ installationKey: key(2) });
const nobodys = createWatermark({});
const golden = new URL("../golden/pipelines/", import.meta.url);

const SCENES: Readonly<Record<string, RawPicture>> = {
  "a sticker": sticker(1),
  "a pale sticker": sticker(11),
  "a sticker of few shapes": sticker(4),
  "a cut-out sticker": sticker(6, 128, { transparent: true }),
  "a photograph": photo(5),
  "a large photograph": photo(9, 640, 480),
  "a gradient": draw(160, 120, (x, y) => [x, y + 60, 200]),
  "an empty sheet": plain(128, 128, 255, 255, 255),
};
const marked = new Map<string, RawPicture>();
for (const [name, scene] of Object.entries(SCENES)) marked.set(name, await ours.embed(scene));

describe.each(Object.entries(SCENES))("the watermark in %s", (name, scene) => {
  it.each(Object.keys(CHANGES))("survives %s", async (change) => {
    const copy = await changed(marked.get(name)!, change);

    const finding = await ours.detect(copy);

    expect(finding).toMatchObject({ maker: "this-easel" });
  });

  it("cannot be seen", () => {
    expect(psnr(scene, marked.get(name)!)).toBeGreaterThan(40);
  });

  it("is not there before", async () => {
    expect(await ours.detect(scene)).not.toHaveProperty("maker");
  });

  it("tells another Easel that some Easel made it", async () => {
    const findings = await Promise.all([others, nobodys].map((reader) => reader.detect(marked.get(name)!)));

    expect(findings.map(({ maker }) => maker)).toEqual(["another-easel", "another-easel"]);
  });
});

describe("the watermark", () => {
  it("is the same for the same picture, and leaves its argument alone", async () => {
    const scene = sticker(21, 96);
    const before = Buffer.from(scene.data);

    const [first, second] = await Promise.all([ours.embed(scene), ours.embed(scene)]);

    expect(Buffer.from(first.data).equals(Buffer.from(second.data))).toBe(true);
    expect(Buffer.from(scene.data).equals(before)).toBe(true);
  });

  it("keeps transparency and never touches what cannot be seen", async () => {
    const scene = SCENES["a cut-out sticker"]!;
    const result = marked.get("a cut-out sticker")!;
    let [alphas, hidden] = [0, 0];
    for (let i = 0; i < scene.data.length; i += 4) {
      if (scene.data[i + 3] !== result.data[i + 3]) alphas++;
      if (scene.data[i + 3] === 0 && !scene.data.subarray(i, i + 3).every((value, k) => value === result.data[i + k]))
        hidden++;
    }

    expect({ alphas, hidden }).toEqual({ alphas: 0, hidden: 0 });
  });

  it("is weaker where a weak one is enough", async () => {
    const easy = await ours.embed(photo(9, 640, 480));
    const hard = marked.get("a sticker of few shapes")!;

    expect(psnr(photo(9, 640, 480), easy)).toBeGreaterThan(psnr(SCENES["a sticker of few shapes"]!, hard));
  });

  it("is found again after enlarging, and a second mark does no harm", async () => {
    const enlarged = await resizePicture(marked.get("a sticker")!, { widthPx: 512, heightPx: 512 });

    const twice = await ours.embed(enlarged);

    expect(await ours.detect(enlarged)).toMatchObject({ maker: "this-easel" });
    expect(await ours.detect(twice)).toMatchObject({ maker: "this-easel" });
    expect(psnr(enlarged, twice)).toBeGreaterThan(40);
  });

  it.each([
    ["one pixel", plain(1, 1, 10, 20, 30)],
    ["a thin line", plain(300, 1, 10, 20, 30)],
    ["nothing visible", plain(64, 64, 10, 20, 30, 0)],
    ["black", plain(64, 64, 0, 0, 0)],
  ])("takes %s", async (_, scene) => {
    const result = await ours.embed(scene);

    expect(result).toMatchObject({ widthPx: scene.widthPx, heightPx: scene.heightPx, channels: scene.channels });
    expect(await ours.detect(scene)).not.toHaveProperty("maker");
  });
});

async function makers(pictures: readonly RawPicture[]): Promise<{ hits: number; highest: number }> {
  const findings = await Promise.all(pictures.map((picture) => ours.detect(picture)));
  const scores = findings.flatMap(({ score }) => [score.joint, score.public]);
  return { hits: findings.filter(({ maker }) => maker !== undefined).length, highest: Math.max(...scores) };
}

describe("pictures without a mark", () => {
  it("score like chance: stickers, photographs, pages, noise, gradients, plain colours", async () => {
    let highest = 0;
    for (let start = 0; start < 300; start += 50) {
      const batch = await makers(Array.from({ length: 50 }, (_, i) => anyScene(5000 + start + i)));

      expect(batch.hits).toBe(0);
      highest = Math.max(highest, batch.highest);
    }

    expect(highest).toBeLessThan(5);
  });

  it("are what diffusers drew", async () => {
    const files = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".png"));
    const pictures = await Promise.all(
      files.map((path) => readPicture(readFileSync(join(golden.pathname, path)), path, NO_LIMITS)),
    );

    const { hits } = await makers(pictures);

    expect(pictures.length).toBeGreaterThan(20);
    expect(hits).toBe(0);
  });

  it("are patterns that have few waves", async () => {
    const pictures = Array.from({ length: 40 }, (_, i) =>
      draw(96, 96, (x, y) => {
        const on = Math.sin(((i + 2) * x * Math.PI) / 96) * Math.cos((((i * 7) % 23) * y * Math.PI) / 96) > 0;
        return on ? [240, 240, 240] : [15, 15, 15];
      }),
    );

    expect((await makers(pictures)).hits).toBe(0);
  });
});
