import { describe, expect, it } from "vitest";
import { REGIONS } from "../../../src/core/image-request.ts";
import { regionMask } from "../../../src/diffusion/modes/region-mask.ts";
import { draw } from "../../images/pictures.ts";

/** Share of white, and whether the pixel at x, y is white. */
function seen({ widthPx, data }: { widthPx: number; data: Uint8Array }) {
  const white = data.filter((_, i) => i % 3 === 0).reduce((sum, value) => sum + value / 255, 0);
  return { share: white / (data.length / 3), at: (x: number, y: number) => data[(y * widthPx + x) * 3] === 255 };
}

/** A red square in the middle of a sky that gets darker downwards. */
const square = draw(64, 48, (x, y) =>
  x >= 20 && x < 44 && y >= 12 && y < 36 ? [220, 30, 30] : [120 - y, 160 - y, 230 - y],
);

describe("regionMask", () => {
  it.each([
    ["left", 0.5, [5, 24], [60, 24]],
    ["right", 0.5, [60, 24], [5, 24]],
    ["top", 0.5, [32, 2], [32, 40]],
    ["bottom", 0.5, [32, 40], [32, 2]],
    ["centre", 0.25, [32, 24], [2, 2]],
    ["background", 0.8125, [2, 2], [32, 24]],
  ] as const)("is white for the %s", (region, share, inside, outside) => {
    const mask = seen(regionMask(region, square));

    expect(mask.share).toBeCloseTo(share, 2);
    expect([mask.at(inside[0], inside[1]), mask.at(outside[0], outside[1])]).toEqual([true, false]);
  });

  it("knows every region by a test", () => {
    expect(REGIONS).toHaveLength(6);
  });

  it("takes what is transparent for background", () => {
    const ring = draw(32, 32, (x, y) => {
      const distance = Math.hypot(x - 15.5, y - 15.5);
      return distance < 12 && distance > 6 ? [200, 0, 0, 255] : [0, 0, 0, 0];
    });

    const mask = seen(regionMask("background", ring));

    expect([mask.at(0, 0), mask.at(8, 16)]).toEqual([true, false]);
  });

  it.each([
    ["one colour all over", draw(16, 16, () => [9, 9, 9])],
    ["a subject up to the edges", draw(64, 64, (x, y) => ((x + y) % 2 === 0 ? [0, 0, 0] : [255, 255, 255]))],
  ])("says so where there is no background to be seen: %s", (_, picture) => {
    expect(() => regionMask("background", picture)).toThrow(expect.objectContaining({ code: "region-unclear" }));
  });
});
