import type { Button } from "../../src/core/command.ts";
import { extendRequest, makeSquare } from "../../src/core/extend-request.ts";

/** One picture, extended to a square. */
export default {
  action: "make-square",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([extendRequest(job, index ?? 0, makeSquare, context)]);
  },
} satisfies Button;
