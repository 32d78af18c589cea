import { describe, expect, it } from "vitest";
import { toModelWords } from "../../src/core/model-words.ts";
import type { Vocabulary } from "../../src/core/model.ts";

const vocabulary: Vocabulary = {
  concepts: {
    fox: ["fox"],
    cherries: ["cherries"],
    "palm tree": ["palm tree"],
    owl: ["owl"],
    wolf: ["wolf"],
    fries: ["fries", "french fries"],
  },
  styles: { flat: ["flat"] },
  words: ["red", "big", "under a starry sky", "and", "stars"],
};

describe("a prompt in the model's words", () => {
  it.each([
    ["a fox in the snow", "a fox in the snow"],
    ["foxes under a starry sky", "fox under a starry sky"],
    ["two foxes under a starry sky", "a fox and a fox under a starry sky"],
    ["Two big red foxes, flat", "a big red fox and a big red fox, flat"],
    ["2 owls and a fox", "an owl and an owl and a fox"],
    ["a pair of wolves", "a wolf and a wolf"],
    ["two palm trees", "a palm tree and a palm tree"],
    ["three foxes", "three fox"],
    ["cherries and stars", "cherries and stars"],
    ["two zeppelins and a fox", "two zeppelins and a fox"],
    ["two red and blue things", "two red and blue things"],
    ["", ""],
  ])("%j becomes %j", (prompt, expected) => {
    expect(toModelWords(prompt, vocabulary)).toBe(expected);
  });
});
