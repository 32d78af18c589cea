import type { Button } from "../../src/core/command.ts";
import { composeAnswer } from "../../src/core/compose-answer.ts";

/** A job's answer once more, for the person alone. */
export default {
  action: "show",
  async run(context, { job }) {
    await context.reply({ ...composeAnswer(job), private: true });
  },
} satisfies Button;
