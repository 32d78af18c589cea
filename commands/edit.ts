import { encodeButtonId } from "../src/core/button-id.ts";
import type { Command } from "../src/core/command.ts";
import { editForm } from "../src/core/edit-form.ts";
import { EDIT_OPTIONS, saysWhatToDo } from "../src/core/edit-options.ts";
import { editPicture } from "../src/core/edit-picture.ts";
import { givenPicture } from "../src/core/given-picture.ts";
import { keepOptions } from "../src/core/kept-options.ts";
import { typedOptions } from "../src/core/typed-options.ts";

export default {
  name: "edit",
  description: "Change a picture: restyle it, repaint a part of it, extend it",
  draws: true,
  options: EDIT_OPTIONS,
  async run(context, typed) {
    const { prompt, options } = typedOptions(EDIT_OPTIONS, typed);
    const { interaction } = context;
    const isGiven = options["image"] !== undefined || options["job"] !== undefined;
    if (isGiven && prompt === "" && !saysWhatToDo(options) && interaction.openForm) {
      const id = encodeButtonId({ action: "edit-picture", job: await keepOptions(context, options) });
      await interaction.openForm(editForm(id, "Edit a picture", ["prompt", "strength", "count"], options));
      return;
    }
    await editPicture(context, await givenPicture(context, options), prompt, options);
  },
} satisfies Command;
