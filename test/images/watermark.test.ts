import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RawPicture } from "../../src/core/generator.ts";
import { makeGrid } from "../../src/images/grid.ts";
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

/** From 256 pixels on the mark survives by itself. */
const SCENES: Readonly<Record<string, RawPicture>> = {
  "a sticker": sticker(1, 256),
  "a pale sticker": sticker(11, 256),
  "a sticker of few shapes": sticker(4, 256),
  "a cut-out sticker": sticker(6, 256, { transparent: true }),
  "a sticker of 512 pixels": sticker(5, 512),
  "a cut-out of 512 pixels": sticker(9, 512, { transparent: true }),
  "a photograph": photo(5, 256, 192),
  "a large photograph": photo(9, 640, 480),
  "a gradient": draw(320, 240, (x, y) => [x / 2, y / 2 + 60, 200]),
  "an empty sheet": plain(256, 256, 255, 255, 255),
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
    expect(psnr(scene, marked.get(name)!)).toBeGreaterThan(39.5);
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

  it("is weaker where a weak one is enough", () => {
    const strengths = Object.keys(SCENES).map((name) => psnr(SCENES[name]!, marked.get(name)!));

    expect(Math.max(...strengths) - Math.min(...strengths)).toBeGreaterThan(5);
  });

  it("is found again after enlarging, and is not put on top of itself", async () => {
    const enlarged = await resizePicture(marked.get("a sticker")!, { widthPx: 512, heightPx: 512 });

    const twice = await ours.embed(enlarged);

    expect(await ours.detect(enlarged)).toMatchObject({ maker: "this-easel" });
    expect(twice).toBe(enlarged);
  });

  it.each([2, 4, 6])("is found in a grid of %i marked pictures that is not marked itself", async (count) => {
    const pictures = await Promise.all(Array.from({ length: count }, (_, i) => ours.embed(sticker(40 + i, 128))));
    const grid = makeGrid(pictures);

    const findings = [await ours.detect(grid), await ours.detect(await changed(grid, "JPEG 80"))];

    expect(findings).toMatchObject([{ maker: "this-easel" }, { maker: "this-easel" }]);
    expect(await others.detect(grid)).toMatchObject({ maker: "another-easel" });
  });

  it.each([
    ["a sticker", sticker(1)],
    ["a cut-out", sticker(6, 128, { transparent: true })],
    ["a small photograph", photo(5, 128, 96)],
  ])("is weaker where the pixels are few and seen one by one, and still there: %s", async (_, scene) => {
    const result = await ours.embed(scene);

    expect(psnr(scene, result)).toBeGreaterThan(43);
    expect(await ours.detect(result)).toMatchObject({ maker: "this-easel" });
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
  it.each([0, 1, 2, 3, 4, 5])(
    "score like chance: stickers, photographs, pages, noise, plain colours, part %i",
    async (part) => {
      const { hits, highest } = await makers(Array.from({ length: 50 }, (_, i) => anyScene(5000 + part * 50 + i)));

      expect(hits).toBe(0);
      expect(highest).toBeLessThan(5);
    },
  );

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
