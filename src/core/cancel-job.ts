import type { Context } from "./command.ts";
import { UserError } from "./errors.ts";
import { checkMayCancel } from "./job-access.ts";
import type { Job } from "./job.ts";

/** Cancels a job for the one who asks, when they may. Rejects with UserError job-not-yours, job-unknown. */
export async function cancelJob(
  { queue, interaction: { person, place } }: Pick<Context, "queue" | "interaction">,
  job: Job,
): Promise<"cancelled" | "cancelling" | "finished"> {
  checkMayCancel(job, person, place);
  const outcome = await queue.cancel(job.id, person.id);
  if (outcome === "unknown") throw new UserError("job-unknown", { job: job.id });
  return outcome;
}
