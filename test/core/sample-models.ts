import { UserError } from "../../src/core/errors.ts";
import type { ModelInfo, ModelLibrary } from "../../src/core/model.ts";

/** Like the built-in model: one size, a closed vocabulary, five styles. */
export const stickers: ModelInfo = {
  id: "stickers",
  title: "Stickers v0: small scenes",
  licence: "Apache-2.0",
  path: "/models/stickers",
  modes: ["text-to-image", "image-to-image", "upscale"],
  sizes: {
    default: { widthPx: 128, heightPx: 128 },
    only: [{ widthPx: 128, heightPx: 128 }],
    multipleOf: 128,
    minPx: 128,
    maxPx: 128,
  },
  defaults: { steps: 12, guidanceScale: 2.5, negativePrompt: "", sampler: "", strength: 0.6 },
  limits: { maxSteps: 50, maxCount: 8 },
  vocabulary: {
    concepts: {
      fox: ["fox"],
      cat: ["cat", "cat face", "kitten"],
      balloon: ["balloon"],
      cherries: ["cherries"],
      mouse: ["mouse", "rat"],
      "ice cream": ["ice cream"],
      wolf: ["wolf"],
    },
    styles: {
      noto: ["emoji", "shaded emoji"],
      "fluent-3d": ["3d", "3d style"],
      "fluent-emoji-flat": ["flat", "flat style"],
      "noto-v1": ["classic"],
      fxemoji: ["soft", "soft flat"],
    },
    words: ["red", "blue", "small", "in the snow", "under a starry sky", "at night", "to the left of"],
  },
  alpha: true,
};

/** Like the built-in model, with everything that it can do. */
export const painter: ModelInfo = {
  ...stickers,
  id: "painter",
  modes: ["text-to-image", "image-to-image", "inpaint", "outpaint", "blend", "upscale"],
};

/** Like an inpainting Stable Diffusion: everything, in any shape. */
export const wide: ModelInfo = {
  id: "wide",
  title: "Wide",
  licence: "test",
  path: "/models/wide",
  modes: ["text-to-image", "image-to-image", "inpaint", "outpaint", "instruct", "upscale"],
  sizes: { default: { widthPx: 512, heightPx: 512 }, multipleOf: 8, minPx: 256, maxPx: 1024 },
  defaults: { steps: 20, guidanceScale: 7, negativePrompt: "", sampler: "", strength: 0.8 },
  limits: { maxSteps: 50, maxCount: 4 },
  alpha: false,
};

/** Like Stable Diffusion: any size within limits, any words, few steps. */
export const turbo: ModelInfo = {
  id: "sd-turbo",
  title: "SD Turbo",
  licence: "test",
  path: "/models/sd-turbo",
  modes: ["text-to-image", "image-to-image", "inpaint"],
  sizes: { default: { widthPx: 512, heightPx: 512 }, multipleOf: 8, minPx: 256, maxPx: 1024 },
  defaults: { steps: 2, guidanceScale: 0, negativePrompt: "blurry", sampler: "euler_a", strength: 0.5 },
  limits: { maxSteps: 8, maxCount: 4 },
  alpha: false,
};

/** Like SDXL: a list of sizes. */
export const buckets: ModelInfo = {
  ...turbo,
  id: "sdxl",
  title: "SDXL",
  sizes: {
    default: { widthPx: 1024, heightPx: 1024 },
    only: [
      { widthPx: 1024, heightPx: 1024 },
      { widthPx: 1344, heightPx: 768 },
      { widthPx: 768, heightPx: 1344 },
    ],
    multipleOf: 64,
    minPx: 768,
    maxPx: 1344,
  },
};

export function createSampleLibrary(models: readonly ModelInfo[] = [stickers, turbo, buckets]): ModelLibrary {
  return {
    list: () => models,
    defaultId: models[0]!.id,
    get(id) {
      const found = models.find((model) => model.id === id);
      if (found) return found;
      throw new UserError("model-unknown", { model: id, hint: "", installed: models.map(({ id }) => id).join(", ") });
    },
  };
}

/** A small deterministic random(below): mulberry32, for tests that need many different draws. */
export function createSeededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
