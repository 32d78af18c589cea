import { encodeButtonId } from "./button-id.ts";
import { isOwn } from "./job-access.ts";
import type { Job } from "./job.ts";
import { notice, type Message, type MessageButton } from "./message.ts";
import type { Person } from "./platform.ts";
import { localeOf, textOf } from "./texts/text.ts";

/** A job's answer with a button that erases it, for those who may press it. It joins the last row, so that no platform's number of rows is exceeded. */
export function offerDelete(message: Message, job: Job, person: Person): Message {
  if (!isOwn(job, person) && !person.moderator) return message;
  return withDelete(message, job.id, localeOf(job.address));
}

/** The question before it, for platforms that cannot ask by themselves. */
export function askDelete(job: string, locale: string | undefined): Message {
  const label = textOf(locale, "button.delete");
  return {
    ...notice(`**${label}?** ${textOf(locale, "confirm.delete")}`),
    buttons: [[{ id: deleteForEver(job), label, shortcut: "yes", style: "danger" }]],
  };
}

function deleteForEver(job: string): string {
  return encodeButtonId({ action: "delete-forever", job });
}

/** The same without asking who it is for: whoever may not press it hears that. */
export function withDelete(message: Message, job: string, locale: string | undefined): Message {
  const label = textOf(locale, "button.delete");
  const button: MessageButton = {
    id: encodeButtonId({ action: "delete", job }),
    label,
    shortcut: "delete",
    style: "danger",
    confirm: {
      id: deleteForEver(job),
      text: textOf(locale, "confirm.delete"),
      yes: label,
      no: textOf(locale, "button.cancel"),
    },
  };
  const rows = message.buttons;
  return { ...message, buttons: [...rows.slice(0, -1), [...(rows.at(-1) ?? []), button]] };
}
