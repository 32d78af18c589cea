import type { FreeButton } from "../../src/core/command.ts";
import { notice } from "../../src/core/message.ts";
import { NEW_FORM_ID, pictureForm, readPictureForm } from "../../src/core/picture-form.ts";
import { requestPictures } from "../../src/core/request-pictures.ts";

/** The form for a new picture: what /imagine opens without a prompt. */
export default {
  action: "new",
  free: true,
  draws: true,
  async run({ interaction, reply }) {
    if (interaction.openForm) await interaction.openForm(pictureForm(NEW_FORM_ID, "New picture", {}));
    else await reply(notice("Type it: `/imagine a fox in the snow`"));
  },
  async submit(context, _form, values) {
    await requestPictures(context, readPictureForm(values));
  },
} satisfies FreeButton;
