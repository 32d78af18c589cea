import { UserError } from "../core/errors.ts";
import type { ImageRequest } from "../core/image-request.ts";
import type { Interaction } from "../core/interaction.ts";
import type { Job, NewJob, Tier } from "../core/job.ts";
import type { Moderation } from "../core/moderation.ts";
import { readCaps, withinCaps, type Caps } from "../core/place-settings.ts";
import type { Place } from "../core/platform.ts";
import type { KeyValueStore } from "../core/stores.ts";
import { taughtIn, type TaughtConcepts, type TaughtRef } from "../core/taught.ts";
import { ALLOW, worst, type Verdict } from "../core/verdict.ts";

/** Above this many pictures in one go nobody waits for the last of them. */
const MAX_INTERACTIVE_PICTURES = 4;

/** What decides how strict the policy is. */
export interface RequestPlace {
  readonly platform: string;
  readonly ageRestricted: boolean;
  /** The request starts from somebody's picture. */
  readonly uploaded: boolean;
}

export interface SubmitDeps {
  /** The policy's verdict on all texts of a request together, in the place where it was asked. */
  readonly review: (request: ImageRequest, where: RequestPlace) => Verdict;
  /** Where the limits of places are. */
  readonly settings: KeyValueStore;
  /** What communities taught. */
  readonly taught: Pick<TaughtConcepts, "list">;
  /** Where what was refused or held goes. */
  readonly moderation: Pick<Moderation, "requests">;
  /** Checks limits and quotas of all jobs together and enqueues them in order, or rejects with a UserError and enqueues none. */
  readonly admit: (jobs: readonly NewJob[], caps: Caps) => Promise<readonly Job[]>;
}

/**
 * Turns an interaction's complete requests into jobs. The interaction's id is their key, so that an event that a platform sends twice is
 * drawn once. Rejects with UserError refused (with the id for an appeal) or held before anything is admitted.
 */
export async function submitRequests(
  { review, admit, moderation, settings, taught }: SubmitDeps,
  { id, person, place, address }: Interaction,
  given: readonly ImageRequest[],
): Promise<readonly Job[]> {
  const known = await taught.list(place);
  const caps = await readCaps(settings, place);
  const requests = given.map((request) => withinCaps(withTaught(request, known), caps));
  const verdicts = requests.map((request) => review(request, placeOf(request, place)));
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
  return admit(jobs, caps);
}

/** The request with the pictures of what its prompt names; what it was made from may have named things that are forgotten since. */
function withTaught(request: ImageRequest, known: readonly TaughtRef[]): ImageRequest {
  const names = new Set(known.map(({ name }) => name));
  const older = (request.taught ?? []).filter(({ name }) => !names.has(name));
  const taught = taughtIn(request.prompt, [...known, ...older]);
  return taught.length === 0 ? request : { ...request, taught };
}

/** A picture that this bot made before is nobody's upload; one that came from outside stays one in every request that is made from it. */
export function placeOf(
  { inputs, parent, taught = [] }: ImageRequest,
  { platform, ageRestricted }: Place,
): RequestPlace {
  const uploaded = [...Object.values(inputs ?? {}), ...taught.map(({ picture }) => picture)].some(
    (ref) => ref.uploaded,
  );
  return { platform, ageRestricted, uploaded: uploaded || (inputs !== undefined && parent === undefined) };
}
