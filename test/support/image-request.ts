import type { ImageRequest } from "../../src/core/image-request.ts";

/** A small complete request for two pictures of 16x16 pixels, seeds 7 and 8; fields can be replaced. */
export function imageRequest(fields: Partial<ImageRequest> = {}): ImageRequest {
  const prompt = fields.prompt ?? "a fox";
  return {
    mode: "text-to-image",
    prompt,
    negativePrompt: "",
    model: "m",
    widthPx: 16,
    heightPx: 16,
    steps: 3,
    guidanceScale: 1,
    scheduler: { name: "FlowMatchEulerDiscreteScheduler", config: {} },
    pictures: [
      { seed: 7, prompt },
      { seed: 8, prompt },
    ],
    tile: false,
    private: false,
    notes: [],
    ...fields,
  };
}
