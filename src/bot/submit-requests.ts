import { UserError } from "../core/errors.ts";
import type { ImageRequest } from "../core/image-request.ts";
import type { Interaction } from "../core/interaction.ts";
import type { Job, NewJob, Tier } from "../core/job.ts";
import type { Moderation } from "../core/moderation.ts";
import type { Place } from "../core/platform.ts";
import { ALLOW, worst, type TextToReview, type Verdict } from "../core/verdict.ts";

/** Above this many pictures in one go nobody waits for the last of them. */
const MAX_INTERACTIVE_PICTURES = 4;

export interface SubmitDeps {
  /** The prompt filters' common verdict. */
  readonly review: (input: TextToReview) => Verdict;
  /** Where what was refused or held goes. */
  readonly moderation: Pick<Moderation, "requests">;
  /** Checks limits and quotas of all jobs together and enqueues them in order, or rejects with a UserError and enqueues none. */
  readonly admit: (jobs: readonly NewJob[]) => Promise<readonly Job[]>;
}

/**
 * Turns an interaction's complete requests into jobs. The interaction's id is their key, so that an event that a platform sends twice is
 * drawn once. Rejects with UserError refused (with the id for an appeal) or held before anything is admitted.
 */
export async function submitRequests(
  { review, admit, moderation }: SubmitDeps,
  { id, person, place, address }: Interaction,
  requests: readonly ImageRequest[],
): Promise<readonly Job[]> {
  const verdicts = requests.map((request) => reviewRequest(request, review, place));
  const pictures = requests.reduce((sum, request) => sum + request.pictures.length, 0);
  const tier: Tier = pictures > MAX_INTERACTIVE_PICTURES ? "batch" : "interactive";
  const jobs = requests.map((request, n): NewJob => {
    const key = requests.length === 1 ? id : `${id}#${n + 1}`;
    const shown = verdicts[n]?.level === "spoiler" ? { ...request, spoiler: true } : request;
    return { key, request: shown, tier, person, place, address };
  });

  const verdict = verdicts.reduce(worst, ALLOW);
  if (verdict.level === "refuse") {
    const appeal = await moderation.requests.refused(jobs, verdict.rule);
    throw new UserError("refused", { rule: verdict.rule, ...(appeal === undefined ? {} : { appeal }) });
  }
  if (verdict.level === "hold") {
    await moderation.requests.held(jobs, verdict.rule);
    throw new UserError("held", { rule: verdict.rule });
  }
  return admit(jobs);
}

function reviewRequest(request: ImageRequest, review: SubmitDeps["review"], place: Place): Verdict {
  const { ageRestricted, platform } = place;
  const prompts = new Set([request.prompt, ...request.pictures.map(({ prompt }) => prompt)]);
  const texts: TextToReview[] = [...prompts].map((text) => ({ text, part: "prompt", ageRestricted, platform }));
  if (request.negativePrompt !== "") {
    texts.push({ text: request.negativePrompt, part: "negative-prompt", ageRestricted, platform });
  }
  return texts.map((text) => review(text)).reduce(worst, ALLOW);
}
