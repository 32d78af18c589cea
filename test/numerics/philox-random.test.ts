import { describe, expect, it } from "vitest";
import { createPhiloxRandom } from "../../src/numerics/philox-random.ts";

/** torch.randn(12, device="cuda") after torch.manual_seed(0). */
const CUDA_SEED_0 = [
  -0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564, -0.62285122, -0.32838709, -1.07454231,
  -0.36314407, -1.67105067, 2.26550497,
];

describe("createPhiloxRandom", () => {
  it("draws the normals of torch.randn on a CUDA device", () => {
    const values = createPhiloxRandom(0).randn(12);

    for (const [i, wanted] of CUDA_SEED_0.entries()) expect(values[i]).toBeCloseTo(wanted, 6);
  });

  it("draws new numbers at every draw, the same for the same seed", () => {
    const [one, other] = [createPhiloxRandom(2 ** 40 + 7), createPhiloxRandom(2 ** 40 + 7)];

    const [first, second] = [one.randn(64), one.randn(64)];

    expect(second).not.toEqual(first);
    expect([other.randn(64), other.randn(64)]).toEqual([first, second]);
  });

  it("uses the bits of a seed above 2^32", () => {
    expect(createPhiloxRandom(2 ** 32).randn(4)).not.toEqual(createPhiloxRandom(0).randn(4));
  });

  it("draws standard normals and uniforms in [0, 1)", () => {
    const normals = createPhiloxRandom(3).randn(20_000);
    const uniforms = createPhiloxRandom(3).rand(20_000);

    const mean = normals.reduce((sum, value) => sum + value, 0) / normals.length;
    const variance = normals.reduce((sum, value) => sum + value * value, 0) / normals.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    expect(uniforms.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it("refuses a negative seed", () => {
    expect(() => createPhiloxRandom(-1)).toThrow("seed");
  });
});
