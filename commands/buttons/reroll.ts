import type { Button } from "../../src/core/command.ts";
import { rerollRequest } from "../../src/core/follow-up-requests.ts";

/** The same words, new seeds. */
export default {
  action: "reroll",
  draws: true,
  async run(context, { job }) {
    await context.submit([rerollRequest(job, context)]);
  },
} satisfies Button;
