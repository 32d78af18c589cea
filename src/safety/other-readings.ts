import { decodeEscapes, normaliseText } from "./decode-text.ts";

/** Multi-character drawings of letters, longest first. */
const DRAWN: readonly (readonly [string, string])[] = [
  ["|\\/|", "m"],
  ["/\\/\\", "m"],
  ["\\/\\/", "w"],
  ["|/\\|", "w"],
  ["/-\\", "a"],
  ["|\\|", "n"],
  ["/\\/", "n"],
  ["|_|", "u"],
  ["(_)", "u"],
  ["[_]", "u"],
  ["{_}", "u"],
  ["\\_/", "u"],
  ["|-|", "h"],
  ["]-[", "h"],
  [")-(", "h"],
  ["}-{", "h"],
  ["/-/", "h"],
  ["-|-", "t"],
  ["']['", "t"],
  ["|)", "d"],
  ["|]", "d"],
  ["|}", "d"],
  ["[)", "d"],
  ["c|", "d"],
  ["|>", "p"],
  ["|*", "p"],
  ["|°", "p"],
  ["|o", "p"],
  ["|=", "f"],
  ["|<", "k"],
  ["|{", "k"],
  ["|_", "l"],
  ["|2", "r"],
  ["|?", "r"],
  ["|^", "r"],
  ["|3", "b"],
  ["|:", "b"],
  ["><", "x"],
  ["}{", "x"],
  ["[-", "e"],
  ["|-", "e"],
  ["()", "o"],
  ["[]", "o"],
  ["<>", "o"],
  ["{}", "o"],
  ["/\\", "a"],
  ["\\/", "v"],
  ["vv", "w"],
  ["`/", "y"],
  ["'/", "y"],
  ["(", "c"],
  ["<", "c"],
  ["|", "i"],
];
const DRAWN_LETTERS = new Map(DRAWN);
const DRAWN_PATTERN = new RegExp(
  DRAWN.map(([drawn]) => drawn.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"),
  "gi",
);
/** What does not show in the text that a person sees, or in the one that a model sees: markup, weights, emphasis. */
const MARKUP = new RegExp(
  [
    String.raw`<!--[^>]{0,80}-->`,
    String.raw`<\/?[a-z][^<>]{0,80}>`,
    String.raw`\[\/?[a-z]{1,8}(?:=[^\]]{0,40})?\]`,
    String.raw`:[a-z0-9_+-]{2,32}:`,
    String.raw`\\[a-z](?![a-z])`,
    String.raw`(?<=\p{L})(?:\([^()]{0,40}\)|\[[^[\]]{0,40}\]|\{[^{}]{0,40}\}|<[^<>]{0,40}>)(?=\p{L})`,
    String.raw`(?<=\p{L}):[-+]?\d*\.?\d+(?=[)\]}>])`,
    "(?<=\\p{L})(?:[*_~|`]{2,}|[*`])(?=\\p{L})",
  ].join("|"),
  "giu",
);
const LINK = /\[([^[\]]{0,80})\]\([^()\s]{0,80}\)/g;
/** `1. a 2. b`: so many of them are a numbered list. */
const NUMBERS = /(?<![\p{L}\p{N}.])\d{1,2}[.)]\s*/gu;
const MIN_NUMBERS = 3;
/** U+0363 to U+036F are small letters above others. */
const LETTERS_ABOVE = "aeioucdhmrtvx";

/** Other ways to read the same text; only those that differ from `decoded`, its plain reading. */
export function otherReadings(raw: string, decoded: string): string[] {
  const readings = new Set<string>();
  if (/[<[({:\\*`]|~~|__/.test(decoded)) readings.add(decoded.replaceAll(LINK, "$1").replaceAll(MARKUP, ""));
  if (/[|\\/()<>{}[\]]/.test(decoded)) {
    readings.add(decoded.replaceAll(DRAWN_PATTERN, (drawn) => DRAWN_LETTERS.get(drawn.toLowerCase()) ?? drawn));
  }
  if ((decoded.match(NUMBERS)?.length ?? 0) >= MIN_NUMBERS) readings.add(decoded.replaceAll(NUMBERS, ""));
  if (HIDDEN.test(raw)) {
    const shown = normaliseText(showHidden(decodeEscapes(raw)));
    if (shown !== undefined) readings.add(shown);
  }
  readings.delete(decoded);
  return [...readings];
}

/** Letters in invisible tag characters, text that is turned round, letters above letters. */
const HIDDEN = /[\u{e0020}-\u{e007e}\u202e]|[\u0363-\u036f]|[&\\%]/u;
const TURNED_ROUND = /\u202e([^\u202c\u2066-\u2069]*)/gu;

function showHidden(text: string): string {
  return text
    .replaceAll(/[\u{e0020}-\u{e007e}]/gu, (tag) => String.fromCodePoint(tag.codePointAt(0)! - 0xe0000))
    .replaceAll(TURNED_ROUND, (_, turned: string) => Array.from(turned).toReversed().join(""))
    .replaceAll(/[\u0363-\u036f]/g, (mark) => LETTERS_ABOVE[mark.charCodeAt(0) - 0x363]!);
}
