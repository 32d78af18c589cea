import type { Button } from "../../src/core/command.ts";
import { extendRequest, zoomOut } from "../../src/core/extend-request.ts";

/** One picture seen from twice as far away. */
export default {
  action: "zoom-out-2x",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([extendRequest(job, index ?? 0, zoomOut(2), context)]);
  },
} satisfies Button;
