import { cancelJob } from "../../src/core/cancel-job.ts";
import type { Button } from "../../src/core/command.ts";
import { UserError } from "../../src/core/errors.ts";
import { notice } from "../../src/core/message.ts";
import { textOf } from "../../src/core/texts/text.ts";

/** Stops a job that waits or runs; its own answer then says so to everybody. */
export default {
  action: "cancel",
  async run(context, { job }) {
    if ((await cancelJob(context, job)) === "finished") throw new UserError("job-finished");
    await context.reply(notice(textOf(context.interaction.locale, "answer.cancelled-job", { job: job.id })));
  },
} satisfies Button;
