/** Raw text longer than this is refused unread; prompts are limited to 2,000 characters before. */
export const MAX_TEXT_CHARS = 4_000;
/** Some characters grow 18 times when they are normalised; the text after that has its own limit. */
export const MAX_DECODED_CHARS = 6_000;

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ensp: " ",
  emsp: " ",
  thinsp: " ",
  shy: "",
  zwj: "",
  zwnj: "",
  lrm: "",
  rlm: "",
  szlig: "ß",
  oslash: "ø",
  aelig: "æ",
};
const PLAIN = /^[\x20-\x7e\n]*$/;
/** Letters and marks that show nothing, and control characters other than white space. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Mn}\p{Me}\u{2800}\u{1d159}]|(?![\t-\r\u0085])\p{Cc}/gu;

/**
 * Text as a reader of letters sees it: escapes decoded, compatibility forms plain (Unicode NFKD), everything invisible and every combining
 * mark gone. Upper and lower case stay. Undefined when the result is longer than MAX_DECODED_CHARS.
 */
export function decodeText(raw: string): string | undefined {
  const text = decodeEscapes(raw);
  if (PLAIN.test(text)) return text;
  const decoded = text
    .normalize("NFKD")
    .replaceAll(INVISIBLE, "")
    .replaceAll(/\p{Cs}/gu, " ");
  return decoded.length > MAX_DECODED_CHARS ? undefined : decoded;
}

function decodeEscapes(raw: string): string {
  if (!/[&%\\:=]|U\+/.test(raw)) return raw;
  return raw
    .replaceAll(/&#x0*([0-9a-f]{1,6});?/gi, (whole, hex: string) => character(Number.parseInt(hex, 16), whole))
    .replaceAll(/&#0*(\d{1,7});?/g, (whole, digits: string) => character(Number(digits), whole))
    .replaceAll(/&([a-z])(?:acute|grave|uml|circ|tilde|ring|cedil|slash|caron|macr|breve|ogon);/gi, "$1")
    .replaceAll(/&([a-z]{2,6});/gi, (whole, name: string) => NAMED_ENTITIES[name.toLowerCase()] ?? whole)
    .replaceAll(
      /\\u\{?([0-9a-f]{4,6})\}?|\\x([0-9a-f]{2})|%u([0-9a-f]{4})|U\+([0-9a-f]{4,6})/gi,
      (whole, ...hex: string[]) => character(Number.parseInt(hex.slice(0, 4).find(Boolean)!, 16), whole),
    )
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, decodePercent)
    .replaceAll(/(?:=[0-9A-F]{2}){2,}/g, (whole) => decodePercent(whole.replaceAll("=", "%")))
    .replaceAll(/:(?:regional_indicator|letter|alphabet(?:_white|_yellow)?|blue_square)[_-]([a-z]):/gi, "$1");
}

function character(code: number, otherwise: string): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

function decodePercent(escapes: string): string {
  const text = Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8");
  return text.includes("\u{fffd}") ? escapes : text;
}

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
const MARKUP =
  /<!--[^>]{0,80}-->|<\/?[a-z][^<>]{0,80}>|\[\/?[a-z]{1,8}(?:=[^\]]{0,40})?\]|:[a-z0-9_+-]{2,32}:|\\[a-z](?![a-z])|(?<=\p{L})(?:\([^()]{0,40}\)|\[[^[\]]{0,40}\]|\{[^{}]{0,40}\}|<[^<>]{0,40}>)(?=\p{L})/giu;

/** Other ways to read the same decoded text; only those that differ from it. */
export function otherReadings(decoded: string): string[] {
  const readings = new Set<string>();
  if (/[<[({:\\]/.test(decoded)) readings.add(decoded.replaceAll(MARKUP, ""));
  if (/[|\\/()<>{}[\]]/.test(decoded)) {
    readings.add(decoded.replaceAll(DRAWN_PATTERN, (drawn) => DRAWN_LETTERS.get(drawn.toLowerCase()) ?? drawn));
  }
  readings.delete(decoded);
  return [...readings];
}
