import { describe, expect, it } from "vitest";
import { fingerprintOf, likeness } from "../../src/images/perceptual-hash.ts";
import { hammingDistance } from "../../src/storage/picture-registry.ts";
import { changed, CHANGES } from "./copies.ts";
import { plain } from "./pictures.ts";
import { photo, sticker } from "./scenes.ts";

const KEPT = ["JPEG 80", "WebP 80", "half the size", "a screenshot at double size", "greyscale"];

describe("fingerprintOf", () => {
  it.each(KEPT)("stays nearly the same through %s", async (change) => {
    expect(Object.keys(CHANGES)).toContain(change);
    for (const scene of [sticker(1), sticker(2), photo(3), photo(4)]) {
      const [before, after] = await Promise.all([fingerprintOf(scene), fingerprintOf(await changed(scene, change))]);

      expect(hammingDistance(before!.hash, after!.hash)).toBeLessThanOrEqual(4);
      expect(likeness(before!.thumbnail, after!.thumbnail)).toBeGreaterThan(0.99);
    }
  });

  it("is different for different pictures", async () => {
    const prints = await Promise.all(Array.from({ length: 60 }, (_, seed) => fingerprintOf(sticker(seed))));

    const alike = prints.flatMap((a, i) =>
      prints
        .slice(i + 1)
        .filter((b) => hammingDistance(a!.hash, b!.hash) <= 7 && likeness(a!.thumbnail, b!.thumbnail) >= 0.97),
    );

    expect(alike).toEqual([]);
  });

  it("is missing where there is nothing to see: all empty sheets look alike", async () => {
    const scenes = [plain(64, 64, 255, 255, 255), plain(64, 64, 9, 9, 9), plain(64, 64, 0, 0, 0, 0)];

    expect(await Promise.all(scenes.map(fingerprintOf))).toEqual([undefined, undefined, undefined]);
  });

  it("has 64 bits and a thumbnail of 16 x 16", async () => {
    const print = await fingerprintOf(sticker(1));

    expect(print!.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(print!.thumbnail).toHaveLength(256);
  });
});

describe("likeness", () => {
  const ramp = Uint8Array.from({ length: 256 }, (_, i) => i);

  it("is 1 for the same, also paler, and -1 for the negative", () => {
    const paler = ramp.map((value) => 60 + value / 4);
    const negative = ramp.map((value) => 255 - value);

    expect(likeness(ramp, ramp)).toBeCloseTo(1, 10);
    expect(likeness(ramp, paler)).toBeGreaterThan(0.999);
    expect(likeness(ramp, negative)).toBeCloseTo(-1, 10);
  });
});
