import { describe, expect, it } from "vitest";
import { parseWeights, splitAnd, withoutWeights } from "../../../src/diffusion/text/prompt-weights.ts";

/** Fragments as [text, weight rounded to 4 digits], breaks as they are. */
function parsed(prompt: string) {
  return parseWeights(prompt).map((fragment) =>
    fragment === "break" ? fragment : [fragment.text, Number(fragment.weight.toFixed(4))],
  );
}

describe("parseWeights", () => {
  it.each([
    ["a red fox", [["a red fox", 1]]],
    [
      "a (red) fox",
      [
        ["a ", 1],
        ["red", 1.1],
        [" fox", 1],
      ],
    ],
    [
      "a (red:1.3) fox",
      [
        ["a ", 1],
        ["red", 1.3],
        [" fox", 1],
      ],
    ],
    [
      "a ((red)) fox",
      [
        ["a ", 1],
        ["red", 1.21],
        [" fox", 1],
      ],
    ],
    [
      "a [red] fox",
      [
        ["a ", 1],
        ["red", 0.9091],
        [" fox", 1],
      ],
    ],
    [
      "((red:1.5) fox)",
      [
        ["red", 1.65],
        [" fox", 1.1],
      ],
    ],
    [String.raw`a \(red\) fox`, [["a (red) fox", 1]]],
    ["a castle: golden hour", [["a castle: golden hour", 1]]],
    ["(unclosed", [["unclosed", 1.1]]],
    ["closed) twice)", [["closed) twice)", 1]]],
    ["sky BREAK sea", [["sky", 1], "break", ["sea", 1]]],
    ["BREAKFAST", [["BREAKFAST", 1]]],
    ["(x:-0.5)", [["x", -0.5]]],
    ["", []],
  ])("reads %j", (prompt, fragments) => {
    expect(parsed(prompt)).toEqual(fragments);
  });

  it("loses no word of the prompt", () => {
    const prompt = "((masterpiece)), [blurry:0.5], (a (very:1.2) old) castle";

    expect(withoutWeights(prompt)).toBe("masterpiece, blurry:0.5, a very old castle");
  });
});

describe("splitAnd", () => {
  it.each([
    [
      "a cat AND a dog",
      [
        { text: "a cat ", weight: 1 },
        { text: " a dog", weight: 1 },
      ],
    ],
    [
      "a cat :0.7 AND a dog :1.2",
      [
        { text: "a cat", weight: 0.7 },
        { text: " a dog", weight: 1.2 },
      ],
    ],
    ["a time: 7", [{ text: "a time: 7", weight: 1 }]],
    ["SAND and sea", [{ text: "SAND and sea", weight: 1 }]],
  ])("splits %j", (prompt, parts) => {
    expect(splitAnd(prompt)).toEqual(parts);
  });
});
