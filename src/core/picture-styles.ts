import { UserError } from "./errors.ts";
import type { PictureRecipe } from "./image-request.ts";
import type { ModelInfo, Vocabulary } from "./model.ts";
import { toModelWords } from "./model-words.ts";
import { didYouMean } from "./nearest.ts";
import { MAX_SEED } from "./options.ts";
import { excerpt, wordsOf } from "./plain-text.ts";

type Styles = Vocabulary["styles"];

/**
 * The recipes of a request. Picture i has seed s + i (modulo 2^32). Where the model has styles and the prompt names none, each picture
 * gets the given style, or draws one from its own seed, and the style's first phrase is added to its prompt. A closed vocabulary gets its own
 * forms of the words.
 */
export function drawPictures(
  wish: { readonly prompt: string; readonly style?: string; readonly seed: number; readonly count: number },
  model: ModelInfo,
): PictureRecipe[] {
  const styles = model.vocabulary?.styles ?? {};
  const named = namedStyle(wish.prompt, styles);
  const prompt =
    model.vocabulary === undefined || model.memory ? wish.prompt : toModelWords(wish.prompt, model.vocabulary);
  return Array.from({ length: wish.count }, (_, i) => {
    const seed = (wish.seed + i) % (MAX_SEED + 1);
    const style = wish.style ?? named ?? styleForSeed(seed, model.vocabulary?.usualStyles ?? Object.keys(styles));
    const phrase = style === named ? undefined : styles[style ?? ""]?.[0];
    return {
      seed,
      prompt: phrase === undefined ? prompt : [prompt, phrase].filter((part) => part !== "").join(", "),
      ...(style === undefined ? {} : { style }),
    };
  });
}

/** The model's name of a style that is written by its name or by one of its phrases. Throws UserError style-unknown. */
export function readStyle(model: ModelInfo, text: string): string {
  const styles = Object.entries(model.vocabulary?.styles ?? {});
  const wanted = text.toLowerCase();
  const found = styles.find(([name, phrases]) => name.toLowerCase() === wanted || phrases.includes(wanted));
  if (found) return found[0];
  throw new UserError("style-unknown", {
    style: excerpt(text),
    hint: didYouMean(
      text,
      styles.flatMap(([name, phrases]) => [name, ...phrases]),
    ),
    known: styles.map(([name]) => name).join(", ") || `none for ${model.id}`,
  });
}

/** The style whose phrase the prompt contains; of several, the one with the longest phrase. */
export function namedStyle(prompt: string, styles: Styles): string | undefined {
  const words = ` ${wordsOf(prompt).join(" ")} `;
  let found: { style: string; length: number } | undefined;
  for (const [style, phrases] of Object.entries(styles)) {
    for (const phrase of phrases) {
      const length = phrase.length;
      if (length > (found?.length ?? 0) && words.includes(` ${wordsOf(phrase).join(" ")} `)) found = { style, length };
    }
  }
  return found?.style;
}

/**
 * A seed's style: seeds are dealt the styles in turn, so that the pictures of one request, whose seeds follow each other, repeat none before
 * all were there, and yet every picture depends on its own seed alone.
 */
export function styleForSeed(seed: number, styles: readonly string[]): string | undefined {
  return styles[seed % styles.length];
}
