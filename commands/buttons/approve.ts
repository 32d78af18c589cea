import type { FreeButton } from "../../src/core/command.ts";
import { decideCase } from "../../src/core/decide-case.ts";

/** A moderator lets a reported picture stay, or what was held or refused be drawn and posted. */
export default {
  action: "approve",
  free: true,
  run: (context, id) => decideCase(context, id, "approve"),
} satisfies FreeButton;
