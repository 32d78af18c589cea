import { describe, expect, it } from "vitest";
import { drawPictures, namedStyle, readStyle, styleForSeed } from "../../src/core/picture-styles.ts";
import { createSeededRandom, stickers, turbo } from "./sample-models.ts";

const STYLES = ["a", "b", "c", "d", "e"];

describe("styleForSeed", () => {
  it("gives every seed one style, always the same", () => {
    const styles = [0, 1, 7, 4_294_967_295].map((seed) => styleForSeed(seed, STYLES));

    expect(styles).toEqual([0, 1, 7, 4_294_967_295].map((seed) => styleForSeed(seed, STYLES)));
    expect(styles.every((style) => STYLES.includes(style!))).toBe(true);
  });

  it("has nothing to draw from an empty list", () => {
    expect(styleForSeed(7, [])).toBeUndefined();
  });

  it("repeats no style among as many pictures of one request as there are styles", () => {
    const random = createSeededRandom(5);

    for (let i = 0; i < 1000; i++) {
      const seed = random(2 ** 32 - STYLES.length);
      expect(new Set(STYLES.map((_, j) => styleForSeed(seed + j, STYLES))).size).toBe(STYLES.length);
    }
  });

  it("gives every style its share", () => {
    const random = createSeededRandom(6);
    const counts = new Map(STYLES.map((style) => [style, 0]));
    for (let i = 0; i < 5000; i++) {
      const style = styleForSeed(random(2 ** 32), STYLES)!;
      counts.set(style, counts.get(style)! + 1);
    }

    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe("drawPictures", () => {
  it("adds a drawn style's first phrase and names the style", () => {
    const pictures = drawPictures({ prompt: "a fox", seed: 10, count: 5 }, stickers);

    expect(new Set(pictures.map(({ style }) => style))).toEqual(new Set(Object.keys(stickers.vocabulary!.styles)));
    for (const { prompt, style } of pictures) {
      expect(prompt).toBe(`a fox, ${stickers.vocabulary!.styles[style!]![0]}`);
    }
  });

  it("does not depend on the other pictures", () => {
    const four = drawPictures({ prompt: "a fox", seed: 10, count: 4 }, stickers);

    expect(drawPictures({ prompt: "a fox", seed: 12, count: 1 }, stickers)).toEqual([four[2]]);
  });

  it("follows a style that is given or named in the prompt", () => {
    expect(drawPictures({ prompt: "a fox", style: "fluent-3d", seed: 1, count: 1 }, stickers)).toEqual([
      { seed: 1, prompt: "a fox, 3d", style: "fluent-3d" },
    ]);
    expect(drawPictures({ prompt: "a fox, soft flat", seed: 1, count: 2 }, stickers)).toEqual([
      { seed: 1, prompt: "a fox, soft flat", style: "fxemoji" },
      { seed: 2, prompt: "a fox, soft flat", style: "fxemoji" },
    ]);
  });

  it("leaves the prompt alone for a model without styles", () => {
    expect(drawPictures({ prompt: "a fox", seed: 1, count: 1 }, turbo)).toEqual([{ seed: 1, prompt: "a fox" }]);
  });
});

describe("namedStyle", () => {
  it.each([
    ["a fox, 3D style", "fluent-3d"],
    ["a soft flat fox", "fxemoji"],
    ["a flat fox", "fluent-emoji-flat"],
    ["a flatfish", undefined],
    ["a software engineer", undefined],
  ])("reads %j", (prompt, style) => {
    expect(namedStyle(prompt, stickers.vocabulary!.styles)).toBe(style);
  });
});

describe("readStyle", () => {
  it("knows a style by name and by phrase", () => {
    expect(readStyle(stickers, "Fluent-3D")).toBe("fluent-3d");
    expect(readStyle(stickers, "3d style")).toBe("fluent-3d");
  });
});
