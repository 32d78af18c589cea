import type { Context } from "./command.ts";
import { UserError } from "./errors.ts";
import { pictureOf } from "./follow-up-requests.ts";
import type { PictureRef } from "./image-request.ts";
import type { OptionValues } from "./interaction.ts";
import { checkMaySee } from "./job-access.ts";
import type { Job } from "./job.ts";
import { INPUT_OPTION, type OptionSpec } from "./options.ts";

/** A picture that somebody points at: of a finished job, or one that they attach. */
export interface GivenPicture {
  readonly ref: PictureRef;
  /** Where it was made, when it was made here. */
  readonly source?: { readonly job: Job; readonly index: number };
}

const JOB_OPTION: OptionSpec = {
  name: "job",
  flags: ["job"],
  kind: "job",
  description: "Or a request here: its id, from /history or below its pictures",
  example: "--job k3f9x2ab",
};

const PICTURE_OPTION: OptionSpec = {
  name: "picture",
  flags: ["picture"],
  kind: "integer",
  min: 1,
  max: 1000,
  description: "Which of the request's pictures; without it, the first",
  example: "--picture 2",
};

/** The options that point at a picture, for commands whose text says something else. */
export const GIVEN_OPTIONS: readonly OptionSpec[] = [INPUT_OPTION, JOB_OPTION, PICTURE_OPTION];

/** The same for commands that one types with the job alone: /upscale k3f9x2ab. */
export const GIVEN_BY_JOB: readonly OptionSpec[] = [
  { ...JOB_OPTION, flags: [], example: "k3f9x2ab" },
  PICTURE_OPTION,
  INPUT_OPTION,
];

/** The picture that the options point at. Rejects with UserError picture-missing, options-conflict, job-unknown, picture-unknown, and as Context.upload. */
export async function givenPicture(context: Context, options: OptionValues): Promise<GivenPicture> {
  const { image, job, picture } = options;
  if (image !== undefined && job !== undefined) {
    throw new UserError("options-conflict", { first: "image", second: "job" });
  }
  if (image !== undefined) return { ref: await context.upload(String(image)) };
  if (job === undefined) throw new UserError("picture-missing");
  return pictureOfJob(await visibleJob(context, String(job)), (typeof picture === "number" ? picture : 1) - 1);
}

/** A job that the person may see. Rejects with UserError job-unknown. */
export async function visibleJob({ queue, interaction }: Context, id: string): Promise<Job> {
  const job = await queue.get(id);
  if (!job) throw new UserError("job-unknown", { job: id });
  checkMaySee(job, interaction.person, interaction.place);
  return job;
}

/** A finished picture, by its place from 0. Throws UserError picture-unknown. */
export function pictureOfJob(job: Job, index: number): GivenPicture {
  const { blob, widthPx, heightPx } = pictureOf(job, index).picture;
  return { ref: { ...blob, widthPx, heightPx }, source: { job, index } };
}
