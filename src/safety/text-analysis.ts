import { namesMinorAge } from "./ages.ts";
import { toCells, type Cell } from "./cells.ts";
import { decodeText, MAX_TEXT_CHARS } from "./decode-text.ts";
import { findWords } from "./find-words.ts";
import { isForeignWord } from "./foreign-text.ts";
import type { LookAlikes } from "./look-alikes.ts";
import { otherReadings } from "./other-readings.ts";
import type { Rules, WordList } from "./rules.ts";
import { createWordTree, type Entry, type WordNode } from "./word-tree.ts";

/** What a text contains, before any decision. */
export interface Analysis {
  /** Rules that the text breaks by itself. */
  readonly rules: ReadonlySet<string>;
  /** Groups that combinations ask for. */
  readonly groups: ReadonlySet<string>;
}

/** Group of every text that names an age below 18. */
export const MINOR_GROUP = "minor";
export const TOO_LONG_RULE = "filter/text-too-long";
export const TOO_COMPLEX_RULE = "filter/text-too-complex";

export interface TextAnalyser {
  /** Reads one text; `negative` texts say what must not be in the picture. Total: never throws, for any text. */
  analyse(text: string, negative: boolean): Analysis;
}

interface Found extends Analysis {
  readonly rules: Set<string>;
  readonly groups: Set<string>;
}

interface Reading {
  readonly text: string;
  readonly cells: readonly Cell[];
}

interface Lexicon {
  readonly lists: readonly WordList[];
  readonly tree: WordNode;
  readonly emoji: readonly (readonly [string, WordList])[];
}

/** A minus in a weight turns a prompt into a negative prompt and the other way round: `(dressed:-1)`. */
const FLIPPED_WEIGHT = /:\s*[-−–]\s*\.?\d|--no\b/;
const SEPARATORS = /[\s_-]+/;

export function createTextAnalyser(rules: Rules, lookAlikes: LookAlikes): TextAnalyser {
  const lexicons = {
    positive: createLexicon(rules.lists.filter((list) => list.part === "positive")),
    negative: createLexicon(rules.lists.filter((list) => list.part === "negative")),
  };
  const commonWords = new Set(rules.commonWords);
  const allowed = allowPattern(rules.allow);

  function analyse(text: string, negative: boolean): Analysis {
    const result: Found = { rules: new Set(), groups: new Set() };
    const decoded = text.length > MAX_TEXT_CHARS ? undefined : decodeText(text);
    if (decoded === undefined) {
      result.rules.add(TOO_LONG_RULE);
      return result;
    }
    const used = FLIPPED_WEIGHT.test(decoded)
      ? Object.values(lexicons)
      : [negative ? lexicons.negative : lexicons.positive];
    const readings = [decoded, ...otherReadings(text, decoded)].flatMap(readCells);
    for (const lexicon of used) {
      for (const reading of readings) search(reading, lexicon, result);
      for (const [emoji, list] of lexicon.emoji) if (text.includes(emoji)) note(list, result);
    }
    if (!negative && namesMinorAge(decoded)) result.groups.add(MINOR_GROUP);
    return result;
  }

  /** A text upright, and upside down where it has characters for that. */
  function readCells(text: string): Reading[] {
    const upright = { text, cells: toCells(text, lookAlikes) };
    return lookAlikes.turnedOnly.test(text) ? [upright, { text, cells: toCells(text, lookAlikes, true) }] : [upright];
  }

  /** Reads to the end, and back. */
  function search({ text, cells }: Reading, lexicon: Lexicon, result: Found): void {
    for (const backwards of [false, true]) {
      const found = findWords(cells, lexicon.tree, { commonWords, backwards });
      if ("exhausted" in found) {
        result.rules.add(TOO_COMPLEX_RULE);
        return;
      }
      const suspects = found.findings.filter(({ entry }) => !isNoted(lexicon.lists[entry.list]!, result));
      const harmless = suspects.length === 0 ? [] : [...text.toLowerCase().matchAll(allowed)];
      for (const { entry, from, to } of suspects) {
        const isNative = entry.letters.charCodeAt(0) <= 0x7f && isForeignWord(cells, from, to);
        const isHarmless = isNative || harmless.some((span) => covers(span, cells[from]!, cells[to - 1]!));
        if (!isHarmless) note(lexicon.lists[entry.list]!, result);
      }
    }
  }

  return { analyse };
}

function note(list: WordList, result: Found): void {
  if (list.rule !== undefined) result.rules.add(list.rule);
  for (const group of list.groups) result.groups.add(group);
}

function isNoted(list: WordList, result: Analysis): boolean {
  return (
    (list.rule === undefined || result.rules.has(list.rule)) && list.groups.every((group) => result.groups.has(group))
  );
}

function createLexicon(lists: readonly WordList[]): Lexicon {
  const entries: Entry[] = [];
  const emoji: (readonly [string, WordList])[] = [];
  for (const [index, list] of lists.entries()) {
    const inside = new Set(list.inside);
    for (const word of list.words) {
      const parts = (decodeText(word) ?? "").toLowerCase().split(SEPARATORS).map(lettersOf);
      const letters = parts.join("");
      if (letters === "") emoji.push([word, list]);
      else
        entries.push({
          letters,
          breaks: breaksOf(parts),
          inside: inside.has(word) || writesWithoutSpaces(letters),
          exact: list.exact,
          list: index,
        });
    }
  }
  return { lists, tree: createWordTree(entries), emoji };
}

function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\p{Mc}]/gu, "");
}

/** Letters before each space. */
function breaksOf(parts: readonly string[]): number[] {
  let letters = 0;
  return parts.slice(0, -1).map((part) => (letters += part.length));
}

/** Chinese, Japanese, Korean (a word and its particles) and Thai words stand in the text without spaces. */
function writesWithoutSpaces(letters: string): boolean {
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Hangul}\p{Script=Thai}]+$/u.test(letters);
}

function allowPattern(phrases: readonly string[]): RegExp {
  const alternatives = phrases
    .map((phrase) => (decodeText(phrase) ?? phrase).toLowerCase())
    .toSorted((a, b) => b.length - a.length)
    .map((phrase) =>
      phrase
        .split(SEPARATORS)
        .map((word) => word.replaceAll(/[.+?^$(){}|[\]\\]/g, "\\$&").replaceAll("*", "\\p{L}*"))
        .join("[\\s_,-]+"),
    );
  return new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${alternatives.length === 0 ? "(?!)" : alternatives.join("|")})(?:'?s)?(?![\\p{L}\\p{N}])`,
    "gu",
  );
}

function covers(span: RegExpMatchArray, first: Cell, last: Cell): boolean {
  return span.index! <= first.at && last.end <= span.index! + span[0].length;
}
