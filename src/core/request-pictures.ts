import { encodeButtonId } from "./button-id.ts";
import type { Context } from "./command.ts";
import { UserError } from "./errors.ts";
import { shownCount, type BlobRef } from "./image-request.ts";
import { notice } from "./message.ts";
import { CONFIRM_PERMUTATIONS, IMAGINE_OPTIONS } from "./options.ts";
import { parsePrompt } from "./parse-prompt.ts";
import { keepPending } from "./pending-requests.ts";
import { expandPermutations } from "./permutations.ts";
import { readDefaults } from "./place-settings.ts";
import { quoteText } from "./plain-text.ts";
import { resolveRequests, type Wish } from "./resolve-request.ts";

/** Stands for a picture that is not here yet. */
const UNSEEN: BlobRef = { sha256: "", mimeType: "" };

/** The picture that the options or the flags in the text name. Throws UserError option-repeated when they name several. */
function imageOf({ prompt, options }: Wish): string | undefined {
  const written = expandPermutations(prompt).map((text) => parsePrompt(text, IMAGINE_OPTIONS).values["image"]);
  const images = new Set([...written, options["image"]].filter((image) => image !== undefined).map(String));
  if (images.size > 1) throw new UserError("option-repeated", { flag: "image" });
  return [...images][0];
}

/**
 * What /imagine and the forms do with a wish: the person's settings join it, and what it stands for is submitted, or kept behind a button
 * when its braces make more prompts than somebody may have had in mind. Rejects with UserError.
 */
export async function requestPictures(context: Context, wish: Wish): Promise<void> {
  const { person } = context.interaction;
  const image = imageOf(wish);
  const usual = image === undefined ? context.defaults : {};
  const defaults = { ...usual, ...(await readDefaults(context.settings, context.interaction)), ...wish.defaults };
  const { mode, ...rest } = wish;
  // Somebody who adds a picture to a request that had none does not want it drawn without.
  const wished = mode === undefined || (image !== undefined && mode === "text-to-image") ? rest : wish;
  // What is wrong with the words is said before a picture is fetched.
  if (image !== undefined) resolveRequests({ ...wished, defaults, inputs: { ...wish.inputs, image: UNSEEN } }, context);
  const inputs = image === undefined ? wish.inputs : { ...wish.inputs, image: await context.upload(image) };
  const requests = resolveRequests({ ...wished, defaults, ...(inputs === undefined ? {} : { inputs }) }, context);
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
