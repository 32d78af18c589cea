import { describe, expect, it } from "vitest";
import { didYouMean, nearest, nearestFew } from "../../src/core/nearest.ts";

describe("nearest", () => {
  it.each([
    ["sede", "seed"],
    ["sed", "seed"],
    ["SEED", "seed"],
    ["stpes", "steps"],
    ["zeppelin", undefined],
    ["", undefined],
    ["x".repeat(1_000_000), undefined],
  ])("takes %.12j for %j", (word, meant) => {
    expect(nearest(word, ["seed", "steps", "guidance"])).toBe(meant);
  });

  it("has nothing to offer without candidates", () => {
    expect(didYouMean("seed", [])).toBe("");
  });
});

describe("nearestFew", () => {
  it("puts the fewest edits first and keeps to its limit", () => {
    expect(nearestFew("house", ["mouse", "house", "hose", "zebra"], 2)).toEqual(["house", "mouse"]);
  });
});
