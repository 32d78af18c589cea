import { describe, expect, it } from "vitest";
import { VERDICTS } from "../../src/core/verdict.ts";
import { MAX_TEXT_CHARS } from "../../src/safety/decode-text.ts";
import { GENERAL, sentinelFilter, shippedFilter } from "./rules-for-tests.ts";

const filter = sentinelFilter();
const shipped = shippedFilter();
const review = (text: string) => filter.reviewTexts([{ text, part: "prompt" }], GENERAL);
const fill = (piece: string) => piece.repeat(Math.floor(MAX_TEXT_CHARS / piece.length));
const word = "tulo";

describe("hostile texts", () => {
  it.each([
    ["nothing", ""],
    ["spaces", fill(" ")],
    ["emoji", fill("🦊")],
    ["punctuation", fill(".,;:!?")],
    ["lone surrogates", fill("\ud800")],
    ["NUL", fill("\0")],
    ["control characters", fill("\u0007\u001b[31m")],
    ["letters that grow", "\ufdfa".repeat(300)],
    ["combining marks", `a${fill("\u0300").slice(1)}`],
    ["opening brackets", fill("(")],
    ["closing brackets", fill(")]}>")],
    ["digits", fill("0123456789")],
    ["tags", fill("<b>")],
    ["entities without end", fill("&#")],
    ["huge entities", fill("&#99999999;&#xffffff;&#0;")],
    ["percent signs", fill("%")],
    ["broken escapes", fill("\\u00%ff%")],
    ["not-a-number weights", "(castle:NaN), (castle:1e9), (castle:-5), (castle:inf)"],
    ["unbalanced syntax", "((castle:1.2], {a|b, <lora:x, __wild, [a:b"],
  ])("are read without harm: %s", (_, text) => {
    expect(review(text)).toEqual({ level: "allow" });
  });

  it.each([
    ["stars between", fill("a*")],
    ["first letters with stars", fill("t*")],
    ["spaced letters", fill("t ")],
    ["digits and letters", fill("t1")],
    ["signs that are letters", fill("@$")],
    ["look-alikes with stars", fill("п1*")],
    ["half words", fill("tul ")],
    ["everything at once", fill("t.u*l1")],
  ])("that could take long are decided after a fixed number of steps: %s", (_, text) => {
    for (const one of [filter, shipped]) {
      const verdict = one.reviewTexts([{ text, part: "prompt" }], GENERAL);

      expect(VERDICTS).toContain(verdict.level);
      if (verdict.level !== "allow") expect(verdict.rule).toBe("filter/text-too-complex");
    }
  });

  it.each([
    ["of 100,000 characters", "a".repeat(100_000)],
    ["of 10,000 brackets", `${"(".repeat(10_000)}${word}${")".repeat(10_000)}`],
    ["that grow to 18 times", "\ufdfa".repeat(3_900)],
  ])("are refused unread: %s", (_, text) => {
    expect(review(text)).toEqual({ level: "refuse", rule: "filter/text-too-long" });
  });

  it("cannot hide a word behind the end", () => {
    const text = `${fill("ab ").slice(0, MAX_TEXT_CHARS - word.length)}${word}`;

    expect(review(text)).toEqual({ level: "refuse", rule: "nudity/sentinel" });
  });

  it("cannot hide a word in brackets", () => {
    expect(review(`${"(".repeat(1_900)}${word}${")".repeat(1_900)}`).level).toBe("refuse");
    expect(review(`((${word}:1.2], {a|b, <lora:x`).level).toBe("refuse");
  });

  it("cannot exhaust the reader to smuggle a word", () => {
    expect(review(`${"t1*".repeat(1_200)} ${word}`).level).toBe("refuse");
  });
});
