import type { Button } from "../../src/core/command.ts";
import { composeAnswer } from "../../src/core/compose-answer.ts";
import { offerDelete } from "../../src/core/offer-delete.ts";

/** A job's answer once more, for the person alone. */
export default {
  action: "show",
  async run(context, { job }) {
    await context.reply({
      ...offerDelete(composeAnswer(job, context.models), job, context.interaction.person),
      private: true,
    });
  },
} satisfies Button;
