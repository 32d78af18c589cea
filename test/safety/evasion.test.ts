import { describe, expect, it } from "vitest";
import { KNOWN_EVASIONS, NASTY_EVASIONS, type Evasion } from "./evasions.ts";
import { SECOND_EVASIONS } from "./second-evasions.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { GENERAL, SENTINELS, sentinelFilter, shippedFilter, shippedRules } from "./rules-for-tests.ts";

const sentinels = sentinelFilter();
const shipped = shippedFilter();

/** The spellings that pass. */
function missed(
  filter: typeof sentinels,
  words: readonly string[],
  evasions: readonly (readonly [string, Evasion])[],
): string[] {
  return evasions.flatMap(([name, spell]) =>
    words
      .map((word) => spell(word))
      .filter(
        (text) =>
          filter.reviewTexts([{ text: `portrait of a woman, ${text}, oil on canvas`, part: "prompt" }], GENERAL)
            .level === "allow",
      )
      .map((text) => `${name}: ${text}`),
  );
}

/** Strong words of the shipped lexicon, of 4 to 12 plain letters; they are read from the file and not written here. */
const shippedWords = [
  ...new Set(shippedRules().lists.flatMap((list) => (list.rule === undefined ? [] : list.inside))),
].filter((word) => /^[a-z]{4,12}$/.test(word));

const ALL: Readonly<Record<string, Evasion>> = { ...KNOWN_EVASIONS, ...NASTY_EVASIONS, ...SECOND_EVASIONS };
/** Ways to write letters, to put something between them, and to put them into a prompt; each goes with each. */
const LETTERS =
  `plain|upper case|leet letters|diacritics|Cyrillic|Greek|fullwidth|mathematical bold|enclosed|small capitals|Cherokee|Lisu|
  syllabics|fraktur|squared|strokes|macrons|IPA|fonts in turn|script|monospace|vietnamese|faux greek caps`
    .split("|")
    .map((name) => name.trim());
const BETWEEN =
  `plain|plain|spaced|dotted|dashed|starred|zero-width space|zero-width mix|underlined|zalgo|commas|emoji|thin space|BOM|
  middle dots|quotes|tildes`
    .split("|")
    .map((name) => name.trim());
const AROUND =
  `plain|weight|nested weight|prompt editing|alternation|LoRA tag|embedding tag|escaped brackets|right-to-left override|
  wildcard|BREAK|braces three|md link|discord emoji|json|unclosed|double colon|hash`
    .split("|")
    .map((name) => name.trim());

describe("evasion", () => {
  it("has fifty known evasions", () => {
    expect(Object.keys(KNOWN_EVASIONS)).toHaveLength(50);
  });

  it.each(Object.entries(KNOWN_EVASIONS))("catches every sentinel: %s", (...evasion) => {
    expect(missed(sentinels, SENTINELS, [evasion])).toEqual([]);
  });

  it("catches nearly every nasty spelling of the sentinels", () => {
    const evasions = Object.entries(NASTY_EVASIONS);

    const passed = missed(sentinels, SENTINELS, evasions);

    expect(passed.length / (evasions.length * SENTINELS.length), passed.join("\n")).toBeLessThan(0.03);
  });

  it("catches the known evasions of the shipped strong words", () => {
    expect(shippedWords.length).toBeGreaterThan(8);
    expect(missed(shipped, shippedWords, Object.entries(KNOWN_EVASIONS))).toEqual([]);
  });

  it("catches nearly every nasty spelling of the shipped strong words", () => {
    const evasions = Object.entries(NASTY_EVASIONS);

    const passed = missed(shipped, shippedWords, evasions);

    expect(passed.length / (evasions.length * shippedWords.length), passed.join("\n")).toBeLessThan(0.03);
  });

  it("catches two evasions at once", () => {
    const inner = ["Cyrillic", "leet letters", "diacritics", "fullwidth", "small capitals", "mathematical bold"];
    const outer = [
      "spaced",
      "dotted",
      "zero-width space",
      "weight",
      "upper case",
      "HTML entity",
      "right-to-left override",
      "snake case",
    ];
    const pairs = inner.flatMap((one) =>
      outer.map(
        (two) => [`${one} + ${two}`, (word: string) => KNOWN_EVASIONS[two]!(KNOWN_EVASIONS[one]!(word))] as const,
      ),
    );

    const passed = missed(sentinels, SENTINELS, pairs);

    expect(passed.length / (pairs.length * SENTINELS.length), passed.join("\n")).toBeLessThan(0.05);
  });

  it.each([
    ["sentinels", sentinels, SENTINELS],
    ["shipped strong words", shipped, shippedWords],
  ])("catches at least 95 percent of a second collection: %s", (_, filter, words) => {
    const evasions = Object.entries(SECOND_EVASIONS);

    const passed = missed(filter, words, evasions);

    expect(evasions.length).toBeGreaterThan(280);
    expect(passed.length / (evasions.length * words.length), passed.join("\n")).toBeLessThan(0.05);
  });

  it("catches at least 90 percent of five hundred mixtures of letters, separators and syntax", () => {
    const random = seededRandom(7);
    const pick = (names: readonly string[]) => names[random(names.length)]!;
    const mixtures = Array.from({ length: 500 }, () => {
      const names = [pick(LETTERS), pick(BETWEEN), pick(AROUND)];
      const spell = (word: string): string => names.reduce((text, name) => ALL[name]!(text), word);
      return [names.join(" + "), spell] as const;
    });

    const passed = missed(sentinels, SENTINELS, mixtures);

    expect(passed.length / (mixtures.length * SENTINELS.length), passed.join("\n")).toBeLessThan(0.1);
  });

  it("finds a payload at the end of a flood of commas", () => {
    const text = `${"a castle, ".repeat(90)}${SENTINELS[0]}`;

    expect(sentinels.reviewTexts([{ text, part: "prompt" }], GENERAL)).toEqual({
      level: "refuse",
      rule: "nudity/sentinel",
    });
  });
});
