import { pluralOf, singularsOf } from "../../core/vocabulary.ts";
import type { Word } from "./clauses.ts";
import type { Lexicon } from "./lexicon.ts";

/** A noun of the prompt, and what is drawn for it. */
export interface NamedNoun {
  readonly words: readonly Word[];
  readonly concept: string;
  readonly count: number;
  /** It is no name of the concept: something else was typed. */
  readonly isSubstitute: boolean;
}

/** The prompt in the text encoder's words: what stands for something else, or is unknown to it, by the concept's own name. */
export function captionOf(
  prompt: string,
  nouns: readonly NamedNoun[],
  { lexicon, knows }: { readonly lexicon: Lexicon; readonly knows: (word: string) => boolean },
): string {
  const replaced = nouns.filter(
    ({ words, isSubstitute }) => isSubstitute || !words.every(({ text }) => singularsOf(text).some(knows)),
  );
  return replaceNouns(prompt, replaced, ({ concept, count }, before) => {
    const name = lexicon.nameOf(concept);
    return before.replace(/\ban? $/i, withArticle(name).replace(name, "")) + (count > 1 ? pluralOf(name) : name);
  });
}

/** The prompt without the nouns. */
export function withoutNouns(prompt: string, nouns: readonly Pick<NamedNoun, "words">[]): string {
  return replaceNouns(prompt, nouns, (_, before) => before);
}

/** Puts in the place of each noun, and of all before it, what `change` makes of it and that. */
function replaceNouns<T extends Pick<NamedNoun, "words">>(
  prompt: string,
  nouns: readonly T[],
  change: (noun: T, before: string) => string,
): string {
  return [...nouns].reverse().reduce((text, noun) => {
    const [first, last] = [noun.words[0]!, noun.words.at(-1)!];
    return change(noun, text.slice(0, first.start)) + text.slice(last.end);
  }, prompt);
}

/** “a dog”, “an owl”. */
export function withArticle(name: string): string {
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}
