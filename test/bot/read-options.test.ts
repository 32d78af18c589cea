import { describe, expect, it } from "vitest";
import { readOptions } from "../../src/bot/read-options.ts";
import { IMAGE_OPTIONS, PROMPT_OPTION, type OptionSpec } from "../../src/core/options.ts";

const JOB: OptionSpec = { name: "job", flags: [], kind: "job", description: "", example: "k3f9x2ab", required: true };
const IMAGINE = [PROMPT_OPTION, ...IMAGE_OPTIONS];

describe("readOptions", () => {
  it("takes fields as platforms type them", () => {
    expect(readOptions(IMAGINE, { prompt: "a fox --seed 7", count: 4, ar: "16x9", private: false })).toEqual({
      prompt: "a fox --seed 7",
      count: 4,
      ar: "16:9",
      private: false,
    });
  });

  it("takes one text apart", () => {
    expect(readOptions([JOB, ...IMAGE_OPTIONS], { text: "K3f --count 2" })).toEqual({ job: "k3f", count: 2 });
    expect(readOptions(IMAGINE, { text: "a fox --seed 7" })).toEqual({ prompt: "a fox --seed 7" });
  });

  it("hands a long text with flags on, to be measured without them", () => {
    const text = `a fox ${"x".repeat(3000)}`;

    expect(readOptions(IMAGINE, { text })).toEqual({ prompt: text });
    expect(readOptions(IMAGINE, { prompt: text })).toEqual({ prompt: text });
  });

  it.each([
    [[JOB], {}, "job needs a value, for example k3f9x2ab."],
    [[JOB], { text: " " }, "job needs a value, for example k3f9x2ab."],
    [[JOB], { job: "../etc" }, "There is no job “../etc”."],
    [[JOB], { jbo: "x" }, "Unknown option jbo. Did you mean job?"],
    [IMAGINE, { count: 4.5 }, "count: “4.5” is not a whole number."],
    [IMAGINE, { count: Number.NaN }, "count: “NaN” is not a whole number."],
    [IMAGINE, { guidance: Number.POSITIVE_INFINITY }, "guidance: “Infinity” is not a number."],
  ])("refuses %#: %j", (options, values, sentence) => {
    expect(() => readOptions(options, values)).toThrow(sentence);
  });
});
