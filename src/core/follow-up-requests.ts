import { UserError } from "./errors.ts";
import type { ImageRequest, PictureRecipe, PictureVariation } from "./image-request.ts";
import type { Job, JobPicture } from "./job.ts";
import type { ModelInfo } from "./model.ts";
import type { Size } from "./option-values.ts";
import { MAX_SEED } from "./options.ts";
import { drawPictures } from "./picture-styles.ts";
import { checkMode, type ResolveDeps } from "./resolve-request.ts";

/** How far a variation moves from its picture: far enough for another picture, or just a little. */
export const VARIATION_STRENGTH = { strong: 0.45, subtle: 0.15 } as const;

export const UPSCALE_FACTOR = 2;
/** No picture gets larger than this on either side. */
export const MAX_UPSCALED_PX = 4096;

/**
 * The same wish with new seeds; styles that were drawn are drawn anew, and of variations the direction is. What is drawn around a picture
 * goes on in its style. Throws UserError model-unknown when the model is gone.
 */
export function rerollRequest(job: Job, { models, random }: ResolveDeps): ImageRequest {
  const { request } = job;
  const model = models.get(request.model);
  const first = random(MAX_SEED + 1);
  const seedOf = (i: number): number => (first + i) % (MAX_SEED + 1);
  return { ...request, pictures: rerolledPictures(request, model, seedOf), parent: { job: job.id } };
}

function rerolledPictures(
  { mode, prompt, style, pictures }: ImageRequest,
  model: ModelInfo,
  seedOf: (i: number) => number,
): readonly PictureRecipe[] {
  if (pictures.some(({ variation }) => variation !== undefined)) {
    return pictures.map((recipe, i) => redirect(recipe, seedOf(i)));
  }
  if (mode === "outpaint") return pictures.map((recipe, i) => ({ ...recipe, seed: seedOf(i) }));
  const wish = { prompt, seed: seedOf(0), count: pictures.length };
  return drawPictures(style === undefined ? wish : { ...wish, style }, model);
}

/** As many variations of one picture as its request had pictures. `strength` 0 to 1. Throws UserError picture-unknown. */
export function variationRequest(job: Job, index: number, strength: number, deps: ResolveDeps): ImageRequest {
  const { recipe } = pictureOf(job, index);
  deps.models.get(job.request.model);
  const seed = deps.random(MAX_SEED + 1);
  const { variation: of } = recipe;
  return {
    ...job.request,
    pictures: job.request.pictures.map((_, i) => {
      const variation: PictureVariation = { seed: (seed + i) % (MAX_SEED + 1), strength, ...(of ? { of } : {}) };
      return { ...recipe, variation };
    }),
    parent: { job: job.id, index },
  };
}

/** One picture, `factor` times larger. Throws UserError picture-unknown, model-cannot, option-out-of-range. */
export function upscaleRequest(
  job: Job,
  index: number,
  { models }: Pick<ResolveDeps, "models">,
  factor: number = UPSCALE_FACTOR,
): ImageRequest {
  const { picture, recipe } = pictureOf(job, index);
  const model = models.get(job.request.model);
  checkMode(model, "upscale");
  // What belonged to drawing the parent says nothing about enlarging, and there is one way to enlarge.
  const { strength: _, bestOf: __, expand: ___, region: ____, blendWeights: _____, ...request } = job.request;
  return {
    ...request,
    mode: "upscale",
    ...enlarged(picture, factor),
    factor,
    pictures: [recipe],
    inputs: { image: picture.blob },
    parent: { job: job.id, index },
    // What was said about the words was said with the first picture.
    notes: [],
  };
}

/** A size times `factor`. Throws UserError option-out-of-range where that is too large. */
export function enlarged({ widthPx, heightPx }: Size, factor: number): Size {
  const max = Math.floor(MAX_UPSCALED_PX / Math.max(widthPx, heightPx));
  if (factor > max) {
    const option = `factor (for ${widthPx}x${heightPx} pixels)`;
    throw new UserError("option-out-of-range", { option, min: 1, max, value: factor });
  }
  return { widthPx: widthPx * factor, heightPx: heightPx * factor };
}

/** A finished picture with the recipe that made it, by its place in the answer, from 0. Throws UserError picture-unknown. */
export function pictureOf(job: Job, index: number): { picture: JobPicture; recipe: PictureRecipe } {
  const pictures = job.result?.pictures ?? [];
  const picture = pictures[index];
  const recipe = job.request.pictures[picture?.recipe ?? index];
  if (!picture || !recipe) throw new UserError("picture-unknown", { index: index + 1, count: pictures.length });
  return { picture, recipe };
}

function redirect(recipe: PictureRecipe, seed: number): PictureRecipe {
  return recipe.variation ? { ...recipe, variation: { ...recipe.variation, seed } } : recipe;
}
