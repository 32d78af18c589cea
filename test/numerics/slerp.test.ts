import { describe, expect, it } from "vitest";
import { slerp } from "../../src/numerics/slerp.ts";

const right = Float32Array.of(2, 0);
const up = Float32Array.of(0, 2);

describe("slerp", () => {
  it("walks along the circle and keeps the length", () => {
    const half = slerp(right, up, 0.5);

    expect(half[0]).toBeCloseTo(Math.SQRT2, 6);
    expect(half[1]).toBeCloseTo(Math.SQRT2, 6);
  });

  it("starts at the first vector and ends at the second", () => {
    expect([...slerp(right, up, 0)]).toEqual([2, 0]);
    expect([...slerp(right, up, 1)]).toEqual([0, 2]);
  });

  it("goes straight between vectors of the same direction", () => {
    expect([...slerp(right, Float32Array.of(4, 0), 0.25)]).toEqual([2.5, 0]);
  });

  it("refuses vectors of different sizes", () => {
    expect(() => slerp(right, new Float32Array(3), 0.5)).toThrow("3 elements");
  });
});
