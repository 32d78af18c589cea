import type { Command } from "../src/core/command.ts";
import { UserError } from "../src/core/errors.ts";
import { checkMaySee } from "../src/core/job-access.ts";
import { reportJob } from "../src/core/report-job.ts";

export default {
  name: "report",
  description: "Tell the moderators about a picture that should not be here",
  options: [
    {
      name: "job",
      flags: [],
      kind: "job",
      description: "Its id, the last word below the picture",
      example: "k3f9x2ab",
      required: true,
    },
    {
      name: "reason",
      flags: ["reason"],
      kind: "text",
      max: 500,
      description: "What is wrong with it",
      example: "--reason shows a real person",
    },
  ],
  async run(context, { job: id, reason }) {
    const { queue, interaction } = context;
    const job = await queue.get(String(id));
    if (!job) throw new UserError("job-unknown", { job: String(id) });
    checkMaySee(job, interaction.person, interaction.place);
    await reportJob(context, job, typeof reason === "string" ? reason : undefined);
  },
} satisfies Command;
