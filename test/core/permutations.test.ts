import { describe, expect, it } from "vitest";
import { expandPermutations } from "../../src/core/permutations.ts";

describe("expandPermutations", () => {
  it.each<[string, string[]]>([
    ["a fox", ["a fox"]],
    ["a {red|blue} fox", ["a red fox", "a blue fox"]],
    ["{a|b} {1|2}", ["a 1", "a 2", "b 1", "b 2"]],
    ["a {red {dark|light}|blue} fox", ["a red dark fox", "a red light fox", "a blue fox"]],
    ["a {|red }fox", ["a fox", "a red fox"]],
    ["fox --style {3d|flat}", ["fox --style 3d", "fox --style flat"]],
    [String.raw`a \{red\|blue\} fox`, ["a {red|blue} fox"]],
    [String.raw`{a\|b|c}`, ["a|b", "c"]],
  ])("expands %j", (text, prompts) => {
    expect(expandPermutations(text)).toEqual(prompts);
  });

  it.each([
    "[a:b:0.4] fox",
    "[a|b] fox",
    "(fox:1.3)",
    "a | b",
    "a } b",
    "{emphasised} fox",
    "{{a}}",
    "{}",
    String.raw`\(fox\)`,
    "\\",
  ])("leaves %j as it is", (text) => {
    expect(expandPermutations(text)).toEqual([text]);
  });

  it("expands inside braces without a bar, and keeps those", () => {
    expect(expandPermutations("{a {b|c}}")).toEqual(["{a b}", "{a c}"]);
  });

  it("allows exactly the limit", () => {
    expect(expandPermutations("{1|2}{1|2}{1|2}{1|2}")).toHaveLength(16);
    expect(() => expandPermutations("{1|2}{1|2}{1|2}{1|2|3}")).toThrow(
      "The braces expand to 24 prompts; the limit is 16.",
    );
  });

  it.each([
    ["nested braces", "{".repeat(50_000) + "}".repeat(50_000), 1],
    ["open braces", "{".repeat(100_000), undefined],
    ["closed braces", "}".repeat(100_000), 1],
    ["bars", `{${"|".repeat(100_000)}}`, undefined],
    ["groups of one", "{a}".repeat(30_000), 1],
    ["groups of two", "{a|b}".repeat(20_000), undefined],
  ])("stays quick and on its feet with %s", (_, text, count) => {
    if (count === undefined)
      expect(() => expandPermutations(text)).toThrow(expect.objectContaining({ name: "UserError" }));
    else expect(expandPermutations(text)).toHaveLength(count);
  });
});
