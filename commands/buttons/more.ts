import type { Button } from "../../src/core/command.ts";
import { composePicture } from "../../src/core/compose-answer.ts";
import { notice } from "../../src/core/message.ts";
import { jobButton } from "../../src/core/result-buttons.ts";

const PER_ROW = 4;

/** One of several pictures with everything that can be done with it, for the person alone; asks which one first. */
export default {
  action: "more",
  async run({ models, reply }, { job, index }) {
    if (index !== undefined) return reply(composePicture(job, index, models));
    const buttons = (job.result?.pictures ?? []).map((_, i) =>
      jobButton(job, "more", `Picture ${i + 1}`, `p${i + 1}`, i),
    );
    const rows = Array.from({ length: Math.ceil(buttons.length / PER_ROW) }, (_, row) =>
      buttons.slice(row * PER_ROW, (row + 1) * PER_ROW),
    );
    await reply({ ...notice("Which picture?"), buttons: rows });
  },
} satisfies Button;
