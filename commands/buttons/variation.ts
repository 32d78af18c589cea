import type { Button } from "../../src/core/command.ts";
import { VARIATION_STRENGTH, variationRequest } from "../../src/core/follow-up-requests.ts";

/** Pictures that resemble one picture. */
export default {
  action: "variation",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([variationRequest(job, index ?? 0, VARIATION_STRENGTH.strong, context)]);
  },
} satisfies Button;
