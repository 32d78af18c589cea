import { createHash } from "node:crypto";
import type { Clock } from "./core/clock.ts";
import type { Generated, GeneratedPicture } from "./core/generator.ts";
import type { Job, JobPicture, JobResult } from "./core/job.ts";
import { parametersText } from "./core/parameters-text.ts";
import { excerpt } from "./core/plain-text.ts";
import type { BlobStore } from "./core/stores.ts";
import { encodePicture } from "./images/encode.ts";
import type { Provenance } from "./provenance.ts";

/** What Discord takes for a description; Slack takes twice as many. */
const MAX_ALT_TEXT_CHARS = 1024;

/** Marks, encodes, labels, signs and stores what a device made: the last steps before a job counts as rendered. */
export function createResultEncoder(deps: {
  readonly blobs: BlobStore;
  readonly program: string;
  readonly provenance: Pick<Provenance, "mark" | "publish">;
  readonly clock: Clock;
}): (generated: Generated, job: Job) => Promise<JobResult> {
  async function toJobPicture(picture: GeneratedPicture, index: number, { id, request }: Job): Promise<JobPicture> {
    const recipe = request.pictures[picture.recipe ?? index]!;
    // The recipe of an extended picture may name its surroundings alone.
    const shown = request.mode === "outpaint" && request.prompt !== "" ? request.prompt : recipe.prompt;
    const altText = excerpt(`AI-generated image: ${shown}`, MAX_ALT_TEXT_CHARS);
    const labelled = await encodePicture(await deps.provenance.mark(picture), {
      source: request.inputs === undefined ? "trainedAlgorithmicMedia" : "compositeWithTrainedAlgorithmicMedia",
      creatorTool: deps.program,
      aiSystem: request.model,
      description: altText,
      parameters: parametersText(request, recipe),
    });
    const about = { job: id, index, model: request.model, madeAt: deps.clock.now() };
    const bytes = await deps.provenance.publish(labelled, "image/png", about);
    return {
      blob: await deps.blobs.put(bytes, "image/png"),
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
      seed: picture.seed,
      prompt: recipe.prompt,
      ...(recipe.style === undefined ? {} : { style: recipe.style }),
      pixelsSha256: createHash("sha256").update(picture.data).digest("hex"),
      altText,
      ...(picture.recipe === undefined ? {} : { recipe: picture.recipe }),
      spoiler: picture.verdict.level === "spoiler" || request.spoiler === true,
    };
  }

  return async (generated, job) => ({
    pictures: await Promise.all(generated.pictures.map((picture, index) => toJobPicture(picture, index, job))),
    timings: generated.timings,
    notes: generated.notes,
  });
}
