import type { Button } from "../../src/core/command.ts";
import { extendRequest, pan } from "../../src/core/extend-request.ts";

/** One picture, and what is above it. */
export default {
  action: "pan-up",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([extendRequest(job, index ?? 0, pan("up"), context)]);
  },
} satisfies Button;
