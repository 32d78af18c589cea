import type { Button } from "../../src/core/command.ts";
import { notice } from "../../src/core/message.ts";
import { offerDelete } from "../../src/core/offer-delete.ts";
import { recipeText } from "../../src/core/recipe-text.ts";

/** Everything that made one picture, or all of a request's, for the person alone. */
export default {
  action: "info",
  run: ({ reply, interaction: { person } }, { job, index }) =>
    reply(offerDelete(notice(recipeText(job, index), { kind: "list" }), job, person)),
} satisfies Button;
