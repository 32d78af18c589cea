import { describe, expect, it } from "vitest";
import { readAspectSize, readSize, sizeForAspect } from "../../src/core/picture-size.ts";
import { buckets, stickers, turbo } from "./sample-models.ts";

describe("sizeForAspect", () => {
  it.each([
    ["1:1", 512, 512],
    ["16:9", 680, 384],
    ["9:16", 384, 680],
    ["3:2", 624, 416],
    ["2:3", 416, 624],
    ["21:9", 784, 336],
    ["4:1", 1024, 256],
    ["1.85:1", 696, 376],
  ])("keeps the pixels of the default size for %s", (aspect, widthPx, heightPx) => {
    expect(sizeForAspect(turbo, aspect)).toEqual({ widthPx, heightPx });
  });

  it("stays legal and close for every aspect ratio it accepts", () => {
    const { multipleOf, minPx, maxPx } = turbo.sizes;
    const wrong: string[] = [];
    for (let width = 1; width <= 40; width++) {
      for (let height = 1; height <= 40; height++) {
        const size = sizeForAspect(turbo, `${width}:${height}`);
        if (!size) continue;
        const legal = [size.widthPx, size.heightPx].every((px) => px % multipleOf === 0 && px >= minPx && px <= maxPx);
        const off = Math.abs(Math.log((size.widthPx * height) / (size.heightPx * width)));
        if (!legal || off > Math.log(1.1)) wrong.push(`${width}:${height}`);
      }
    }

    expect(wrong).toEqual([]);
  });

  it("takes the nearest of fixed sizes", () => {
    expect(sizeForAspect(buckets, "16:9")).toEqual({ widthPx: 1344, heightPx: 768 });
    expect(sizeForAspect(buckets, "1:1")).toEqual({ widthPx: 1024, heightPx: 1024 });
  });

  it("has none that is far off", () => {
    expect(sizeForAspect(buckets, "3:2")).toBeUndefined();
    expect(sizeForAspect(turbo, "9:1")).toBeUndefined();
    expect(sizeForAspect(stickers, "3:2")).toBeUndefined();
  });
});

describe("readSize", () => {
  it("accepts what the model can draw", () => {
    expect(readSize(turbo, "264x1024")).toEqual({ widthPx: 264, heightPx: 1024 });
    expect(readSize(stickers, "128x128")).toEqual({ widthPx: 128, heightPx: 128 });
  });

  it("refuses the rest with what it can", () => {
    expect(() => readSize(buckets, "512x512")).toThrow(
      "size: sdxl cannot draw 512x512. It draws 1024x1024, 1344x768, 768x1344.",
    );
    expect(() => readAspectSize(stickers, "2:1")).toThrow("ar: stickers cannot draw 2:1. It draws 128x128.");
  });
});
