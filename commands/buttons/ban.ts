import type { FreeButton } from "../../src/core/command.ts";
import { decideCase } from "../../src/core/decide-case.ts";

/** Like deny, and the person may not draw in this community for a week. */
export default {
  action: "ban",
  free: true,
  run: (context, id) => decideCase(context, id, "ban"),
} satisfies FreeButton;
