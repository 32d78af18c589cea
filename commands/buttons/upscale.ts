import type { Button } from "../../src/core/command.ts";
import { upscaleRequest } from "../../src/core/follow-up-requests.ts";

/** One picture, larger. */
export default {
  action: "upscale",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([upscaleRequest(job, index ?? 0, context)]);
  },
} satisfies Button;
