import { pictureOf } from "./follow-up-requests.ts";
import { pictureOfJob } from "./given-picture.ts";
import { shownCount, type ImageRequest } from "./image-request.ts";
import type { Job } from "./job.ts";
import type { ModelInfo } from "./model.ts";
import type { Size } from "./option-values.ts";
import { MAX_SEED } from "./options.ts";
import { PAN_ZOOM, planAspect, planZoom, type Direction, type OutpaintPlan } from "./outpaint-plan.ts";
import { drawPictures } from "./picture-styles.ts";
import { outpaintStrength, surroundingWords } from "./surroundings.ts";
import { checkMode, type ResolveDeps } from "./resolve-request.ts";

/** What a button adds around a picture. */
export type Extension = (model: ModelInfo, picture: Size) => OutpaintPlan;

export const zoomOut =
  (factor: number): Extension =>
  (model, picture) =>
    planZoom(model, picture, "all", factor);

export const pan =
  (direction: Direction): Extension =>
  (model, picture) =>
    planZoom(model, picture, direction, PAN_ZOOM);

/** Even where the model has no square size, the picture gets as square as it can. */
export const makeSquare: Extension = (model, picture) =>
  planAspect(model, picture, "1:1") ?? planZoom(model, picture, "all", 1);

/**
 * One picture with more around it, as many times as its request had pictures; words and style go on. Throws UserError picture-unknown,
 * model-unknown, model-cannot.
 */
export function extendRequest(job: Job, index: number, extend: Extension, deps: ResolveDeps): ImageRequest {
  const { picture, recipe } = pictureOf(job, index);
  const model = deps.models.get(job.request.model);
  checkMode(model, "outpaint");
  const { expand, size, notes } = extend(model, picture);
  const { bestOf: _, region: __, blendWeights: ___, factor: ____, ...request } = job.request;
  const seed = deps.random(MAX_SEED + 1);
  const { style } = recipe;
  return {
    ...request,
    ...size,
    mode: "outpaint",
    expand,
    strength: outpaintStrength(model),
    pictures: drawPictures(
      {
        prompt: surroundingWords(job.request.prompt, model),
        seed,
        count: shownCount(job.request),
        ...(style === undefined ? {} : { style }),
      },
      model,
    ),
    inputs: { image: pictureOfJob(job, index).ref },
    parent: { job: job.id, index },
    notes,
  };
}
