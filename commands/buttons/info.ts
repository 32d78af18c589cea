import type { Button } from "../../src/core/command.ts";
import { notice } from "../../src/core/message.ts";
import { recipeText } from "../../src/core/recipe-text.ts";

/** Everything that made one picture, for the person alone. */
export default {
  action: "info",
  run: ({ reply }, { job, index = 0 }) => reply(notice(recipeText(job, index), { kind: "list" })),
} satisfies Button;
