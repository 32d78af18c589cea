import type { Context } from "./command.ts";
import { UserError } from "./errors.ts";
import type { Job } from "./job.ts";
import { notice } from "./message.ts";
import { textOf } from "./texts/text.ts";

/** Reports a job that has pictures, and thanks. Rejects with UserError picture-unknown, too-many-reports. */
export async function reportJob(
  { moderation, interaction, reply }: Pick<Context, "moderation" | "interaction" | "reply">,
  job: Job,
  reason?: string,
): Promise<void> {
  if (!job.result) throw new UserError("picture-unknown", { index: 1, count: 0 });
  await moderation.cases.report(job, interaction, reason === "" ? undefined : reason);
  await reply(notice(textOf(interaction.locale, "answer.reported")));
}
