import { encodeButtonId } from "../src/core/button-id.ts";
import type { Command } from "../src/core/command.ts";
import { keepOptions } from "../src/core/kept-options.ts";
import { IMAGINE_OPTIONS, PROMPT_OPTION } from "../src/core/options.ts";
import { NEW_FORM_ID, pictureForm } from "../src/core/picture-form.ts";
import { requestPictures } from "../src/core/request-pictures.ts";

export default {
  name: "imagine",
  description: "Draw pictures from words",
  draws: true,
  options: [PROMPT_OPTION, ...IMAGINE_OPTIONS],
  async run(context, { prompt, ...options }) {
    const { interaction } = context;
    if (prompt === undefined && interaction.openForm) {
      const isPlain = Object.keys(options).length === 0;
      const id = isPlain ? NEW_FORM_ID : encodeButtonId({ action: "new", job: await keepOptions(context, options) });
      await interaction.openForm(pictureForm(id, "New picture", options));
      return;
    }
    await requestPictures(context, { prompt: String(prompt ?? ""), options });
  },
} satisfies Command;
