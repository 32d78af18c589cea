import { COLOURS, COUNTS, DETERMINERS, SIZES, type ColourWord, type SizeWord } from "../../core/scene-words.ts";
import type { Word } from "./clauses.ts";
import { MAX_NAME_WORDS, STRENGTH, type Lexicon } from "./lexicon.ts";

/** What a clause says of a thing, and the words that are left to name it. */
export interface NounPhrase {
  readonly count: number;
  readonly size?: SizeWord;
  readonly colour?: ColourWord;
  /** It has an article or a count: somebody meant a thing. */
  readonly counted: boolean;
  readonly words: readonly Word[];
}

/** A phrase that names a concept. */
export interface Found {
  readonly concept: string;
  readonly strength: number;
  readonly words: readonly Word[];
}

const SIZE_OF = flip<SizeWord>(SIZES);
const COLOUR_OF = flip<ColourWord>(COLOURS);
const DETERMINER = new Set(DETERMINERS);

/**
 * Takes articles, counts, sizes and colours off both ends of a clause. A clause of nothing but a colour keeps it (an orange), and so does a
 * concept whose name begins with it (black cat).
 */
export function readNounPhrase(clause: readonly Word[], lexicon: Lexicon): NounPhrase {
  let count = 1;
  let size: SizeWord | undefined;
  let colour: ColourWord | undefined;
  let counted = false;
  const words = [...clause];

  const take = ({ text }: Word): boolean => {
    if (DETERMINER.has(text)) counted ||= text !== "of";
    else if (Object.hasOwn(COUNTS, text) || /^\d{1,2}$/.test(text)) {
      count = COUNTS[text] ?? Math.max(1, Number(text));
      counted = true;
    } else if (SIZE_OF.has(text)) size = SIZE_OF.get(text);
    else if (COLOUR_OF.has(text) && words.length > 1) colour = COLOUR_OF.get(text);
    else return false;
    return true;
  };
  while (words[0] && !beginsName(words, lexicon) && take(words[0])) words.shift();
  const last = () => words.at(-1);
  // “un renard rouge”, “a balloon red”: what follows the noun.
  while (words.length > 1 && last() && !DETERMINER.has(last()!.text) && take(last()!)) words.pop();
  return { count, counted, words, ...(size ? { size } : {}), ...(colour ? { colour } : {}) };
}

/**
 * The part of a phrase that names a concept: the surest, of equally sure ones the longer where they overlap, else the later, since an
 * English noun stands at the end (“happy dog”).
 */
export function findNoun(words: readonly Word[], lexicon: Lexicon): Found | undefined {
  let best: (Found & { readonly from: number; readonly to: number }) | undefined;
  for (let to = words.length; to > 0; to--) {
    for (let from = Math.max(0, to - MAX_NAME_WORDS); from < to; from++) {
      const span = words.slice(from, to);
      const noun = lexicon.find(span.map(({ text }) => text));
      if (!noun || (noun.strength < STRENGTH.name && isVerb(span))) continue;
      const isInside = best !== undefined && from >= best.from && to <= best.to;
      if (!best || (noun.strength > best.strength && !isInside)) best = { ...noun, words: span, from, to };
    }
  }
  return best;
}

/** “a dog running”: only names may end like verbs (king, ring). */
function isVerb(words: readonly Word[]): boolean {
  return words.length === 1 && words[0]!.text.endsWith("ing");
}

function beginsName(words: readonly Word[], lexicon: Lexicon): boolean {
  const first = words[0]!.text;
  if (!SIZE_OF.has(first) && !COLOUR_OF.has(first)) return false;
  const texts = words.map(({ text }) => text);
  return [2, 3, 4].some(
    (length) => length <= texts.length && lexicon.find(texts.slice(0, length))?.strength === STRENGTH.name,
  );
}

/** A concept for a phrase that names none: by its kind or its spelling, of the whole phrase or of its last words. */
export function guessNoun(words: readonly Word[], lexicon: Lexicon): Found | undefined {
  for (let from = Math.max(0, words.length - MAX_NAME_WORDS); from < words.length; from++) {
    const span = words.slice(from);
    const concept = lexicon.nearest(span.map(({ text }) => text));
    if (concept !== undefined) return { concept, strength: STRENGTH.name, words: span };
  }
  return undefined;
}

/** A phrase with the colour and size that stand between other words and its noun: “a quick brown fox”. */
export function withAdjectives(phrase: NounPhrase, { words }: Found): NounPhrase {
  const before = phrase.words.filter(({ end }) => end <= words[0]!.start).map(({ text }) => text);
  const colour = phrase.colour ?? before.map((text) => COLOUR_OF.get(text)).find(Boolean);
  const size = phrase.size ?? before.map((text) => SIZE_OF.get(text)).find(Boolean);
  return { ...phrase, ...(colour ? { colour } : {}), ...(size ? { size } : {}) };
}

/** Whether a phrase is nothing but a colour: “on red”. */
export function isColour(words: readonly Word[]): boolean {
  return words.length === 1 && COLOUR_OF.has(words[0]!.text);
}

function flip<T extends string>(table: Readonly<Record<T, readonly string[]>>): ReadonlyMap<string, T> {
  return new Map(
    Object.entries<readonly string[]>(table).flatMap(([name, words]) =>
      words.map((word) => [word, name as T] as const),
    ),
  );
}
