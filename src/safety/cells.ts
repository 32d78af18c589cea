import type { LookAlikes } from "./look-alikes.ts";

export const LETTER = 0;
/** May be a letter, or nothing: `n1u1d1e`, `p0rn`. */
export const DIGIT = 1;
/** A sign that may be a letter, a mask for any letter, or nothing: `p@rn`. */
export const SIGN = 2;
/** Punctuation without white space: nothing, or a mask for as many letters. */
export const GAP = 3;
/** White space, with any punctuation around it. */
export const SPACE = 4;

/** A run of equal characters, or a run of separators, with every reading it has. */
export interface Cell {
  readonly kind: typeof LETTER | typeof DIGIT | typeof SIGN | typeof GAP | typeof SPACE;
  /** Letters it may be, its own first; empty for gaps. */
  readonly letters: string;
  /** How often the character repeats; for gaps the number of signs that could mask a letter. */
  count: number;
  /** A word starts here by case: `veryBig`. */
  readonly camel: boolean;
  /** It separates more than a space does: a comma, a line, a bracket. */
  strong: boolean;
  /** How well the sign hides a letter: 0 not at all (`/`), 1 within a word (`n_de`), 2 always, 3 it is what people use for it (`*`, `#`). */
  readonly mask: 0 | 1 | 2 | 3;
  /** Range in the decoded text. */
  readonly at: number;
  end: number;
}

const SIGN_LETTERS: Readonly<Record<string, string>> = {
  "@": "a",
  $: "s",
  "!": "il",
  "+": "t",
  "|": "il",
  "#": "h",
  "&": "a",
};
const DIGIT_LETTERS = ["o", "il", "z", "e", "a", "s", "gb", "t", "b", "g"];
const SPACES = /\s/;
/** Letters, and signs that are nothing but letters in a frame, flags and Braille. */
const IS_LETTER = /[\p{L}\p{Mc}\p{Alphabetic}\p{Regional_Indicator}\p{Script=Braille}]/u;
const IS_NUMBER = /\p{N}/u;
const APOSTROPHES = "'’‘`´ʼ";

/** Cuts decoded text into cells, in one pass. `turned` reads every character as it looks upside down. */
export function toCells(text: string, lookAlikes: LookAlikes, turned = false): Cell[] {
  const cells: Cell[] = [];
  let previous = "";
  let at = 0;
  for (const symbol of text) {
    const character = turned
      ? (lookAlikes.turned.get(symbol.toLowerCase()) ?? lookAlikes.turned.get(symbol) ?? symbol)
      : symbol;
    const end = at + symbol.length;
    if (!(APOSTROPHES.includes(character) && isWithinWord(previous, text, end))) {
      for (const cell of readCharacter(character, previous, lookAlikes, at, end)) append(cells, cell);
      previous = character;
    }
    at = end;
  }
  return cells;
}

function* readCharacter(
  character: string,
  previous: string,
  lookAlikes: LookAlikes,
  at: number,
  end: number,
): Generator<Cell> {
  const code = character.codePointAt(0)!;
  const base = { count: 1, camel: false, strong: false, mask: 0, at, end } as const;
  if (code >= 0x61 && code <= 0x7a) {
    yield { ...base, kind: LETTER, letters: character };
  } else if (code >= 0x41 && code <= 0x5a) {
    yield { ...base, kind: LETTER, letters: character.toLowerCase(), camel: previous >= "a" && previous <= "z" };
  } else if (code >= 0x30 && code <= 0x39) {
    yield { ...base, kind: DIGIT, letters: DIGIT_LETTERS[code - 0x30]! };
  } else if (SPACES.test(character)) {
    yield { ...base, kind: SPACE, letters: "", count: 0, strong: character === "\n" || character === "\r" };
  } else if (code < 0x80) {
    const letters = SIGN_LETTERS[character];
    const gap = { ...base, strong: !"-_.'\"`~^*".includes(character), mask: maskOf(character) };
    yield letters === undefined ? { ...gap, kind: GAP, letters: "" } : { ...gap, kind: SIGN, letters };
  } else {
    yield* readForeign(character, lookAlikes, base);
  }
}

function* readForeign(
  character: string,
  lookAlikes: LookAlikes,
  base: Omit<Cell, "kind" | "letters" | "mask"> & { mask: 0 },
): Generator<Cell> {
  const lower = character.toLowerCase();
  const readings = [...(lookAlikes.readings.get(character) ?? []), ...(lookAlikes.readings.get(lower) ?? [])];
  const single = [...new Set(readings.filter((reading) => reading.length === 1))].join("");
  const cluster = readings.find((reading) => reading.length > 1);
  if (IS_LETTER.test(character)) {
    if (cluster !== undefined && single === "") {
      for (const letter of cluster) yield { ...base, kind: LETTER, letters: letter };
    } else {
      yield { ...base, kind: LETTER, letters: lower + single };
    }
  } else if (single !== "") {
    yield { ...base, kind: IS_NUMBER.test(character) ? DIGIT : SIGN, letters: single, mask: 2 };
  } else {
    yield { ...base, kind: GAP, letters: "", strong: true, mask: 2 };
  }
}

function maskOf(character: string): Cell["mask"] {
  if ("*#".includes(character)) return 3;
  if ("%?$@!^~&".includes(character)) return 2;
  return "-_.".includes(character) ? 1 : 0;
}

/** Merges runs: equal letters into one counted cell, separators into one gap. */
function append(cells: Cell[], cell: Cell): void {
  const last = cells.at(-1);
  if (
    last?.kind === cell.kind &&
    last.letters === cell.letters &&
    last.mask === cell.mask &&
    !cell.camel &&
    cell.kind !== DIGIT
  ) {
    last.count += cell.count;
    last.strong ||= cell.strong;
    last.end = cell.end;
  } else if (last?.kind === SPACE && (cell.kind === GAP || cell.kind === SPACE)) {
    last.strong ||= cell.strong;
    last.end = cell.end;
  } else if (last?.kind === GAP && cell.kind === SPACE && last.mask < 3) {
    cells[cells.length - 1] = { ...cell, at: last.at, strong: last.strong || cell.strong };
  } else {
    cells.push(cell);
  }
}

function isWithinWord(previous: string, text: string, next: number): boolean {
  return IS_LETTER.test(previous) && IS_LETTER.test(text.charAt(next));
}
