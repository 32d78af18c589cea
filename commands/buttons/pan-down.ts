import type { Button } from "../../src/core/command.ts";
import { extendRequest, pan } from "../../src/core/extend-request.ts";

/** One picture, and what is below it. */
export default {
  action: "pan-down",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([extendRequest(job, index ?? 0, pan("down"), context)]);
  },
} satisfies Button;
