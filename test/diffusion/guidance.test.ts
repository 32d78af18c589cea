import { describe, expect, it } from "vitest";
import { guidanceEmbedding, guide, guideInstruct, rescaleGuidance } from "../../src/diffusion/guidance.ts";

const f32 = (...values: number[]) => Float32Array.from(values);

describe("guide", () => {
  it("moves from the negative output through the text's", () => {
    expect([...guide(f32(1, 2), [{ output: f32(2, 0), weight: 1 }], 3)]).toEqual([4, -4]);
  });

  it("gives the text's output at scale 1", () => {
    expect([...guide(f32(1, 2), [{ output: f32(5, 7), weight: 1 }], 1)]).toEqual([5, 7]);
  });

  it("adds up texts by their weights", () => {
    const texts = [
      { output: f32(2, 1), weight: 0.5 },
      { output: f32(1, 3), weight: 2 },
    ];

    expect([...guide(f32(1, 1), texts, 2)]).toEqual([2, 9]);
  });
});

describe("guideInstruct", () => {
  it("weighs text and picture apart", () => {
    const outputs = { text: f32(5), image: f32(3), unconditional: f32(2) };

    expect([...guideInstruct(outputs, 4, 1.5)]).toEqual([2 + 4 * 2 + 1.5 * 1]);
  });
});

describe("rescaleGuidance", () => {
  it("gives the guided output the text's deviation at 1 and leaves it at 0", () => {
    const guided = f32(-4, 0, 4, 8);
    const text = f32(1, 2, 3, 4);

    expect([...rescaleGuidance(guided, text, 1)]).toEqual([-1, 0, 1, 2]);
    expect([...rescaleGuidance(guided, text, 0)]).toEqual([-4, 0, 4, 8]);
    expect([...rescaleGuidance(guided, text, 0.5)]).toEqual([-2.5, 0, 2.5, 5]);
  });
});

describe("guidanceEmbedding", () => {
  it("is sines then cosines of guidance minus one, padded to an odd width", () => {
    const embedding = guidanceEmbedding(8.5, 5);

    const angles = [7500, 7500 / 10000];
    const expected = [...angles.map(Math.sin), ...angles.map(Math.cos), 0];
    expect([...embedding].map((value, i) => Math.abs(value - expected[i]!) < 1e-3)).toEqual(expected.map(() => true));
  });
});
