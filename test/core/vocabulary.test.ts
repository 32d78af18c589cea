import { describe, expect, it } from "vitest";
import { reviewPrompt, unknownWordsNote } from "../../src/core/vocabulary.ts";
import { stickers } from "./sample-models.ts";

const review = (prompt: string) => reviewPrompt(prompt, stickers.vocabulary!);

describe("reviewPrompt", () => {
  it.each([
    "a fox",
    "Two red FOXES in the snow, at night",
    "three kittens and 4 mice",
    "a cherry",
    "wolves to the left of an ice-cream",
    "the fox's balloon",
    "a very cute small cat under a starry sky, 3d style",
    "(fox:1.3), [cat]",
    "",
  ])("finds nothing unknown in %j", (prompt) => {
    expect(review(prompt).unknown).toEqual([]);
  });

  it.each<[string, string[], string[]]>([
    ["a foxx and a baloon", ["foxx", "baloon"], ["balloon", "fox"]],
    ["a kiten", ["kiten"], ["cat"]],
    ["a cta, a cta", ["cta"], ["cat"]],
  ])("finds what is unknown in %j", (prompt, unknown, nearest) => {
    const { unknown: found, known } = review(prompt);

    expect(found).toEqual(unknown);
    expect(known.slice(0, nearest.length)).toEqual(nearest);
  });

  it("names what it knows also where nothing is spelled like it", () => {
    const { unknown, known } = review("a zeppelin over a volcano");

    expect(unknown).toEqual(["zeppelin", "volcano"]);
    expect(known).toHaveLength(5);
  });
});

describe("unknownWordsNote", () => {
  it("names the words, what is spelled like them, and where to look", () => {
    expect(unknownWordsNote("a zeppelin and a foxx", stickers)).toBe(
      "Stickers v0 does not know “zeppelin”, “foxx”. It knows fox, cat, wolf, mouse, balloon and 2 more things: /models lists them.",
    );
  });

  it("stays short for a long story", () => {
    const note = unknownWordsNote("once upon midnight dreary pondered weak weary quaint curious volume", stickers);

    expect(note).toMatch(/^Stickers v0 does not know (“\w+”, ){4}“\w+” and 5 more/);
  });

  it("has nothing to say about known words", () => {
    expect(unknownWordsNote("a red fox", stickers)).toBeUndefined();
  });
});
