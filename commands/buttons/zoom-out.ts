import type { Button } from "../../src/core/command.ts";
import { extendRequest, zoomOut } from "../../src/core/extend-request.ts";

/** One picture seen from a little further away. */
export default {
  action: "zoom-out",
  draws: true,
  async run(context, { job, index }) {
    await context.submit([extendRequest(job, index ?? 0, zoomOut(1.5), context)]);
  },
} satisfies Button;
