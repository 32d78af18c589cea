import { describe, expect, it } from "vitest";
import type { RawPicture } from "../../src/core/generator.ts";
import { coverSize, cutOut, overlay, resizePicture } from "../../src/diffusion/pictures.ts";

function picture(
  widthPx: number,
  heightPx: number,
  channels: 3 | 4,
  pixel: (x: number, y: number) => number[],
): RawPicture {
  const data = Uint8Array.from(
    Array.from({ length: widthPx * heightPx }, (_, i) => pixel(i % widthPx, Math.floor(i / widthPx))).flat(),
  );
  return { widthPx, heightPx, channels, data };
}

const at = ({ widthPx, channels, data }: RawPicture, x: number, y: number) => [
  ...data.subarray((y * widthPx + x) * channels, (y * widthPx + x + 1) * channels),
];

describe("resizePicture", () => {
  it("takes no colour from transparent pixels", () => {
    const redOnNothing = picture(8, 8, 4, (x) => (x < 4 ? [255, 0, 0, 255] : [0, 255, 0, 0]));

    const small = resizePicture(redOnNothing, 3, 3);

    const [red, green, , alpha] = at(small, 1, 1);
    expect(alpha).toBeGreaterThan(60);
    expect([red! > 250, green! < 5]).toEqual([true, true]);
  });

  it("returns a picture of that size itself", () => {
    const same = picture(4, 4, 3, () => [1, 2, 3]);

    expect(resizePicture(same, 4, 4)).toBe(same);
  });
});

describe("coverSize", () => {
  it("cuts the centre out of a wide picture", () => {
    const wide = picture(12, 4, 3, (x) => [x < 4 || x >= 8 ? 0 : 200, 0, 0]);

    const { widthPx, heightPx, data } = coverSize(wide, 4, 4);

    expect([widthPx, heightPx, new Set(data)]).toEqual([4, 4, new Set([200, 0])]);
    expect(data.filter((_, i) => i % 3 === 0).every((red) => red === 200)).toBe(true);
  });

  it("fills sizes that rounding would miss", () => {
    const { widthPx, heightPx } = coverSize(
      picture(101, 67, 3, () => [0, 0, 0]),
      128,
      85,
    );

    expect([widthPx, heightPx]).toEqual([128, 85]);
  });
});

describe("cutOut", () => {
  it("repeats the edge outside", () => {
    const numbered = picture(2, 2, 3, (x, y) => [10 * y + x, 0, 0]);

    const out = cutOut(numbered, -1, -1, 4, 4);

    expect(at(out, 0, 0)[0]).toBe(0);
    expect(at(out, 3, 0)[0]).toBe(1);
    expect(at(out, 1, 3)[0]).toBe(10);
  });
});

describe("overlay", () => {
  const made = picture(16, 1, 3, () => [200, 200, 200]);
  const original = picture(16, 1, 3, () => [100, 100, 100]);
  const mask = picture(16, 1, 3, (x) => (x < 4 ? [0, 0, 0] : [255, 255, 255]));

  it("keeps the original outside the mask and fades inside", () => {
    const { data } = overlay(original, made, mask, 4);

    const reds = data.filter((_, i) => i % 3 === 0);
    expect([...reds]).toEqual([100, 100, 100, 100, 125, 150, 175, ...Array.from({ length: 9 }, () => 200)]);
  });

  it("weighs colours by their alpha", () => {
    const glass = picture(1, 1, 4, () => [0, 0, 0, 0]);
    const ink = picture(1, 1, 4, () => [80, 80, 80, 255]);
    const half = picture(1, 1, 3, () => [255, 255, 255]);

    expect(at(overlay(glass, ink, half, 0), 0, 0)).toEqual([80, 80, 80, 255]);
    expect(
      at(
        overlay(
          ink,
          glass,
          picture(1, 1, 3, () => [0, 0, 0]),
          2,
        ),
        0,
        0,
      ),
    ).toEqual([80, 80, 80, 255]);
  });
});
