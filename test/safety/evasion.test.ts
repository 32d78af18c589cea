import { describe, expect, it } from "vitest";
import { KNOWN_EVASIONS, NASTY_EVASIONS, type Evasion } from "./evasions.ts";
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

  it("finds a payload at the end of a flood of commas", () => {
    const text = `${"a castle, ".repeat(90)}${SENTINELS[0]}`;

    expect(sentinels.reviewTexts([{ text, part: "prompt" }], GENERAL)).toEqual({
      level: "refuse",
      rule: "nudity/sentinel",
    });
  });
});
