import type { Button } from "../../src/core/command.ts";
import { extendRequest, pan } from "../../src/core/extend-request.ts";

/** One picture, and what is on its right. */
export default {
  action: "pan-right",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([extendRequest(job, index ?? 0, pan("right"), context)]);
  },
} satisfies Button;
