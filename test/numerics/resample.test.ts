import { describe, expect, it } from "vitest";
import { resample, resampleNearest, type Filter, type NearestRule } from "../../src/numerics/resample.ts";
import { listGolden, readGolden } from "../support/golden.ts";

interface ResampleCase extends Readonly<Record<Filter | NearestRule | "source", string>> {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly newWidth: number;
  readonly newHeight: number;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

/** Other golden folders may hold no such file. */
const golden = listGolden("numbers")
  .filter((name) => name.startsWith("resample"))
  .flatMap((name) => (readGolden("numbers", name) as { cases: ResampleCase[] }).cases);

describe.each(golden)("$width x $height x $channels to $newWidth x $newHeight", (wanted) => {
  const size = { widthPx: wanted.width, heightPx: wanted.height, channels: wanted.channels };

  it.each(["bilinear", "bicubic", "lanczos"] as const)("equals Pillow's %s to the bit", (filter) => {
    const { data } = resample({ data: bytes(wanted.source), ...size }, wanted.newWidth, wanted.newHeight, filter);

    expect(data).toEqual(bytes(wanted[filter]));
  });

  it.each(["pillow", "torch"] as const)("takes the nearest pixel as %s does", (rule) => {
    const source = bytes(wanted.source);

    const target = resampleNearest(source, size, wanted.newWidth, wanted.newHeight, rule);

    expect(target).toEqual(bytes(wanted[rule]));
  });
});

describe("resample", () => {
  const size = { widthPx: 2, heightPx: 2, channels: 1 };

  it("takes the nearest of floats, too", () => {
    const target = resampleNearest(Float32Array.of(0.25, 0.5, 0.75, 1), size, 4, 1, "pillow");

    expect(target).toEqual(Float32Array.of(0.75, 0.75, 1, 1));
  });

  it("returns new pixels even where the size stays", () => {
    const data = Uint8Array.of(1, 2, 3, 4);

    const same = resample({ data, ...size }, 2, 2, "bicubic");

    expect(same.data).toEqual(data);
    expect(same.data).not.toBe(data);
  });

  it("refuses pixels that do not fill their size, and sizes without pixels", () => {
    expect(() => resample({ data: new Uint8Array(3), ...size }, 1, 1, "bicubic")).toThrow("3 values do not fill 2x2");
    expect(() => resample({ data: new Uint8Array(4), ...size }, 0, 1, "bicubic")).toThrow("0x1 is not a size");
  });
});
