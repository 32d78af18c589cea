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

/** What one character may be. */
interface Reading {
  readonly kind: typeof LETTER | typeof DIGIT | typeof SIGN | typeof GAP | typeof SPACE;
  /** Letters it may be, its own first; empty for gaps. */
  readonly letters: string;
  /** It separates more than a space does: a comma, a line, a bracket. */
  readonly strong: boolean;
  /** How well the sign hides a letter: 0 not at all (`/`), 1 within a word (`n_de`), 2 always, 3 it is what people use for it (`*`, `#`). */
  readonly mask: 0 | 1 | 2 | 3;
}

/** A run of equal characters, or a run of separators, with every reading it has. */
export interface Cell extends Omit<Reading, "strong"> {
  strong: boolean;
  /** How often the character repeats; for gaps the number of signs that could mask a letter. */
  count: number;
  /** A word starts here by case: `veryBig`. */
  readonly camel: boolean;
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
  "^": "a",
};
const DIGIT_LETTERS = ["0o", "1il", "2z", "3e", "4a", "5s", "6gb", "7t", "8b", "9g"];
/** Signs that people write within words and phrases. */
const WEAK_SIGNS = "-.'\"`~^*";
const SPACES = /\s/;
/** Letters, and signs that are nothing but letters in a frame, flags and Braille. */
const IS_LETTER = /[\p{L}\p{Mc}\p{Alphabetic}\p{Regional_Indicator}\p{Script=Braille}]/u;
const IS_NUMBER = /\p{N}/u;
const APOSTROPHES = "'’‘`´ʼ";
const ASCII = Array.from({ length: 128 }, (_, code) => readAscii(String.fromCharCode(code)));

/** Cuts decoded text into cells, in one pass. `turned` reads every character as it looks upside down. */
export function toCells(text: string, lookAlikes: LookAlikes, turned = false): Cell[] {
  const cells: Cell[] = [];
  let previous = "";
  let at = 0;
  for (const symbol of text) {
    const character = turned ? turn(symbol, lookAlikes) : symbol;
    const end = at + symbol.length;
    if (!(APOSTROPHES.includes(character) && IS_LETTER.test(previous) && IS_LETTER.test(text.charAt(end)))) {
      const code = character.codePointAt(0)!;
      const camel = code >= 0x41 && code <= 0x5a && previous >= "a" && previous <= "z";
      if (code < 0x80) append(cells, ASCII[code]!, camel, at, end);
      else for (const reading of readForeign(character, lookAlikes)) append(cells, reading, camel, at, end);
      previous = character;
    }
    at = end;
  }
  return cells;
}

function turn(symbol: string, { turned }: LookAlikes): string {
  return turned.get(symbol.toLowerCase()) ?? turned.get(symbol) ?? symbol;
}

function readAscii(character: string): Reading {
  if (/[a-z]/i.test(character)) return { kind: LETTER, letters: character.toLowerCase(), strong: false, mask: 0 };
  if (/\d/.test(character)) return { kind: DIGIT, letters: DIGIT_LETTERS[Number(character)]!, strong: false, mask: 0 };
  if (SPACES.test(character)) return { kind: SPACE, letters: "", strong: /[\r\n]/.test(character), mask: 0 };
  // File names write spaces as underscores.
  if (character === "_") return { kind: SPACE, letters: "", strong: false, mask: 1 };
  const letters = SIGN_LETTERS[character];
  const separator = { strong: !WEAK_SIGNS.includes(character), mask: maskOf(character) };
  return letters === undefined ? { kind: GAP, letters: "", ...separator } : { kind: SIGN, letters, ...separator };
}

function maskOf(character: string): Reading["mask"] {
  if ("*#".includes(character)) return 3;
  if ("%?$@!^~&".includes(character)) return 2;
  return "-.".includes(character) ? 1 : 0;
}

function readForeign(character: string, { readings }: LookAlikes): Reading[] {
  if (SPACES.test(character)) return [ASCII[0x20]!];
  const lower = character.toLowerCase();
  const all = [...(readings.get(character) ?? []), ...(readings.get(lower) ?? [])];
  const single = [...new Set(all.filter((reading) => reading.length === 1))].join("");
  if (!IS_LETTER.test(character)) {
    if (single === "") return [{ kind: GAP, letters: "", strong: true, mask: 2 }];
    return [{ kind: IS_NUMBER.test(character) ? DIGIT : SIGN, letters: single, strong: false, mask: 2 }];
  }
  const cluster = single === "" ? all[0] : undefined;
  const letters = cluster === undefined ? [lower + single] : Array.from(cluster);
  return letters.map((options) => ({ kind: LETTER, letters: options, strong: false, mask: 0 }));
}

/** Merges runs: equal letters into one counted cell, separators into one gap. */
function append(cells: Cell[], reading: Reading, camel: boolean, at: number, end: number): void {
  const { kind, letters, strong, mask } = reading;
  const last = cells.at(-1);
  if (last !== undefined) {
    const isRun = last.kind === kind && last.letters === letters && last.mask === mask && !camel && kind !== DIGIT;
    if (isRun || (last.kind === SPACE && kind === GAP && last.mask === 0)) {
      last.count += 1;
      last.strong ||= strong;
      last.end = end;
      return;
    }
    if (last.kind === GAP && kind === SPACE && last.mask < 3) {
      cells[cells.length - 1] = {
        kind,
        letters,
        mask,
        count: 1,
        camel,
        strong: last.strong || strong,
        at: last.at,
        end,
      };
      return;
    }
  }
  cells.push({ kind, letters, mask, count: 1, camel, strong, at, end });
}
