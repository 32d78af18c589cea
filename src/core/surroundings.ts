import type { ModelInfo, Vocabulary } from "./model.ts";
import { wordsOf } from "./plain-text.ts";

/** Words that begin a place or a time: in the snow, under a starry sky. */
const PLACES: readonly string[] = ["in", "on", "under", "at", "underwater", "inside"];

/**
 * What to say for the new sides of a picture. A model with a closed vocabulary draws everything that it is told, so that “a fox in the snow”
 * would be a second fox: it is told the place alone. Other models get the whole.
 */
export function surroundingWords(prompt: string, { vocabulary }: Pick<ModelInfo, "vocabulary">): string {
  return vocabulary ? placesIn(prompt, vocabulary).join(", ") : prompt;
}

/** How far new sides may go from the picture's edge: a sticker's ground goes on, a scene does not. */
export function outpaintStrength({ vocabulary }: Pick<ModelInfo, "vocabulary">): number {
  return vocabulary ? 0.7 : 1;
}

/** The places that the model knows and the prompt names; of those that overlap, the longest. */
function placesIn(prompt: string, { words }: Vocabulary): string[] {
  const places = words.filter(
    (phrase) => PLACES.includes(wordsOf(phrase)[0] ?? "") && !PLACES.slice(0, 4).includes(phrase),
  );
  let left = ` ${wordsOf(prompt).join(" ")} `;
  const found: string[] = [];
  for (const place of places.toSorted((a, b) => b.length - a.length)) {
    const written = ` ${wordsOf(place).join(" ")} `;
    if (!left.includes(written)) continue;
    found.push(place);
    left = left.replace(written, " ");
  }
  return found;
}
