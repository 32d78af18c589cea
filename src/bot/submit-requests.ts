import { UserError } from "../core/errors.ts";
import type { ImageRequest } from "../core/image-request.ts";
import type { Interaction } from "../core/interaction.ts";
import type { Job, NewJob, Tier } from "../core/job.ts";
import type { Place } from "../core/platform.ts";
import { ALLOW, worst, type TextToReview, type Verdict } from "../core/verdict.ts";

/** Above this many pictures in one go nobody waits for the last of them. */
const MAX_INTERACTIVE_PICTURES = 4;

export interface SubmitDeps {
  /** The prompt filters' common verdict. */
  readonly review: (input: TextToReview) => Verdict;
  /** Checks limits and quotas of all jobs together and enqueues them in order, or rejects with a UserError and enqueues none. */
  readonly admit: (jobs: readonly NewJob[]) => Promise<readonly Job[]>;
}

/**
 * Turns an interaction's complete requests into jobs. The interaction's id is their key, so that an event that a platform sends twice is
 * drawn once. Rejects with UserError refused or held before anything is admitted.
 */
export async function submitRequests(
  { review, admit }: SubmitDeps,
  { id, person, place, address }: Interaction,
  requests: readonly ImageRequest[],
): Promise<readonly Job[]> {
  const reviewed = requests.map((request) => applyVerdict(request, reviewRequest(request, review, place)));
  const pictures = requests.reduce((sum, request) => sum + request.pictures.length, 0);
  const tier: Tier = pictures > MAX_INTERACTIVE_PICTURES ? "batch" : "interactive";
  return admit(
    reviewed.map((request, n) => {
      const key = requests.length === 1 ? id : `${id}#${n + 1}`;
      return { key, request, tier, person, place, address };
    }),
  );
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

function applyVerdict(request: ImageRequest, verdict: Verdict): ImageRequest {
  if (verdict.level === "allow") return request;
  if (verdict.level === "spoiler") return { ...request, spoiler: true };
  throw new UserError(verdict.level === "hold" ? "held" : "refused", { rule: verdict.rule });
}
