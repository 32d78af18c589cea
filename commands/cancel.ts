import type { Command, Context } from "../src/core/command.ts";
import { UserError } from "../src/core/errors.ts";
import { cancelJob } from "../src/core/cancel-job.ts";
import type { Job } from "../src/core/job.ts";
import { notice } from "../src/core/message.ts";
import { textOf } from "../src/core/texts/text.ts";

/** Nobody has more waiting than the limits allow; this is far above them. */
const MAX_JOBS = 1000;

export default {
  name: "cancel",
  description: "Stop one of your requests, or all of them",
  options: [
    {
      name: "job",
      flags: [],
      kind: "job",
      description: "Its id from /queue, or all; without it, your newest",
      example: "k3f9x2ab",
    },
  ],
  async run(context, { job: asked }) {
    const jobs = await chosenJobs(context, asked);
    let cancelled = 0;
    for (const job of jobs) {
      const outcome = await cancelJob(context, job);
      if (outcome !== "finished") cancelled += 1;
      else if (jobs.length === 1) throw new UserError("job-finished");
    }
    const only = jobs.length === 1 ? jobs[0] : undefined;
    const text = jobs.length === 0 ? "You have nothing waiting." : `Cancelled: ${cancelled} of ${jobs.length}.`;
    await context.reply(
      notice(only ? textOf(context.interaction.locale, "answer.cancelled-job", { job: only.id }) : text),
    );
  },
} satisfies Command;

async function chosenJobs({ queue, interaction }: Context, asked: unknown): Promise<readonly Job[]> {
  if (typeof asked === "string" && asked !== "all") {
    const job = await queue.get(asked);
    if (!job) throw new UserError("job-unknown", { job: asked });
    return [job];
  }
  const { id: person, platform } = interaction.person;
  const limit = asked === "all" ? MAX_JOBS : 1;
  return queue.list({ person, platform, states: ["queued", "running"], limit });
}
