import type { Job } from "./job.ts";
import { notice, type Message } from "./message.ts";
import { jobButton } from "./result-buttons.ts";
import { textOf } from "./texts/text.ts";

const PER_ROW = 4;

/** Asks, the person alone, which of several pictures a button means; `isMarked` ones have a star. */
export function askWhichPicture(
  job: Job,
  action: string,
  locale: string | undefined,
  isMarked: (index: number) => boolean = () => false,
): Message {
  const buttons = (job.result?.pictures ?? []).map((_, i) => {
    const label = textOf(locale, "button.picture", { number: i + 1 });
    return jobButton(job, action, isMarked(i) ? `★ ${label}` : label, `p${i + 1}`, i);
  });
  const rows = Array.from({ length: Math.ceil(buttons.length / PER_ROW) }, (_, row) =>
    buttons.slice(row * PER_ROW, (row + 1) * PER_ROW),
  );
  return { ...notice(textOf(locale, "answer.which-picture")), buttons: rows };
}
