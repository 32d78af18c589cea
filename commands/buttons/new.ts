import { encodeButtonId } from "../../src/core/button-id.ts";
import type { Context, FreeButton } from "../../src/core/command.ts";
import type { OptionValues } from "../../src/core/interaction.ts";
import { keptOptions } from "../../src/core/kept-options.ts";
import { notice } from "../../src/core/message.ts";
import { NEW_FORM_ID, pictureForm, readPictureForm } from "../../src/core/picture-form.ts";
import { requestPictures } from "../../src/core/request-pictures.ts";

/** The form for a new picture: what /imagine opens without a prompt, with the options that it was given. */
export default {
  action: "new",
  free: true,
  draws: true,
  async run(context, id) {
    const { interaction, reply } = context;
    if (!interaction.openForm) return reply(notice("Type it: `/imagine a fox in the snow`"));
    const formId = encodeButtonId({ action: "new", job: id });
    await interaction.openForm(pictureForm(formId, "New picture", await optionsOfForm(context, formId, id)));
  },
  async submit(context, id, values) {
    const { prompt, options } = readPictureForm(values);
    const known = await optionsOfForm(context, encodeButtonId({ action: "new", job: id }), id);
    // A field that was shown and emptied is not asked for any more.
    const kept = Object.entries(known).filter(([name]) => !Object.hasOwn(values, name));
    await requestPictures(context, { prompt, options: { ...Object.fromEntries(kept), ...options } });
  },
} satisfies FreeButton;

async function optionsOfForm(context: Context, formId: string, id: string): Promise<OptionValues> {
  return formId === NEW_FORM_ID ? {} : keptOptions(context, id);
}
