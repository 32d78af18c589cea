import type { Button } from "../../src/core/command.ts";
import { composePicture } from "../../src/core/compose-answer.ts";
import { notice } from "../../src/core/message.ts";
import { jobButton } from "../../src/core/result-buttons.ts";
import { textOf } from "../../src/core/texts/text.ts";

const PER_ROW = 4;

/** One of several pictures with everything that can be done with it, for the person alone; asks which one first. */
export default {
  action: "more",
  async run({ models, interaction: { locale }, reply }, { job, index }) {
    if (index !== undefined) return reply(composePicture(job, index, models));
    const buttons = (job.result?.pictures ?? []).map((_, i) =>
      jobButton(job, "more", textOf(locale, "button.picture", { number: i + 1 }), `p${i + 1}`, i),
    );
    const rows = Array.from({ length: Math.ceil(buttons.length / PER_ROW) }, (_, row) =>
      buttons.slice(row * PER_ROW, (row + 1) * PER_ROW),
    );
    await reply({ ...notice(textOf(locale, "answer.which-picture")), buttons: rows });
  },
} satisfies Button;
