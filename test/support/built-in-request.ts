import type { ImageRequest } from "../../src/core/image-request.ts";
import { imageRequest } from "./image-request.ts";

/** Two small pictures of the built-in model, quick to draw. */
export function builtInRequest(fields: Partial<ImageRequest> = {}): ImageRequest {
  return imageRequest({
    model: "easel-v0",
    widthPx: 128,
    heightPx: 128,
    steps: 4,
    guidanceScale: 2.5,
    scheduler: { name: "", config: {} },
    ...fields,
  });
}
