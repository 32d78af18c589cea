import { encodeButtonId } from "./button-id.ts";
import type { Context, Press } from "./command.ts";
import { editForm, promptOf, readEditForm, type EditField } from "./edit-form.ts";
import type { Edit } from "./edit-options.ts";
import { editPicture } from "./edit-picture.ts";
import { pictureOfJob } from "./given-picture.ts";
import type { OptionValues } from "./interaction.ts";
import { notice } from "./message.ts";

interface EditButton {
  readonly action: string;
  readonly title: string;
  readonly fields: readonly EditField[];
  /** The flags to type where there are no forms. */
  readonly example: string;
}

/** Asks what an edit of a picture needs to know; where there are no forms, says what to type. Rejects with UserError picture-unknown. */
export async function openEditForm(context: Context, { job, index = 0 }: Press, button: EditButton): Promise<void> {
  const { interaction } = context;
  const given = pictureOfJob(job, index);
  if (!interaction.openForm) {
    const text = `/edit a fox at night --job ${job.id} --picture ${index + 1} ${button.example}`;
    return context.reply(notice(`Type it: \`${text}\``));
  }
  const id = encodeButtonId({ action: button.action, job: job.id, index });
  await interaction.openForm(editForm(id, button.title, button.fields, promptOf(given)));
}

/** Submits the edit that such a form describes. Rejects with UserError. */
export async function submitEditForm(
  context: Context,
  { job, index = 0 }: Press,
  values: OptionValues,
  mode: Edit,
): Promise<void> {
  const { prompt, options } = readEditForm(values);
  await editPicture(context, pictureOfJob(job, index), prompt, { ...options, mode });
}
