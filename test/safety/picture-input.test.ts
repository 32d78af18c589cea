import { describe, expect, it } from "vitest";
import { toClassifierInput, type InputSpec } from "../../src/safety/picture-input.ts";

const PLAIN: InputSpec = {
  layout: "NHWC",
  widthPx: 3,
  heightPx: 1,
  resize: "bilinear-aligned",
  fit: "stretch",
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const grey = (widthPx: number, heightPx: number, values: readonly number[]) => ({
  widthPx,
  heightPx,
  channels: 3 as const,
  data: Uint8Array.from(values.flatMap((value) => [value, value, value])),
});
const firstChannel = (data: ArrayLike<number | bigint>) =>
  Array.from(data, Number).filter((_, index) => index % 3 === 0);

describe("a classifier's input", () => {
  it("has the corners of the picture on its corners", () => {
    const { data, dims } = toClassifierInput(grey(5, 1, [0, 51, 102, 153, 255]), PLAIN);

    expect(dims).toEqual([1, 1, 3, 3]);
    expect(firstChannel(data)).toEqual([0, Math.fround(102 / 255), 1]);
  });

  it("repeats a single pixel", () => {
    expect(firstChannel(toClassifierInput(grey(1, 1, [255]), PLAIN).data)).toEqual([1, 1, 1]);
  });

  it("cuts the longer edge in the middle", () => {
    const spec: InputSpec = { ...PLAIN, resize: "bicubic", fit: "center-crop", widthPx: 2, heightPx: 2 };
    const wide = grey(6, 2, [0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0]);

    expect(firstChannel(toClassifierInput(wide, spec).data)).toEqual([1, 1, 1, 1]);
  });

  it("puts channels first where the graph wants them, after mean and deviation", () => {
    const spec: InputSpec = {
      ...PLAIN,
      layout: "NCHW",
      widthPx: 1,
      resize: "bilinear",
      mean: [0.5, 0, 0],
      std: [0.5, 1, 2],
    };

    const { data, dims } = toClassifierInput(
      { widthPx: 1, heightPx: 1, channels: 3, data: Uint8Array.of(255, 0, 255) },
      spec,
    );

    expect(dims).toEqual([1, 3, 1, 1]);
    expect(Array.from(data, Number)).toEqual([1, 0, 0.5]);
  });

  it("lays half transparent pixels on white", () => {
    const spec = { ...PLAIN, widthPx: 1 };

    const { data } = toClassifierInput(
      { widthPx: 1, heightPx: 1, channels: 4, data: Uint8Array.of(0, 0, 0, 51) },
      spec,
    );

    expect(firstChannel(data)).toEqual([Math.fround(204 / 255)]);
  });

  it.each([
    ["no pixels", { widthPx: 0, heightPx: 0, channels: 3, data: new Uint8Array(0) }],
    ["too few bytes", { widthPx: 2, heightPx: 2, channels: 3, data: new Uint8Array(11) }],
  ] as const)("is not made of %s", (_, picture) => {
    expect(() => toClassifierInput(picture, PLAIN)).toThrow("do not fill");
  });

  it.each([
    [1, 20_000],
    [20_000, 1],
  ])("is made of a picture of %i x %i pixels", (widthPx, heightPx) => {
    const picture = { widthPx, heightPx, channels: 3, data: new Uint8Array(widthPx * heightPx * 3) } as const;
    const spec: InputSpec = { ...PLAIN, resize: "bicubic", fit: "center-crop", widthPx: 4, heightPx: 4 };

    expect(toClassifierInput(picture, spec).data).toHaveLength(48);
  });

  it("is not made of a strip that would fill the memory", () => {
    const strip = { widthPx: 1, heightPx: 20_000, channels: 3, data: new Uint8Array(60_000) } as const;
    const spec: InputSpec = { ...PLAIN, resize: "bicubic", fit: "center-crop", widthPx: 224, heightPx: 224 };

    expect(() => toClassifierInput(strip, spec)).toThrow("1x20000 pixels is too narrow");
  });
});
