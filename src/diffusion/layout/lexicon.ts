import { nearest } from "../../core/nearest.ts";
import { wordsOf } from "../../core/plain-text.ts";
import { singularsOf } from "../../core/vocabulary.ts";
import { isJoint } from "./clauses.ts";
import { stemOf, withoutEndings } from "./translate.ts";

/** How surely a phrase means a concept: its own name, the end of it (apple: red apple), a keyword of no other, a keyword of several. */
export const STRENGTH = { name: 4, head: 3, unique: 2, keyword: 1 } as const;
/** Shorter words have too many neighbours to be somebody's misspelling. */
const MIN_SPELLING_CHARS = 4;
/** Longer names are never looked for. */
export const MAX_NAME_WORDS = 5;

export interface LexiconConcept {
  readonly id: string;
  readonly name: string;
}

/** Name or keyword in lower case -> concept ids, best first. */
export type Names = Readonly<Record<string, readonly string[]>>;

export interface LexiconData {
  readonly concepts: readonly LexiconConcept[];
  /** English names and keywords. */
  readonly names: Names;
  /** Those of the prompt's own language, where it is another; also looked up by their stems. */
  readonly foreignNames?: Names;
  /** English noun -> a name of the nearest concept (by WordNet). */
  readonly nearest: Readonly<Record<string, string>>;
  /** Names that a community taught; they are ids of concepts, too. */
  readonly taught?: readonly string[];
}

export interface Noun {
  readonly concept: string;
  readonly strength: number;
}

/** Which concept a phrase means. Phrases are words in lower case. */
export interface Lexicon {
  find(words: readonly string[]): Noun | undefined;
  /** The nearest concept to a noun that nothing is called by: its kind (dalmatian: dog), or what it may be a misspelling of. */
  nearest(words: readonly string[]): string | undefined;
  /** How many of the first words are a name that has a connector or an article in it (smiling face with horns); 0 for none. */
  startsWith(words: readonly string[]): number;
  /** How replies and captions call a concept. */
  nameOf(concept: string): string;
}

/** What communities taught comes first, then the prompt's own language, then English. */
export function createLexicon(data: LexiconData): Lexicon {
  const { concepts, names, foreignNames, nearest: kinds, taught = [] } = data;
  const byId = new Map(concepts.map((concept) => [concept.id, concept]));
  const own = new Map(concepts.flatMap(({ id, name }) => [[name, id] as const, [keyOf(name), id] as const]));
  const taughtByName = new Map(taught.map((name) => [keyOf(name), name]));
  /** “firetruck” is “fire truck”. */
  const joinedNames = new Map([...own.keys(), ...Object.keys(names)].map((name) => [name.replaceAll(" ", ""), name]));
  const joining = new Set([...own.keys()].filter(wouldSplit).map(keyOf));
  const longest = Math.max(0, ...[...joining].map((name) => name.split(" ").length));
  const tables = foreignNames ? [foreignNames, names] : [names];
  const stems = foreignNames ? withoutEndings(foreignNames) : {};

  function exact(key: string): Noun | undefined {
    const special = taughtByName.get(key);
    if (special !== undefined) return { concept: special, strength: STRENGTH.name };
    for (const table of tables) {
      const ids = Object.hasOwn(table, key) ? table[key]!.filter((id) => byId.has(id)) : [];
      const [first] = ids;
      // Another language's labels come first in their lists.
      if (first !== undefined && table === foreignNames) return { concept: first, strength: STRENGTH.head };
      if (first !== undefined) return { concept: first, strength: strengthOf(key, first, ids.length) };
    }
    const id = own.get(key);
    return id === undefined ? undefined : { concept: id, strength: STRENGTH.name };
  }

  /** “Füchse” by what is left of “Fuchs”. */
  function foreign(key: string): Noun | undefined {
    const id = stems[stemOf(key)]?.find((other) => byId.has(other));
    return id === undefined ? undefined : { concept: id, strength: STRENGTH.unique };
  }

  function strengthOf(key: string, concept: string, ids: number): number {
    if (own.has(key)) return STRENGTH.name;
    if (byId.get(concept)!.name.endsWith(key)) return STRENGTH.head;
    return ids === 1 ? STRENGTH.unique : STRENGTH.keyword;
  }

  return {
    find(words) {
      const found = [...formsOf(words), ...formsOfHead(words[0]?.split(" ") ?? [])].flatMap(
        (form) => exact(form) ?? [],
      );
      const [first] = found;
      if (!first && foreignNames) return foreign(words.join(" "));
      // “stars” is a keyword of shooting star, but “star” is a name.
      return first && found.reduce((best, noun) => (noun.strength > best.strength ? noun : best));
    },
    nearest(words) {
      const joined = joinedNames.get(words.join(""));
      if (joined !== undefined) return exact(joined)?.concept;
      for (const form of formsOf(words)) {
        const kind = Object.hasOwn(kinds, form) ? exact(kinds[form]!) : undefined;
        if (kind && kind.strength > STRENGTH.keyword) return kind.concept;
      }
      const phrase = words.join(" ");
      if (phrase.length < MIN_SPELLING_CHARS) return undefined;
      const guess = nearest(phrase, [...taughtByName.keys(), ...own.keys()]);
      return guess === undefined ? undefined : (taughtByName.get(guess) ?? own.get(guess));
    },
    startsWith(words) {
      for (let length = Math.min(longest, words.length); length > 1; length--) {
        const span = words.slice(0, length);
        if ([...formsOf(span), ...formsOfHead(span)].some((form) => joining.has(form))) return length;
      }
      return 0;
    },
    nameOf: (id) => byId.get(id)?.name ?? id,
  };
}

/** Whether the grammar would take a name for several things. “two hearts” are two hearts; “two thirty” is a time. */
function wouldSplit(name: string): boolean {
  const words = wordsOf(name);
  return name.includes(",") || (words.some(isJoint) && (words.length > 2 || /(o['’]clock|thirty)$/.test(name)));
}

/** The forms that the last word may be the plural of, itself first. */
function formsOf(words: readonly string[]): string[] {
  return singularsOf(words.at(-1) ?? "").map((last) => [...words.slice(0, -1), last].join(" "));
}

/** “smiling faces with horns”: the plural stands before the connector. */
function formsOfHead(words: readonly string[]): string[] {
  const joint = words.findIndex(isJoint);
  const [head, rest] = [words.slice(0, joint), words.slice(joint)];
  return joint < 1 ? [] : formsOf(head).map((form) => [form, ...rest].join(" "));
}

/** A phrase as the tables have it: “Ice-Cream” is “ice cream”. */
export function keyOf(phrase: string): string {
  return wordsOf(phrase).join(" ");
}
