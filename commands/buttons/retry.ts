import type { Button } from "../../src/core/command.ts";

/** A failed request again, as it was: same seeds, same pictures. */
export default {
  action: "retry",
  draws: true,
  async run(context, { job }) {
    await context.submit([job.request]);
  },
} satisfies Button;
