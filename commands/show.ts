import { commandText } from "../src/core/command-text.ts";
import type { Command } from "../src/core/command.ts";
import { composeAnswer } from "../src/core/compose-answer.ts";
import { UserError } from "../src/core/errors.ts";
import { checkMaySee } from "../src/core/job-access.ts";
import { offerDelete } from "../src/core/offer-delete.ts";

export default {
  name: "show",
  description: "Show a request again: its pictures, its settings and its buttons",
  options: [
    {
      name: "job",
      flags: [],
      kind: "job",
      description: "Its id, from /history or below its pictures",
      example: "k3f9x2ab",
      required: true,
    },
  ],
  async run({ queue, models, interaction, reply }, { job: id }) {
    const job = await queue.get(String(id));
    if (!job) throw new UserError("job-unknown", { job: String(id) });
    checkMaySee(job, interaction.person, interaction.place);
    const answer = offerDelete(composeAnswer(job, models), job, interaction.person);
    const typed = `\`/imagine ${commandText(job.request).replaceAll("`", "ˋ")}\``;
    await reply({ ...answer, text: `${answer.text}\n${typed}`, private: true });
  },
} satisfies Command;
