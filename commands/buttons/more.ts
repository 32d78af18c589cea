import type { Button } from "../../src/core/command.ts";
import { composePicture } from "../../src/core/compose-answer.ts";
import { offerDelete } from "../../src/core/offer-delete.ts";
import { askWhichPicture } from "../../src/core/which-picture.ts";

/** One of several pictures with everything that can be done with it, for the person alone; asks which one first. */
export default {
  action: "more",
  async run({ models, interaction: { locale, person }, reply }, { job, index }) {
    if (index !== undefined) return reply(offerDelete(composePicture(job, index, models), job, person));
    const question = askWhichPicture(job, "more", locale);
    // In a row of its own, where nobody presses it by mistake.
    await reply(offerDelete({ ...question, buttons: [...question.buttons, []] }, job, person));
  },
} satisfies Button;
