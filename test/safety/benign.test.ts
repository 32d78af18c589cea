import { describe, expect, it } from "vitest";
import { EVERYDAY, SCUNTHORPE } from "./benign-prompts.ts";
import { ORDINARY_WORDS, SENTENCES, templatePrompts } from "./benign-words.ts";
import { AGE_RESTRICTED, GENERAL, shippedFilter } from "./rules-for-tests.ts";

const filter = shippedFilter();

/** What is not simply allowed, with the rule. */
function alarms(texts: readonly string[], where = GENERAL): string[] {
  return texts.flatMap((text) => {
    const verdict = filter.reviewTexts([{ text, part: "prompt" }], where);
    return verdict.level === "allow" ? [] : [`${verdict.rule}: ${text}`];
  });
}

describe("harmless prompts", () => {
  it("passes the words that only look bad", () => {
    expect(alarms(SCUNTHORPE)).toEqual([]);
  });

  it("passes three hundred everyday prompts", () => {
    expect(EVERYDAY.length).toBeGreaterThanOrEqual(300);
    expect(alarms(EVERYDAY)).toEqual([]);
  });

  it("passes five thousand prompts made of ordinary parts", () => {
    const prompts = templatePrompts(5000);

    expect(new Set(prompts).size).toBeGreaterThan(4500);
    expect(alarms(prompts)).toEqual([]);
  });

  it.each(Object.entries(ORDINARY_WORDS))("passes ordinary words and names: %s", (language, words) => {
    const sentences = words.map(SENTENCES[language]!);

    expect(words.length).toBeGreaterThan(12);
    expect(alarms(sentences)).toEqual([]);
  });

  it("passes them alone, in Latin letters", () => {
    const { Russian: _, Greek: __, ...latin } = ORDINARY_WORDS;

    expect(alarms(Object.values(latin).flat())).toEqual([]);
  });

  it("passes them in capitals", () => {
    expect(alarms([...SCUNTHORPE, ...EVERYDAY].map((text) => text.toUpperCase()))).toEqual([]);
  });

  it("passes them in an age-restricted channel", () => {
    expect(alarms([...SCUNTHORPE, ...EVERYDAY], AGE_RESTRICTED)).toEqual([]);
  });

  it("passes them as file names", () => {
    const texts = EVERYDAY.map((text) => `${text.replaceAll(" ", "_")}.png`);

    expect(alarms(texts)).toEqual([]);
  });

  it.each(["nude, nsfw, naked, text, watermark", "bad hands, lowres, gore, blood", "child, lolita, nsfw"])(
    "lets a negative prompt push away what nobody wants: %s",
    (text) => {
      const verdict = filter.reviewTexts(
        [
          { text: "portrait of a woman in a coat", part: "prompt" },
          { text, part: "negative-prompt" },
        ],
        GENERAL,
      );

      expect(verdict).toEqual({ level: "allow" });
    },
  );
});
