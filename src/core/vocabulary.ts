import type { ModelInfo, Vocabulary } from "./model.ts";
import { distances } from "./nearest.ts";
import { wordsOf } from "./plain-text.ts";

export interface PromptReview {
  /** Words outside the vocabulary in lower case, each once, in order. */
  readonly unknown: readonly string[];
  /** The things the model knows whose spelling is nearest to the unknown words, nearest first. */
  readonly known: readonly string[];
}

/** Words that promise nothing: a model that skips them has still drawn what was asked. */
export const FILLER: ReadonlySet<string> = new Set(
  (
    "a an the this that these those some any every each all both another other my your his her its our their me you it i we they he she " +
    "and or but with without of in on at to from by for into onto over under above below behind before after between among around near next " +
    "beside beneath along across through inside outside against off up down out as like than then while when where there here not no yes " +
    "is are was were be been being am do does did has have having can could will would shall may might must please draw make create show " +
    "give want get very really quite so too more most much many few just only also lots lot bit one two three four five six seven eight " +
    "nine ten dozen pair single picture image photo photograph drawing illustration painting sticker icon art artwork scene style styled " +
    "background foreground left right top bottom middle center centre side front back cute nice beautiful pretty lovely happy good great " +
    "amazing best quality high detailed simple plain sitting standing looking wearing holding break"
  ).split(" "),
);

const IRREGULAR: Readonly<Record<string, string>> = {
  mice: "mouse",
  geese: "goose",
  women: "woman",
  men: "man",
  children: "child",
  people: "person",
  teeth: "tooth",
  feet: "foot",
};

/**
 * Which words of a prompt a model with a closed vocabulary does not know. Known phrases, their plurals, single words of known phrases,
 * numbers and filler words count as known.
 */
export function reviewPrompt(prompt: string, vocabulary: Vocabulary): PromptReview {
  const phrases = [vocabulary.concepts, vocabulary.styles].flatMap(Object.entries<readonly string[]>);
  const known = new Set(
    [...phrases.flatMap(([name, phrases]) => [name, ...phrases]), ...vocabulary.words].flatMap(wordsOf),
  );
  const isKnown = (word: string): boolean =>
    FILLER.has(word) || /^\p{N}+$/u.test(word) || [...singularsOf(word), ...pluralsOf(word)].some((w) => known.has(w));
  const unknown = [...new Set(wordsOf(prompt))].filter((word) => !isKnown(word.replace(/['’]s?$/, "")));

  const things = new Map(
    Object.entries(vocabulary.concepts).flatMap(([thing, phrases]) => [thing, ...phrases].map((p) => [p, thing])),
  );
  const ranked = unknown
    .slice(0, MAX_WORDS_SHOWN)
    .flatMap((word) => distances(word, [...things.keys()]))
    .sort((a, b) => a.share - b.share)
    .map(({ candidate }) => things.get(candidate)!);
  return { unknown, known: [...new Set(ranked)].slice(0, MAX_THINGS_SHOWN) };
}

/** What to tell the person about unknown words; undefined when there is nothing to tell. */
export function unknownWordsNote(prompt: string, model: ModelInfo): string | undefined {
  // A model with a memory knows more than its words, and says itself what was not found.
  if (!model.vocabulary || model.memory) return undefined;
  const { unknown, known } = reviewPrompt(prompt, model.vocabulary);
  if (unknown.length === 0) return undefined;
  const words = unknown.slice(0, MAX_WORDS_SHOWN).map((word) => `“${word}”`);
  const more = unknown.length > words.length ? ` and ${unknown.length - words.length} more` : "";
  const rest = Object.keys(model.vocabulary.concepts).length - known.length;
  const others = rest > 0 ? ` and ${rest} more things: /models lists them` : "";
  return `${shortTitle(model)} does not know ${words.join(", ")}${more}. It knows ${known.join(", ")}${others}.`;
}

const MAX_WORDS_SHOWN = 5;
const MAX_THINGS_SHOWN = 5;

/** The title up to its explanation: “Easel v0: stickers and small scenes” is Easel v0. */
export function shortTitle(model: ModelInfo): string {
  return model.title.split(":")[0]!.trim();
}

/** What a word may be the plural of, itself first. */
export function singularsOf(word: string): string[] {
  return [
    word,
    IRREGULAR[word] ?? word,
    word.replace(/s$/, ""),
    word.replace(/es$/, ""),
    word.replace(/ies$/, "y"),
    word.replace(/ves$/, "f"),
    word.replace(/ves$/, "fe"),
  ];
}

/** The usual plural of an English noun; of several words, the last one's. */
export function pluralOf(noun: string): string {
  const irregular = Object.entries(IRREGULAR).find(([, singular]) => new RegExp(`(^| )${singular}$`).test(noun));
  if (irregular) return noun.slice(0, -irregular[1].length) + irregular[0];
  if (/(fish|sheep|deer)$/.test(noun)) return noun;
  if (/(s|x|z|ch|sh|tomato|potato|mango|volcano)$/.test(noun)) return `${noun}es`;
  if (/[^aeiou]y$/.test(noun)) return noun.replace(/y$/, "ies");
  if (/(leaf|wolf|loaf|scarf|elf)$/.test(noun)) return noun.replace(/f$/, "ves");
  return noun.endsWith("knife") ? noun.replace(/fe$/, "ves") : `${noun}s`;
}

function pluralsOf(word: string): string[] {
  return [`${word}s`, `${word}es`, word.replace(/y$/, "ies"), word.replace(/fe?$/, "ves")];
}
