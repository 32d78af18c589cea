import type { Button } from "../../src/core/command.ts";
import { composePicture } from "../../src/core/compose-answer.ts";
import { notice } from "../../src/core/message.ts";
import { offerDelete } from "../../src/core/offer-delete.ts";
import { jobButton } from "../../src/core/result-buttons.ts";
import { textOf } from "../../src/core/texts/text.ts";

const PER_ROW = 4;

/** One of several pictures with everything that can be done with it, for the person alone; asks which one first. */
export default {
  action: "more",
  async run({ models, interaction: { locale, person }, reply }, { job, index }) {
    if (index !== undefined) return reply(offerDelete(composePicture(job, index, models), job, person));
    const buttons = (job.result?.pictures ?? []).map((_, i) =>
      jobButton(job, "more", textOf(locale, "button.picture", { number: i + 1 }), `p${i + 1}`, i),
    );
    const rows = Array.from({ length: Math.ceil(buttons.length / PER_ROW) }, (_, row) =>
      buttons.slice(row * PER_ROW, (row + 1) * PER_ROW),
    );
    // In a row of its own, where nobody presses it by mistake.
    await reply(
      offerDelete({ ...notice(textOf(locale, "answer.which-picture")), buttons: [...rows, []] }, job, person),
    );
  },
} satisfies Button;
