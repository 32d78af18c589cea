import type { Button } from "../../src/core/command.ts";
import { extendRequest, pan } from "../../src/core/extend-request.ts";

/** One picture, and what is on its left. */
export default {
  action: "pan-left",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([extendRequest(job, index ?? 0, pan("left"), context)]);
  },
} satisfies Button;
