import type { ImageRequest } from "../../src/core/image-request.ts";
import type { Job } from "../../src/core/job.ts";
import { drawPictures } from "../../src/core/picture-styles.ts";
import { stickers } from "./sample-models.ts";

/** A complete request of the sticker model; seeds from 7. */
export function sampleRequest(change: Partial<ImageRequest> = {}, count = 4): ImageRequest {
  return {
    mode: "text-to-image",
    prompt: "a fox",
    negativePrompt: "",
    model: "stickers",
    widthPx: 128,
    heightPx: 128,
    steps: 12,
    guidanceScale: 2.5,
    scheduler: { name: "", config: {} },
    pictures: drawPictures({ prompt: "a fox", seed: 7, count }, stickers),
    tile: false,
    private: false,
    notes: [],
    ...change,
  };
}

/** A delivered job of ann's in the channel art, with one result picture for every recipe. */
export function sampleJob(change: Partial<Job> = {}): Job {
  const request = change.request ?? sampleRequest();
  return {
    id: "k3f9x2ab",
    key: "test:1",
    tier: "interactive",
    person: { platform: "test", id: "ann", name: "Ann", moderator: false, roles: [] },
    place: { platform: "test", community: "club", channel: "art", ageRestricted: false },
    address: { platform: "test" },
    state: "delivered",
    attempts: 1,
    createdAt: Date.UTC(2026, 0, 2),
    result: {
      pictures: request.pictures.map(({ seed, prompt, style }, i) => ({
        blob: { sha256: `${i}`.repeat(64), mimeType: "image/png" },
        widthPx: request.widthPx,
        heightPx: request.heightPx,
        seed,
        prompt,
        ...(style === undefined ? {} : { style }),
        pixelsSha256: `${i}`.repeat(64),
        altText: `AI-generated image: ${prompt}`,
        spoiler: false,
      })),
      timings: { textMs: 10, denoiseMs: 700, decodeMs: 90, filterMs: 20, totalMs: 820 },
      notes: [],
    },
    ...change,
    request,
  };
}

/** A job that is not finished. */
export function openJob(change: Partial<Job> = {}): Job {
  const { result: _, ...job } = sampleJob({ state: "queued", ...change });
  return job;
}
