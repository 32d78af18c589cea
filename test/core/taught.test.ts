import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { readTaughtName, taughtIn } from "../../src/core/taught.ts";
import { stickers } from "./sample-models.ts";

function faultOf(name: string): string {
  try {
    readTaughtName(name, stickers.vocabulary);
  } catch (error) {
    if (error instanceof UserError && error.code === "teach-name") return String(error.params["reason"]);
    throw error;
  }
  return "";
}

describe("readTaughtName", () => {
  it.each([
    ["ourmascot", "ourmascot"],
    [":our_mascot:", "our_mascot"],
    ["  Our   Mascot ", "Our Mascot"],
    ["Füchslein", "Füchslein"],
    ["gopher 2", "gopher 2"],
  ])("takes %s", (typed, kept) => {
    expect(readTaughtName(typed, stickers.vocabulary)).toBe(kept);
  });

  it.each([
    ["x", "2 to 32 characters"],
    ["a".repeat(33), "2 to 32 characters"],
    ["one two three four", "at most 3 words"],
    ["", "letters"],
    ["12", "letters"],
    ["<script>", "letters"],
    ["-dash", "letters"],
    ["red", "where, how many"],
    ["two", "where, how many"],
    ["left of", "where, how many"],
    ["snow", "where, how many"],
    ["tiny", "where, how many"],
    ["fox", "knows it already"],
    ["Foxes", "knows it already"],
    ["ice-cream", "knows it already"],
    ["3d", "knows it already"],
    ["shaded emoji", "knows it already"],
  ])("refuses %s", (name, reason) => {
    expect(faultOf(name)).toContain(reason);
  });

  it("asks nobody's vocabulary where there is none", () => {
    expect(readTaughtName("fox", undefined)).toBe("fox");
  });
});

const ref = (name: string) => ({ name, picture: { sha256: "0".repeat(64), mimeType: "image/png" } });

describe("taughtIn", () => {
  const taught = ["ourmascot", "Our Van", "gopher"].map(ref);

  it.each([
    [":ourmascot: in the snow, 3d", ["ourmascot"]],
    ["<:ourmascot:123456789012345678> at night", ["ourmascot"]],
    ["two ourmascots and a our-van", ["ourmascot", "Our Van"]],
    ["OURMASCOT!", ["ourmascot"]],
    ["ourmascotte in a van", []],
    ["a fox", []],
  ])("finds what %s names", (prompt, names) => {
    expect(taughtIn(prompt, taught).map(({ name }) => name)).toEqual(names);
  });

  it("takes no more than are drawn", () => {
    const many = Array.from({ length: 8 }, (_, i) => ref(`thing${i}`));

    expect(taughtIn(many.map(({ name }) => name).join(" "), many)).toHaveLength(5);
  });
});
