import { encodeButtonId } from "../../src/core/button-id.ts";
import type { Button } from "../../src/core/command.ts";
import { reportJob } from "../../src/core/report-job.ts";

/** Tells the moderators about a picture; asks for the reason where there are forms. */
export default {
  action: "report",
  async run(context, { job }) {
    const { interaction } = context;
    if (!interaction.openForm) return reportJob(context, job);
    await interaction.openForm({
      id: encodeButtonId({ action: "report", job: job.id }),
      title: "Report a picture",
      fields: [{ name: "reason", label: "What is wrong with it?", kind: "paragraph", required: false }],
    });
  },
  submit: (context, { job }, { reason }) => reportJob(context, job, String(reason ?? "").slice(0, 500)),
} satisfies Button;
