import { encodeButtonId } from "../../src/core/button-id.ts";
import type { FreeButton } from "../../src/core/command.ts";
import { editForm, readEditForm } from "../../src/core/edit-form.ts";
import { editPicture } from "../../src/core/edit-picture.ts";
import { UserError } from "../../src/core/errors.ts";
import { givenPicture } from "../../src/core/given-picture.ts";
import { keptOptions } from "../../src/core/kept-options.ts";

/** The form that /edit opens when it is given a picture and nothing to do with it. */
export default {
  action: "edit-picture",
  free: true,
  draws: true,
  async run(context, id) {
    const { interaction } = context;
    const known = await keptOptions(context, id);
    if (!interaction.openForm) throw new UserError("button-expired");
    const formId = encodeButtonId({ action: "edit-picture", job: id });
    await interaction.openForm(editForm(formId, "Edit a picture", ["prompt", "strength", "count"], known));
  },
  async submit(context, id, values) {
    const { prompt, options } = readEditForm(values);
    const known = await keptOptions(context, id);
    const kept = Object.fromEntries(Object.entries(known).filter(([name]) => !Object.hasOwn(values, name)));
    const all = { ...kept, ...options };
    await editPicture(context, await givenPicture(context, all), prompt, all);
  },
} satisfies FreeButton;
