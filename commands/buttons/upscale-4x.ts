import type { Button } from "../../src/core/command.ts";
import { upscaleRequest } from "../../src/core/follow-up-requests.ts";

/** One picture, four times as large. */
export default {
  action: "upscale-4x",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([upscaleRequest(job, index ?? 0, context, 4)]);
  },
} satisfies Button;
