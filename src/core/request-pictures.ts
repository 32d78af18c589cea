import { encodeButtonId } from "./button-id.ts";
import type { Context } from "./command.ts";
import { shownCount } from "./image-request.ts";
import { notice } from "./message.ts";
import { CONFIRM_PERMUTATIONS } from "./options.ts";
import { keepPending } from "./pending-requests.ts";
import { readSettings } from "./person-settings.ts";
import { quoteText } from "./plain-text.ts";
import { resolveRequests, type Wish } from "./resolve-request.ts";

/**
 * What /imagine and the forms do with a wish: the person's settings join it, and what it stands for is submitted, or kept behind a button
 * when its braces make more prompts than somebody may have had in mind. Rejects with UserError.
 */
export async function requestPictures(context: Context, wish: Wish): Promise<void> {
  const { person } = context.interaction;
  const defaults = { ...(await readSettings(context.settings, person)), ...wish.defaults };
  const requests = resolveRequests({ ...wish, defaults }, context);
  if (requests.length <= CONFIRM_PERMUTATIONS) {
    await context.submit(requests);
    return;
  }
  const id = Array.from({ length: 12 }, () => context.random(36).toString(36)).join("");
  await keepPending(context.settings, person, id, requests);
  const pictures = requests.reduce((sum, request) => sum + shownCount(request), 0);
  const lines = requests.map(({ prompt }, i) => `${i + 1}. ${quoteText(prompt, 80)}`);
  await context.reply({
    ...notice([`That is ${requests.length} prompts, ${pictures} pictures together:`, ...lines].join("\n")),
    buttons: [
      [{ id: encodeButtonId({ action: "confirm", job: id }), label: "Draw them", shortcut: "yes", style: "primary" }],
    ],
  });
}
