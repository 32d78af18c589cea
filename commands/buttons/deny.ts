import type { FreeButton } from "../../src/core/command.ts";
import { decideCase } from "../../src/core/decide-case.ts";

/** A moderator deletes a reported picture, or declines what was held or refused. */
export default {
  action: "deny",
  free: true,
  run: (context, id) => decideCase(context, id, "deny"),
} satisfies FreeButton;
