import type { Command } from "../src/core/command.ts";
import { IMAGE_OPTIONS, PROMPT_OPTION } from "../src/core/options.ts";
import { NEW_FORM_ID, pictureForm } from "../src/core/picture-form.ts";
import { requestPictures } from "../src/core/request-pictures.ts";

export default {
  name: "imagine",
  description: "Draw pictures from words",
  draws: true,
  options: [PROMPT_OPTION, ...IMAGE_OPTIONS],
  async run(context, { prompt, ...options }) {
    const { interaction } = context;
    if (prompt === undefined && interaction.openForm) {
      await interaction.openForm(pictureForm(NEW_FORM_ID, "New picture", options));
      return;
    }
    await requestPictures(context, { prompt: String(prompt ?? ""), options });
  },
} satisfies Command;
