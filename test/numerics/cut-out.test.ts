import { describe, expect, it } from "vitest";
import { cropToVisible } from "../../src/numerics/crop-to-visible.ts";
import { cutOut, type Pixels } from "../../src/numerics/cut-out.ts";

const SIDE = 40;

/** A picture of SIDE x SIDE from a colour (and alpha) for every pixel. */
function paint(colour: (x: number, y: number) => readonly number[], channels: 3 | 4 = 3): Pixels {
  const data = Uint8Array.from({ length: channels * SIDE * SIDE }, (_, i) => {
    const pixel = Math.floor(i / channels);
    return colour(pixel % SIDE, Math.floor(pixel / SIDE))[i % channels]!;
  });
  return { widthPx: SIDE, heightPx: SIDE, channels, data };
}

const isInside = (x: number, y: number, radius = 12) => Math.hypot(x - 19.5, y - 19.5) < radius;
const noise = (x: number, y: number) => (Math.imul(x * 31 + y * 17 + 7, 2654435761) >>> 27) % 6;

function alphaAt(picture: Pixels, x: number, y: number): number {
  return picture.data[4 * (y * SIDE + x) + 3]!;
}

function cutOf(picture: Pixels): Pixels {
  const cut = cutOut(picture);
  if ("fault" in cut) throw new Error(cut.fault);
  return cut.picture;
}

describe("cutOut", () => {
  it("uses a picture with transparency as it is", () => {
    const picture = paint((x, y) => [10, 200, 30, isInside(x, y) ? 255 : 0], 4);

    expect(cutOf(picture)).toBe(picture);
  });

  it("cuts off a plain background that is not quite even", () => {
    const picture = paint((x, y) => (isInside(x, y) ? [200, 40, 30] : [245 + noise(x, y), 245, 240 + noise(y, x)]));

    const cut = cutOf(picture);

    expect([alphaAt(cut, 0, 0), alphaAt(cut, 39, 20), alphaAt(cut, 20, 20)]).toEqual([0, 0, 255]);
  });

  it("keeps what has the background's colour inside the thing", () => {
    const picture = paint((x, y) =>
      isInside(x, y, 5) ? [255, 255, 255] : isInside(x, y) ? [30, 60, 200] : [255, 255, 255],
    );

    const cut = cutOf(picture);

    expect([alphaAt(cut, 1, 1), alphaAt(cut, 20, 20)]).toEqual([0, 255]);
  });

  it("lets a thing touch an edge", () => {
    const picture = paint((x, y) => (x > 14 && x < 26 && y > 10 ? [30, 60, 200] : [255, 255, 255]));

    const cut = cutOf(picture);

    expect([alphaAt(cut, 20, 39), alphaAt(cut, 2, 39)]).toEqual([255, 0]);
  });

  it("cuts an opaque picture with an alpha channel", () => {
    const picture = paint((x, y) => (isInside(x, y) ? [200, 40, 30, 255] : [0, 0, 0, 255]), 4);

    expect(alphaAt(cutOf(picture), 0, 0)).toBe(0);
  });

  it.each([
    ["all-background", paint(() => [250, 250, 250])],
    ["all-background", paint(() => [0, 0, 0, 0], 4)],
    ["busy-background", paint((x, y) => [(x * 57) % 256, (y * 91) % 256, (x * y) % 256])],
    ["busy-background", paint((x) => (x < 20 ? [255, 0, 0] : [0, 0, 255]))],
  ])("says %s", (fault, picture) => {
    expect(cutOut(picture)).toEqual({ fault });
  });
});

describe("cropToVisible", () => {
  it("puts what is visible into the middle of a square", () => {
    const picture = paint((x, y) => [9, 8, 7, x >= 10 && x < 30 && y >= 5 && y < 15 ? 255 : 0], 4);

    const cropped = cropToVisible(picture);

    expect([cropped.widthPx, cropped.heightPx]).toEqual([22, 22]);
    const at = (x: number, y: number) => Array.from(cropped.data.subarray(4 * (y * 22 + x), 4 * (y * 22 + x) + 4));
    expect([at(0, 0), at(1, 6), at(20, 15), at(11, 16)]).toEqual([
      [0, 0, 0, 0],
      [9, 8, 7, 255],
      [9, 8, 7, 255],
      [0, 0, 0, 0],
    ]);
  });
});
