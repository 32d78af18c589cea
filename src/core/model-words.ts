import type { Vocabulary } from "./model.ts";
import { singularsOf } from "./vocabulary.ts";

const WORD = /[\p{L}\p{N}'’-]+/gu;

/**
 * A prompt in the words of a model with a closed vocabulary, which knows one form of each thing: known plurals become singulars, and two of
 * a thing become "a fox and a fox", the relation that such models learn. Everything else stays as it was typed.
 */
export function toModelWords(prompt: string, vocabulary: Vocabulary): string {
  const phrases = new Set(Object.entries(vocabulary.concepts).flatMap(([thing, phrases]) => [thing, ...phrases]));
  const known = new Set(
    [...phrases, ...Object.values(vocabulary.styles).flat(), ...vocabulary.words].flatMap((phrase) =>
      phrase.split(" "),
    ),
  );
  const singular = prompt.replaceAll(WORD, (word) => {
    const lower = word.toLowerCase();
    if (known.has(lower)) return word;
    return singularsOf(lower).find((form) => known.has(form)) ?? word;
  });
  if (singular === prompt) return prompt;
  return doubled(prompt, singular, phrases);
}

/** What may stand between "two" and the end of what is counted: words without punctuation. */
const COUNTED = /\b(?:two|2|a pair of|a couple of) ((?:[\p{L}\p{N}'’-]+ ?){1,6})/iu;

/** "two big red fox" to "a big red fox and a big red fox", where a thing that the model knows, and that was a plural, follows. */
function doubled(prompt: string, singular: string, things: ReadonlySet<string>): string {
  const match = COUNTED.exec(singular);
  if (!match) return singular;
  const words = match[1]!.trimEnd().split(" ");
  const typed = new Set(prompt.toLowerCase().match(WORD));
  const end = words.findIndex((word, i) => !typed.has(word.toLowerCase()) && endsThing(words, i, things)) + 1;
  if (end === 0) return singular;
  const noun = words.slice(0, end).join(" ");
  const one = `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
  const start = match.index;
  const after = start + match[0].indexOf(match[1]!) + noun.length;
  return `${singular.slice(0, start)}${one} and ${one}${singular.slice(after)}`;
}

/** A known thing, of one word or of two or three, ends with word `i`. */
function endsThing(words: readonly string[], i: number, things: ReadonlySet<string>): boolean {
  return [1, 2, 3].some((length) =>
    things.has(
      words
        .slice(Math.max(0, i + 1 - length), i + 1)
        .join(" ")
        .toLowerCase(),
    ),
  );
}
