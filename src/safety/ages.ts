/** Younger than this is a minor. */
const ADULT_YEARS = 18;
const NUMBER_WORDS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
  "thirteen",
  "fourteen",
  "fifteen",
  "sixteen",
  "seventeen",
];
const NUMBER = `(\\d{1,3}|${NUMBER_WORDS.join("|")})`;
const AGES = new RegExp(
  [
    `(?<![\\p{L}\\p{N}.])${NUMBER}[\\s_-]*(?:years?|yrs?|y|months?|weeks?|days?)[\\s_.,/-]*(?:olds?|o)(?!\\p{L})`,
    `(?<![\\p{L}\\p{N}.])${NUMBER}[\\s_-]*y[\\s./]*o(?!\\p{L})`,
    `(?<!\\p{L})(?:aged?|age of|turning|looks?|is|year)[\\s:=_-]*${NUMBER}(?![\\p{L}\\p{N}:.%/]| *(?:x|px|mm|k|steps|by)(?!\\p{L}))`,
    `(?<![\\p{L}\\p{N}.])${NUMBER}[\\s-]*(?:jahre?|jahrig\\p{L}*|anos?|ans|anni|лет|года?|歳|才|岁|歲|살|세)(?!\\p{Lu})`,
    `(?<!\\p{L})(?:under|below|less than|younger than|not yet)[\\s-]*(?:the age of )?${NUMBER}(?!\\p{N})`,
  ].join("|"),
  "giu",
);

/** The text names an age below 18, in figures or words. `text` is decoded text. */
export function namesMinorAge(text: string): boolean {
  for (const match of text.toLowerCase().matchAll(AGES)) {
    const named = match.slice(1).find((group) => group !== undefined);
    if (named === undefined) continue;
    const years = NUMBER_WORDS.indexOf(named);
    const age = years >= 0 ? years : Number(named);
    const isLimit = /^(?:under|below|less|younger|not)/.test(match[0]);
    if (age < ADULT_YEARS || (isLimit && age === ADULT_YEARS)) return true;
  }
  return false;
}
