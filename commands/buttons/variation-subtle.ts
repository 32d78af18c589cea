import type { Button } from "../../src/core/command.ts";
import { VARIATION_STRENGTH, variationRequest } from "../../src/core/follow-up-requests.ts";

/** Pictures that differ from one picture in details. */
export default {
  action: "variation-subtle",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([variationRequest(job, index ?? 0, VARIATION_STRENGTH.subtle, context)]);
  },
} satisfies Button;
