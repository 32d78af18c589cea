import { describe, expect, it } from "vitest";
import { leastSquares } from "../../src/numerics/least-squares.ts";

describe("leastSquares", () => {
  it("finds the matrix that made the samples", () => {
    const x = Float64Array.of(1, 0, 0, 1, 1, 1, 2, -1);
    // y = [2 a - b, 3 b]
    const y = Float64Array.of(2, 0, -1, 3, 1, 3, 5, -3);

    const matrix = leastSquares(x, y, 2, 2, 0);

    const apart = [...matrix].map((value, i) => Math.abs(value - [2, 0, -1, 3][i]!));
    expect(Math.max(...apart)).toBeLessThan(1e-12);
  });

  it("gives a direction that no sample shows no weight", () => {
    const matrix = leastSquares(Float64Array.of(1, 0, 2, 0), Float64Array.of(3, 6), 2, 1);

    expect(matrix[0]).toBeCloseTo(3, 2);
    expect(matrix[1]).toBe(0);
  });
});
