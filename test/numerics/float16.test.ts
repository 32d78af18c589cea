import { describe, expect, it } from "vitest";
import { fromFloat16Array, fromFloat16Bits, toFloat16Array, toFloat16Bits } from "../../src/numerics/float16.ts";
import { readGolden } from "../support/golden.ts";

const golden = readGolden("numbers", "float16.json") as { float32: number; float16: number }[];
const float32 = new Float32Array(new Uint32Array(golden.map((pair) => pair.float32)).buffer);

const isNumber = (half: number): boolean => (half & 0x7fff) <= 0x7c00;

describe("float16", () => {
  it("rounds to the nearest half float, ties to even, as NumPy does", () => {
    const halves = toFloat16Array(float32);

    expect([...halves]).toEqual(golden.map((pair) => pair.float16));
  });

  it("gives every half float back through float32", () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, half) => half);

    const back = toFloat16Array(fromFloat16Array(halves));

    expect(back.filter(isNumber)).toEqual(halves.filter(isNumber));
  });

  it("keeps what is not a number", () => {
    expect(fromFloat16Bits(toFloat16Bits(NaN))).toBeNaN();
    expect(fromFloat16Bits(0x7e01)).toBeNaN();
  });
});
