import { describe, expect, it } from "vitest";
import { createCosineTransform } from "../../src/numerics/cosine-transform.ts";
import { seededRandom } from "../support/seeded-random.ts";

const random = seededRandom(1);
const values = Float32Array.from({ length: 16 * 16 }, () => random(256));

const scale = (k: number): number => Math.sqrt((k === 0 ? 1 : 2) / 16);

/** The definition of the orthonormal DCT-II, term by term. */
function coefficient(u: number, v: number): number {
  let sum = 0;
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 16; x++) {
      const wave = Math.cos((Math.PI * (x + 0.5) * u) / 16) * Math.cos((Math.PI * (y + 0.5) * v) / 16);
      sum += values[y * 16 + x]! * wave;
    }
  }
  return sum * scale(u) * scale(v);
}

describe("createCosineTransform", () => {
  it("computes the lowest coefficients by definition", () => {
    const { forward } = createCosineTransform(16, 8);

    const result = forward(values);

    const expected = Array.from({ length: 64 }, (_, i) => coefficient(i % 8, Math.floor(i / 8)));
    expect(Math.max(...expected.map((value, i) => Math.abs(value - result[i]!)))).toBeLessThan(1e-3);
  });

  it("gives a picture back from all of its coefficients", () => {
    const { forward, inverse } = createCosineTransform(16, 16);

    const back = inverse(forward(values));

    expect(Math.max(...back.map((value, i) => Math.abs(value - values[i]!)))).toBeLessThan(1e-3);
  });

  it("makes pictures of few waves that have just these waves", () => {
    const { forward, inverse } = createCosineTransform(16, 8);
    const waves = Float32Array.from({ length: 64 }, (_, i) => (i % 5) - 2);

    const back = forward(inverse(waves));

    expect(Math.max(...back.map((value, i) => Math.abs(value - waves[i]!)))).toBeLessThan(1e-5);
  });
});
