import { encodeButtonId } from "./button-id.ts";
import { isOwn } from "./job-access.ts";
import type { Job } from "./job.ts";
import type { Message, MessageButton } from "./message.ts";
import type { Person } from "./platform.ts";
import { localeOf, textOf } from "./texts/text.ts";

/** A job's answer with a button that erases it, for those who may press it. It joins the last row, so that no platform's number of rows is exceeded. */
export function offerDelete(message: Message, job: Job, person: Person): Message {
  if (!isOwn(job, person) && !person.moderator) return message;
  const button: MessageButton = {
    id: encodeButtonId({ action: "delete", job: job.id }),
    label: textOf(localeOf(job.address), "button.delete"),
    shortcut: "delete",
    style: "danger",
  };
  const rows = message.buttons;
  return { ...message, buttons: [...rows.slice(0, -1), [...(rows.at(-1) ?? []), button]] };
}
