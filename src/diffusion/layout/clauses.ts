import { COUNTS, DETERMINERS, PLACES, RELATIONS, ROWS, type RelationWord } from "../../core/scene-words.ts";

/** A word of the prompt in lower case, and where it stands. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What stands before a clause: nothing, punctuation, one of PLACES, a phrase of RELATIONS. */
export type Connector = "start" | "comma" | "at" | RelationWord;

/** Words between two connectors: at most one thing. */
export interface Clause {
  readonly connector: Connector;
  /** The connector as it was typed, in lower case. */
  readonly phrase: string;
  readonly words: readonly Word[];
}

export interface Clauses {
  readonly clauses: readonly Clause[];
  /** A phrase of ROWS was there. */
  readonly row: boolean;
}

const TOKEN = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?|[,;.:!?()&+]/gu;

/** No name has more words and commas. */
const MOST_NAME_TOKENS = 12;

/** Longest phrases first. */
const PHRASES: readonly { readonly words: readonly string[]; readonly kind: RelationWord | "at" | "row" }[] = [
  ...Object.entries<readonly string[]>(RELATIONS).flatMap(([kind, phrases]) =>
    phrases.map((phrase) => ({ words: phrase.split(" "), kind: kind as RelationWord })),
  ),
  ...PLACES.map((word) => ({ words: [word], kind: "at" as const })),
  ...ROWS.map((phrase) => ({ words: phrase.split(" "), kind: "row" as const })),
].sort((a, b) => b.words.length - a.words.length);

/**
 * Splits a prompt where relations and punctuation stand, and where another thing is counted or has an article. `masked` phrases stand in no
 * clause; the longer goes first. `nameLength` says how many of some words are one name: it becomes one word.
 */
export function splitClauses(
  prompt: string,
  masked: readonly string[] = [],
  nameLength: (words: readonly string[]) => number = () => 0,
): Clauses {
  const tokens = withoutPhrases(joinNames(tokensOf(prompt), nameLength), masked);
  const clauses: Clause[] = [];
  let row = false;
  let current: { connector: Connector; phrase: string; words: Word[] } = { connector: "start", phrase: "", words: [] };
  const next = (connector: Connector, phrase: string): void => {
    // “and on the left of”, “, with”: the later connector says more.
    if (current.words.length > 0) clauses.push(current);
    current = { connector, phrase, words: [] };
  };

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const found = PHRASES.find(({ words }) => words.every((word, k) => tokens[i + k]?.text === word));
    if (found) {
      i += found.words.length - 1;
      if (found.kind === "row") row = true;
      else next(found.kind, found.words.join(" "));
    } else if (token.text === "&" || token.text === "+") next("and", token.text);
    else if (!/[\p{L}\p{M}\p{N}]/u.test(token.text)) next("comma", token.text);
    else {
      const isAnother = beginsThing(token.text) && current.words.some(({ text }) => !beginsThing(text));
      // “a fox eating an ice cream” names two things without saying how they stand.
      if (isAnother && current.words.at(-1)!.text !== "of") next("with", "");
      current.words.push(token);
    }
  }
  if (current.words.length > 0) clauses.push(current);
  return { clauses, row };
}

function tokensOf(text: string): Word[] {
  return [...text.matchAll(TOKEN)].map((match) => ({
    text: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** “smiling face with horns”, where that is a name, is one word, with or without its commas. */
function joinNames(tokens: readonly Word[], nameLength: (words: readonly string[]) => number): Word[] {
  const joined: Word[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const ahead = tokens.slice(i, i + MOST_NAME_TOKENS).filter(isWord);
    const length = isWord(tokens[i]!) ? nameLength(ahead.map(({ text }) => text)) : 0;
    if (length === 0) {
      joined.push(tokens[i]!);
      continue;
    }
    const words = ahead.slice(0, length);
    const last = words.at(-1)!;
    joined.push({ text: words.map(({ text }) => text).join(" "), start: tokens[i]!.start, end: last.end });
    i = tokens.indexOf(last);
  }
  return joined;
}

function isWord({ text }: Word): boolean {
  return /[\p{L}\p{M}\p{N}]/u.test(text);
}

/** Whether a word of a name would split it. */
export function isJoint(word: string): boolean {
  return beginsThing(word) || PHRASES.some(({ words }) => words.length === 1 && words[0] === word);
}

/** Each of the phrases becomes a comma. */
function withoutPhrases(tokens: readonly Word[], phrases: readonly string[]): Word[] {
  const sorted = phrases.map((phrase) => tokensOf(phrase).map(({ text }) => text)).sort((a, b) => b.length - a.length);
  const left: Word[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const found = sorted.find((words) => words.length > 0 && words.every((word, k) => tokens[i + k]?.text === word));
    left.push(found ? { ...tokens[i]!, text: "," } : tokens[i]!);
    i += found ? found.length - 1 : 0;
  }
  return left;
}

const BEGINNINGS = new Set([...DETERMINERS, ...Object.keys(COUNTS)].filter((word) => word !== "of"));

function beginsThing(word: string): boolean {
  return BEGINNINGS.has(word) || /^\d{1,2}$/.test(word);
}
