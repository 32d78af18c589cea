import { describe, expect, it } from "vitest";
import { outpaintStrength, surroundingWords } from "../../src/core/surroundings.ts";
import { stickers, turbo } from "./sample-models.ts";

describe("surroundingWords", () => {
  it.each([
    ["a red fox in the snow", "in the snow"],
    ["A FOX, in the snow, at night!", "in the snow, at night"],
    ["a fox under a starry sky to the left of a cat", "under a starry sky"],
    ["a fox", ""],
    ["a fox at nightfall", ""],
  ])("of “%s” for a model with few words are “%s”", (prompt, words) => {
    expect(surroundingWords(prompt, stickers)).toBe(words);
  });

  it("are the whole for a model that knows all words", () => {
    expect(surroundingWords("a red fox in the snow", turbo)).toBe("a red fox in the snow");
    expect([outpaintStrength(stickers), outpaintStrength(turbo)]).toEqual([0.7, 1]);
  });
});
