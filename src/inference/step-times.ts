import type { ImageRequest } from "../core/image-request.ts";

/** How long one denoising step takes, learnt from what was seen. */
export interface StepTimes {
  /** Milliseconds of one step of this request; undefined while the model is unmeasured. */
  expectedMs(request: ImageRequest): number | undefined;
  learn(request: ImageRequest, stepMs: number): void;
}

/** New measurements count for this much: follows a machine that gets busy, ignores one slow step. */
const WEIGHT = 0.2;

/** Milliseconds per megapixel and model, as an exponential moving average. */
export function createStepTimes(): StepTimes {
  const msPerWork = new Map<string, number>();

  return {
    expectedMs(request) {
      const known = msPerWork.get(request.model);
      return known === undefined ? undefined : known * work(request);
    },
    learn(request, stepMs) {
      const measured = stepMs / work(request);
      const known = msPerWork.get(request.model) ?? measured;
      msPerWork.set(request.model, known + WEIGHT * (measured - known));
    },
  };
}

/** Megapixels of one step. */
function work(request: ImageRequest): number {
  return (request.widthPx * request.heightPx * request.pictures.length) / 1e6;
}
