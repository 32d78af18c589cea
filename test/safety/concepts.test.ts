import { describe, expect, it } from "vitest";
import { breaksConcept, readConcepts, type Concepts } from "../../src/safety/concepts.ts";

/** The image points along the first axis, so that a concept's cosine with it is the concept's first component. */
const IMAGE = [1, 0];
const pointing = (cosine: number) => [cosine, Math.sqrt(1 - cosine * cosine)];

/** Tables with one concept and one special care, whose scores (cosine minus threshold) are given. */
function tables(concept: number, care = -1): Concepts {
  return {
    concepts: { embeds: [pointing(0.25)], thresholds: [0.25 - concept] },
    specialCare: { embeds: [pointing(0.25)], thresholds: [0.25 - care] },
  };
}

describe("concepts", () => {
  it.each([
    [-0.1, false],
    [0, false],
    [0.0004, false],
    [0.0006, true],
    [0.001, true],
    [0.5, true],
  ])("flag a picture from half a thousandth on: %f", (score, flagged) => {
    expect(breaksConcept(IMAGE, tables(score))).toBe(flagged);
  });

  it("do not flag exactly half a thousandth, which rounds to even", () => {
    const exact: Concepts = {
      concepts: { embeds: [[1, 0]], thresholds: [1 - 2 ** -11] },
      specialCare: { embeds: [[-1, 0]], thresholds: [1] },
    };

    expect(breaksConcept(IMAGE, exact)).toBe(false);
  });

  it("never flag by special care alone", () => {
    expect(breaksConcept(IMAGE, tables(-0.02, 0.5))).toBe(false);
  });

  it("lower every threshold by a hundredth with special care", () => {
    expect(breaksConcept(IMAGE, tables(-0.009, 0.5))).toBe(true);
    expect(breaksConcept(IMAGE, tables(-0.009, 0.0004))).toBe(false);
    expect(breaksConcept(IMAGE, tables(-0.0096, 0.5))).toBe(false);
  });

  it("let one special care lower the next one's threshold", () => {
    const chain: Concepts = {
      concepts: { embeds: [pointing(0.25)], thresholds: [0.255] },
      specialCare: { embeds: [pointing(0.25), pointing(0.25)], thresholds: [0.2, 0.255] },
    };

    expect(breaksConcept(IMAGE, chain)).toBe(true);
  });

  it("flag a picture for any one of many", () => {
    const many: Concepts = {
      concepts: { embeds: [pointing(0.1), pointing(0.3), pointing(0.2)], thresholds: [0.9, 0.29, 0.9] },
      specialCare: tables(0).specialCare,
    };

    expect(breaksConcept(IMAGE, many)).toBe(true);
  });

  it.each([[[Number.NaN, 0]], [[0, 0]], [[Number.POSITIVE_INFINITY, 1]]])(
    "do not judge what is no direction: %j",
    (embedding) => {
      expect(() => breaksConcept(embedding, tables(0))).toThrow("not a finite vector");
    },
  );

  it("want embeddings of their own length", () => {
    expect(() => breaksConcept([1, 0, 0], tables(0))).toThrow("the embedding has 3 values, the concepts 2");
  });

  it("are read from a file, and a bad one is named by its field", () => {
    const file = {
      special_care_embeds: [[1, 0]],
      special_care_embeds_weights: [0.5],
      concept_embeds: [[0, 1]],
      concept_embeds_weights: [0.4],
    };

    expect(readConcepts("c.json", JSON.stringify(file)).concepts).toEqual({ embeds: [[0, 1]], thresholds: [0.4] });
    expect(() => readConcepts("c.json", JSON.stringify({ ...file, concept_embeds_weights: [] }))).toThrow(
      "concept_embeds_weights",
    );
    expect(() => readConcepts("c.json", JSON.stringify({ ...file, concept_embeds: [[1, null]] }))).toThrow(
      "concept_embeds[0][1]",
    );
  });
});
