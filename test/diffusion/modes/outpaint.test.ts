import { describe, expect, it } from "vitest";
import { outpaintInputs } from "../../../src/diffusion/modes/outpaint.ts";

/** A picture of one colour. */
const plain = (widthPx: number, heightPx: number, value: number) =>
  ({ widthPx, heightPx, channels: 3, data: new Uint8Array(widthPx * heightPx * 3).fill(value) }) as const;

/** Where the mask is black: [left, top, right, bottom], exclusive. */
function kept({ widthPx, data }: { widthPx: number; data: Uint8Array }) {
  const black = Array.from({ length: data.length / 3 }, (_, i) => i).filter((i) => data[3 * i] === 0);
  const xs = black.map((i) => i % widthPx);
  const ys = black.map((i) => Math.floor(i / widthPx));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
}

describe("outpaintInputs", () => {
  it("puts the picture beside its new side and paints a strip of it again", () => {
    const { image, mask } = outpaintInputs(plain(64, 64, 90), { top: 0, right: 32, bottom: 0, left: 0 }, 96, 64);

    expect([image.widthPx, image.heightPx, mask.widthPx, mask.heightPx]).toEqual([96, 64, 96, 64]);
    expect(kept(mask)).toEqual([0, 0, 56, 64]);
    expect([...new Set(image.data)]).toEqual([90]);
  });

  it("grows evenly to the shape that is drawn, and shrinks to its size", () => {
    const { image, mask } = outpaintInputs(plain(128, 128, 10), { top: 0, right: 128, bottom: 0, left: 0 }, 128, 128);

    expect([image.widthPx, image.heightPx]).toEqual([128, 128]);
    const [left, top, right, bottom] = kept(mask);
    expect(left).toBe(0);
    expect(right).toBeLessThanOrEqual(64);
    expect(top! + bottom!).toBe(128);
    expect(bottom! - top!).toBeLessThanOrEqual(64);
  });

  it("moves the view: what is cut off at one side is painted at the other", () => {
    const left = new Uint8Array(64 * 64 * 3).map((_, i) => (Math.floor(i / 3) % 64 < 32 ? 10 : 200));
    const picture = { widthPx: 64, heightPx: 64, channels: 3, data: left } as const;

    const { image, mask } = outpaintInputs(picture, { top: 0, right: 32, bottom: 0, left: -32 }, 64, 64);

    expect([...new Set(image.data)]).toEqual([200]);
    expect(kept(mask)).toEqual([0, 0, 24, 64]);
  });

  it("keeps everything where nothing grows", () => {
    const { mask } = outpaintInputs(plain(16, 16, 10), { top: 0, right: 0, bottom: 0, left: 0 }, 16, 16);

    expect([...new Set(mask.data)]).toEqual([0]);
  });
});
