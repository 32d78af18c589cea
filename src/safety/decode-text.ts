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
  return normaliseText(decodeEscapes(raw));
}

/** decodeText for text without escapes. */
export function normaliseText(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  const decoded = text
    .normalize("NFKD")
    .replaceAll(INVISIBLE, "")
    .replaceAll(/\p{Cs}/gu, " ");
  return decoded.length > MAX_DECODED_CHARS ? undefined : decoded;
}

/** Escapes may be escaped again: `&amp;#110;`, `%256e`. */
const MAX_ESCAPE_DEPTH = 3;

/** Entities, percent and Unicode escapes and the names of letter emoji as the characters that they stand for. */
export function decodeEscapes(raw: string): string {
  let text = raw;
  for (let depth = 0; depth < MAX_ESCAPE_DEPTH && /[&%\\:=]|U\+|0x/.test(text); depth++) {
    const decoded = decodeOnce(text);
    if (decoded === text) break;
    text = decoded;
  }
  return text;
}

function decodeOnce(raw: string): string {
  return raw
    .replaceAll(/&#x0*([0-9a-f]{1,6});?/gi, (whole, hex: string) => character(Number.parseInt(hex, 16), whole))
    .replaceAll(/&#0*(\d{1,7});?/g, (whole, digits: string) => character(Number(digits), whole))
    .replaceAll(/&([a-z])(?:acute|grave|uml|circ|tilde|ring|cedil|slash|caron|macr|breve|ogon);/gi, "$1")
    .replaceAll(/&([a-z]{2,6});/gi, (whole, name: string) => NAMED_ENTITIES[name.toLowerCase()] ?? whole)
    .replaceAll(
      /\\u([0-9a-f]{4,6})|\\u\{([0-9a-f]{1,6})\}|\\x\{?([0-9a-f]{2})\}?|%u([0-9a-f]{4})|U\+([0-9a-f]{4,6}) ?|0x([0-9a-f]{2})(?![0-9a-f])[\s,]*/gi,
      (whole, ...hex: string[]) => character(Number.parseInt(hex.slice(0, 6).find(Boolean)!, 16), whole),
    )
    .replaceAll(/(?:\\[01][0-7]{2}){2,}/g, (octal) =>
      octal.replaceAll(/\\([01][0-7]{2})/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8))),
    )
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, decodePercent)
    .replaceAll(/(?:=[0-9A-F]{2}){2,}/g, (whole) => decodePercent(whole.replaceAll("=", "%")))
    .replaceAll(/:(?:regional_indicator|letter|alphabet(?:[_-](?:white|yellow))?|blue_square)[_-]([a-z]):/gi, "$1");
}

function character(code: number, otherwise: string): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

function decodePercent(escapes: string): string {
  const text = Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8");
  return text.includes("\u{fffd}") ? escapes : text;
}
