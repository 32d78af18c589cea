import { describe, expect, it } from "vitest";
import type { OptionValues } from "../../src/core/interaction.ts";
import type { ModelInfo } from "../../src/core/model.ts";
import { MAX_SEED } from "../../src/core/options.ts";
import { resolveRequest, resolveRequests, type Wish } from "../../src/core/resolve-request.ts";
import { createSampleLibrary, createSeededRandom, stickers, turbo } from "./sample-models.ts";

const deps = { models: createSampleLibrary(), random: () => 41 };
const resolve = (prompt: string, options: OptionValues = {}, more: Partial<Wish> = {}) =>
  resolveRequest({ prompt, options, ...more }, deps);

describe("resolveRequest", () => {
  it("makes every choice that the person left open", () => {
    const request = resolve("a red fox");

    expect(request).toEqual({
      mode: "text-to-image",
      prompt: "a red fox",
      negativePrompt: "",
      model: "stickers",
      widthPx: 128,
      heightPx: 128,
      steps: 12,
      guidanceScale: 2.5,
      scheduler: { name: "", config: {} },
      pictures: [{ seed: 41, prompt: expect.stringMatching(/^a red fox, /), style: expect.any(String) }],
      tile: false,
      private: false,
      notes: [],
    });
  });

  it("takes what a model needs set from its defaults", () => {
    const tuning = { clipSkip: 1, guidanceRescale: 0.7, imageGuidanceScale: 1.2 };
    const anime = { ...turbo, id: "anime", defaults: { ...turbo.defaults, ...tuning } };
    const models = { list: () => [anime], get: () => anime, defaultId: "anime" };

    expect(resolveRequest({ prompt: "a fox", options: {} }, { ...deps, models })).toMatchObject(tuning);
    expect(resolve("a fox", { model: "sd-turbo" })).not.toHaveProperty("clipSkip");
  });

  it("follows the options over everything else", () => {
    const request = resolve("a fox", {
      model: "sd-turbo",
      negative: "text",
      size: "512x768",
      count: 2,
      seed: 7,
      steps: 4,
      guidance: 1.5,
      sampler: "euler",
      tile: true,
      private: true,
    });

    expect(request).toMatchObject({
      model: "sd-turbo",
      negativePrompt: "text",
      widthPx: 512,
      heightPx: 768,
      steps: 4,
      guidanceScale: 1.5,
      scheduler: { name: "EulerDiscreteScheduler" },
      pictures: [
        { seed: 7, prompt: "a fox" },
        { seed: 8, prompt: "a fox" },
      ],
      tile: true,
      private: true,
    });
    expect(request.pictures[0]).not.toHaveProperty("style");
  });

  it("counts seeds on past 2^32", () => {
    const request = resolve("a fox", { seed: MAX_SEED, count: 3 });

    expect(request.pictures.map(({ seed }) => seed)).toEqual([MAX_SEED, 0, 1]);
  });

  it("draws a seed from all 2^32", () => {
    const limits: number[] = [];

    resolveRequest({ prompt: "fox", options: {} }, { ...deps, random: (below) => limits.push(below) });

    expect(limits).toEqual([2 ** 32]);
  });

  it("takes sampler, steps and negative prompt of the model where nothing is said", () => {
    const request = resolve("a fox", { model: "sd-turbo" });

    expect(request).toMatchObject({
      steps: 2,
      guidanceScale: 0,
      negativePrompt: "blurry",
      scheduler: { name: "EulerAncestralDiscreteScheduler" },
    });
  });

  it("follows the person's settings as far as the model can", () => {
    const settings = { model: "sd-turbo", count: 8, style: "noto", ar: "9:16", private: true };

    expect(resolve("a fox", {}, { defaults: settings })).toMatchObject({
      model: "sd-turbo",
      pictures: { length: 4 },
      widthPx: 384,
      heightPx: 680,
      private: true,
    });
    expect(resolve("a fox", { model: "stickers" }, { defaults: settings })).toMatchObject({
      model: "stickers",
      style: "noto",
      pictures: { length: 8 },
      widthPx: 128,
    });
    expect(resolve("a fox", { private: false }, { defaults: settings }).private).toBe(false);
  });

  it("makes a recipe for every candidate where the best are asked for", () => {
    const models = createSampleLibrary([{ ...turbo, scorer: true }, stickers]);
    const ask = (wish: Partial<Wish>) => resolveRequest({ prompt: "a fox", options: {}, ...wish }, { ...deps, models });

    const best = ask({ options: { count: 2, "best-of": 3, seed: 7 } });
    const one = ask({ options: { "best-of": 1 } });
    const usual = ask({ options: { model: "stickers" }, defaults: { "best-of": 4 } });

    expect(best.bestOf).toBe(3);
    expect(best.pictures.map(({ seed }) => seed)).toEqual([7, 8, 9, 10, 11, 12]);
    expect([one.bestOf, one.pictures.length]).toEqual([undefined, 1]);
    expect([usual.bestOf, usual.pictures.length]).toEqual([undefined, 1]);
  });

  it("refuses to choose the best with a model that cannot tell", () => {
    expect(() => resolve("a fox", { "best-of": 4 })).toThrow(
      "stickers cannot choose the best of several candidates: its folder has no image-text scorer (scorer/).",
    );
  });

  it("keeps numbers that were chosen for another model to that model", () => {
    const earlier = { model: "sd-turbo", steps: 8, size: "512x768", sampler: "ddim", guidance: 3 };

    expect(resolve("a fox", {}, { defaults: earlier })).toMatchObject({ steps: 8, heightPx: 768, guidanceScale: 3 });
    expect(resolve("a fox", { model: "sdxl" }, { defaults: earlier })).toMatchObject({
      steps: 2,
      heightPx: 1024,
      guidanceScale: 0,
      scheduler: { name: "EulerAncestralDiscreteScheduler" },
    });
  });

  it("forgets a default model that is gone", () => {
    expect(resolve("a fox", {}, { defaults: { model: "removed" } }).model).toBe("stickers");
  });

  it("lets the input pictures decide what is done, and adds the strength", () => {
    const image = { sha256: "ab", mimeType: "image/png" };

    expect(resolve("a fox", {}, { inputs: { image } })).toMatchObject({ mode: "image-to-image", strength: 0.6 });
    expect(resolve("a fox", { model: "sd-turbo", strength: 0.2 }, { inputs: { image, mask: image } })).toMatchObject({
      mode: "inpaint",
      strength: 0.2,
    });
    expect(() => resolve("a fox", { model: "stickers" }, { inputs: { image, mask: image } })).toThrow(
      "stickers cannot redraw a part of a picture.",
    );
  });

  it("draws with a model that can, when nobody named one that cannot", () => {
    const image = { sha256: "ab", mimeType: "image/png" };

    expect(resolve("a fox", {}, { inputs: { image, mask: image } }).model).toBe("sd-turbo");
    expect(() => resolve("a fox", {}, { inputs: { image, second: image } })).toThrow("stickers cannot blend pictures.");
  });

  it("needs no words where there is a picture", () => {
    const image = { sha256: "ab", mimeType: "image/png" };

    expect(resolve("", { model: "sd-turbo" }, { inputs: { image } }).pictures).toEqual([{ seed: 41, prompt: "" }]);
    expect(resolve("", { style: "noto" }, { inputs: { image } }).pictures[0]!.prompt).toBe("emoji");
  });

  it.each([
    [640, 512, undefined, 640, 512],
    [1920, 1080, undefined, 680, 384],
    [500, 333, undefined, 624, 416],
    [640, 512, "1:1", 512, 512],
  ])("draws over a picture of %ix%i, with aspect %s, in %ix%i", (widthPx, heightPx, ar, width, height) => {
    const image = { sha256: "ab", mimeType: "image/png", widthPx, heightPx };
    const options = { model: "sd-turbo", ...(ar === undefined ? {} : { ar }) };

    const request = resolve("a fox", options, { inputs: { image }, defaults: { ar: "2:3" } });

    expect([request.widthPx, request.heightPx]).toEqual([width, height]);
  });

  it("says that strength does nothing without a picture", () => {
    const request = resolve("a fox", { strength: 0.5 });

    expect(request).not.toHaveProperty("strength");
    expect(request.notes).toEqual(["strength has no effect without an input picture."]);
  });

  it("redraws a sketch from noise alone, with a model that has a canvas for it", () => {
    const remembering: ModelInfo = { ...stickers, memory: true };
    const image = { sha256: "a".repeat(64), mimeType: "image/png" };
    const wish = { prompt: "a fox, 3d", options: { sketch: true }, inputs: { image } };
    const withMemory = { models: createSampleLibrary([remembering]), random: () => 41 };

    const request = resolveRequest(wish, withMemory);
    const without = resolveRequest({ prompt: "a fox, 3d", options: { sketch: true } }, withMemory);

    expect(request).toMatchObject({ mode: "image-to-image", strength: 1, inputs: { image } });
    expect(without.notes).toEqual(["sketch has no effect without an input picture."]);
    expect(() => resolveRequest(wish, deps)).toThrow("stickers cannot redraw a sketch: it has no canvas");
    expect(() => resolveRequest({ ...wish, options: { sketch: true, strength: 0.5 } }, withMemory)).toThrow(
      "sketch and strength cannot be used together",
    );
  });

  it("leaves the words to a model that reads them itself", () => {
    const remembering: ModelInfo = { ...stickers, memory: true };

    const request = resolveRequest(
      { prompt: "two foxes and a xylophone, 3d", options: {} },
      { models: createSampleLibrary([remembering]), random: () => 41 },
    );

    expect(request.pictures[0]?.prompt).toBe("two foxes and a xylophone, 3d");
    expect(request.notes).toEqual([]);
  });

  it("notes the words that the model does not know", () => {
    const request = resolve("a zeppelin in the snow");

    expect(request.notes).toEqual([
      "Stickers v0 does not know “zeppelin”. It knows cat, balloon, mouse, wolf, ice cream and 2 more things: /models lists them.",
    ]);
  });

  it("notes nothing for a model that knows all words", () => {
    expect(resolve("a zeppelin", { model: "sd-turbo" }).notes).toEqual([]);
  });

  it("gives the same request for the same draws", () => {
    const [first, second] = [1, 2].map(() =>
      resolveRequest({ prompt: "a fox", options: {} }, { ...deps, random: createSeededRandom(3) }),
    );

    expect(first).toEqual(second);
  });
});

describe("resolveRequests", () => {
  it("makes a request of every prompt, flags in braces included", () => {
    const requests = resolveRequests({ prompt: "a {red|blue} fox --style {noto|3d} --seed 7", options: {} }, deps);

    expect(requests.map(({ prompt, style, pictures }) => [prompt, style, pictures[0]!.seed])).toEqual([
      ["a red fox", "noto", 7],
      ["a red fox", "fluent-3d", 7],
      ["a blue fox", "noto", 7],
      ["a blue fox", "fluent-3d", 7],
    ]);
  });

  it("draws each request its own seed", () => {
    const random = createSeededRandom(1);
    const requests = resolveRequests({ prompt: "a {red|blue} fox", options: {} }, { ...deps, random });

    expect(requests[0]!.pictures[0]!.seed).not.toBe(requests[1]!.pictures[0]!.seed);
  });

  it("joins the fields beside the text with the flags in it", () => {
    const [request] = resolveRequests({ prompt: "a fox --seed 7", options: { count: 2 } }, deps);

    expect(request!.pictures.map(({ seed }) => seed)).toEqual([7, 8]);
  });

  it("holds the prompt to its limit after the flags are gone", () => {
    const prompt = "x".repeat(2000);

    expect(resolveRequests({ prompt: `${prompt} --seed 7`, options: { model: turbo.id } }, deps)[0]!.prompt).toBe(
      prompt,
    );
    expect(() => resolveRequests({ prompt: `${prompt}x`, options: { model: stickers.id } }, deps)).toThrow("2001");
  });
});
