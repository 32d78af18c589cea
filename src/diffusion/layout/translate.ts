import { wordsOf } from "../../core/plain-text.ts";
import { LANGUAGES } from "./languages.ts";
import type { Names } from "./lexicon.ts";

/** Writing without spaces between words. */
const UNSPACED: Readonly<Record<string, RegExp>> = {
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}ー]/u,
  zh: /\p{Script=Han}/u,
};
/** The longest name that is looked for in writing without spaces. */
const MAX_UNSPACED_CHARS = 10;

type Phrases = ReadonlyMap<string, string>;

const PHRASES: ReadonlyMap<string, Phrases> = new Map(
  Object.entries(LANGUAGES).map(([locale, words]) => [
    locale,
    new Map(
      Object.entries(words)
        .flatMap(([english, own]) => own.split(",").map((word) => [word, english] as const))
        .sort(([a], [b]) => b.length - a.length),
    ),
  ]),
);

/**
 * The language of a prompt: by its writing, else the one that has more of its words than English (`isEnglish`). undefined for English, and
 * where nothing tells.
 */
export function languageOf(prompt: string, isEnglish: (word: string) => boolean): string | undefined {
  const unspaced = Object.entries(UNSPACED).find(([, script]) => script.test(prompt));
  if (unspaced) return unspaced[0];
  const words = wordsOf(prompt);
  const english = words.filter(isEnglish).length;
  const text = ` ${words.join(" ")} `;
  let best: { locale: string; count: number } | undefined;
  for (const [locale, phrases] of PHRASES) {
    const count = [...phrases.keys()]
      .filter((phrase) => text.includes(` ${wordsOf(phrase).join(" ")} `))
      .reduce((sum, phrase) => sum + wordsOf(phrase).length, 0);
    if (count > (best?.count ?? english)) best = { locale, count };
  }
  return best?.locale;
}

/** Puts the grammar's words into English; nouns stay, and writing without spaces gets them around the names that `names` has. */
export function translate(prompt: string, locale: string, names: Names): string {
  const phrases = PHRASES.get(locale) ?? new Map<string, string>();
  if (locale in UNSPACED) return segment(prompt, phrases, names);
  const alternatives = [...phrases.keys()].map(escape).join("|");
  if (alternatives === "") return prompt;
  const pattern = new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{M}\\p{N}])`, "giu");
  return prompt.replaceAll(pattern, (phrase) => phrases.get(phrase.toLowerCase()) ?? phrase);
}

/** Greedy, longest first: words of the grammar become English, names are set apart, everything else is dropped. */
function segment(prompt: string, phrases: Phrases, names: Names): string {
  const parts: string[] = [];
  for (let i = 0; i < prompt.length;) {
    let length = Math.min(MAX_UNSPACED_CHARS, prompt.length - i);
    let found: string | undefined;
    for (; length > 0 && found === undefined; length--) {
      const text = prompt.slice(i, i + length).toLowerCase();
      found = phrases.get(text) ?? (Object.hasOwn(names, text) ? text : undefined);
    }
    // What was found was one longer than the count says now.
    const [latin] = /^[\p{Script=Latin}\p{N} ,.:_-]+/u.exec(prompt.slice(i)) ?? [];
    const taken = found === undefined ? (latin?.length ?? 1) : length + 1;
    parts.push(found ?? latin ?? " ");
    i += taken;
  }
  return parts.join(" ").replaceAll(/\s+/g, " ").trim();
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Names by what is left of them without accents and common endings of plurals and cases, so that “Füchse” is “Fuchs”. */
export function withoutEndings(names: Names): Names {
  const stems: Record<string, readonly string[]> = {};
  for (const [name, ids] of Object.entries(names)) stems[stemOf(name)] ??= ids;
  return stems;
}

/** A name without accents and without up to three letters at its end. */
export function stemOf(name: string): string {
  const plain = name.normalize("NFD").replaceAll(/\p{M}/gu, "");
  return withoutEnding(withoutEnding(withoutEnding(plain)));
}

const ENDING = /(?<=.{3})[aeiosnryуыиаяюеойь]$/u;

function withoutEnding(word: string): string {
  return word.replace(ENDING, "");
}
