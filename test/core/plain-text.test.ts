import { describe, expect, it } from "vitest";
import { cleanText, excerpt, quoteText, wordsOf } from "../../src/core/plain-text.ts";

describe("cleanText", () => {
  it("keeps every character of every script and drops controls", () => {
    expect(cleanText("狐 🦊 é\n\t\u0000\u001b[31m\u009f")).toBe("狐 🦊 é\n\t[31m");
  });
});

describe("excerpt", () => {
  it.each([
    ["short", 10, "short"],
    ["  two\nlines ", 20, "two lines"],
    ["exactly ten", 11, "exactly ten"],
    ["one too many", 11, "one too man…"],
    ["ab 🦊", 4, "ab…"],
    ["x".repeat(1_000_000), 3, "xxx…"],
    [" ".repeat(1000), 3, "…"],
  ])("cuts %.20j to %i", (text, maxChars, cut) => {
    expect(excerpt(text, maxChars)).toBe(cut);
  });
});

describe("quoteText", () => {
  it("takes the meaning out of markup", () => {
    expect(quoteText("**bold** `code`\nnext")).toBe("∗∗bold∗∗ ˋcodeˋ next");
  });
});

describe("wordsOf", () => {
  it("splits at everything that is not a word", () => {
    expect(wordsOf("A Cat's ice-cream (3d:1.2), naïve 狐!")).toEqual([
      "a",
      "cat's",
      "ice",
      "cream",
      "3d",
      "1",
      "2",
      "naïve",
      "狐",
    ]);
  });
});
