import { describe, expect, it } from "vitest";
import { checkAllow } from "../../src/safety/check-allow.ts";
import { mergeRules, parseRules, RulesError } from "../../src/safety/rules.ts";
import { readLookAlikes } from "../../src/safety/look-alikes.ts";
import { createPromptFilter } from "../../src/safety/prompt-filter.ts";
import { RULES_FOLDER, SENTINEL_RULES, shippedFilter, shippedRules } from "./rules-for-tests.ts";

function faultOf(rules: unknown): { message: string; field: string; line: number | undefined } {
  try {
    parseRules("own.json", typeof rules === "string" ? rules : JSON.stringify(rules));
  } catch (error) {
    if (error instanceof RulesError) return error;
    throw error;
  }
  throw new Error("the rules are valid");
}

describe("a rules file", () => {
  it("becomes lists with their category as a group", () => {
    const { lists } = parseRules("own.json", JSON.stringify(SENTINEL_RULES));

    expect(lists[1]).toEqual({
      rule: "suggestive/sentinel",
      groups: ["suggestive", "lewd"],
      part: "positive",
      words: ["frizzle"],
      exact: false,
      inside: [],
    });
  });

  it("may be empty", () => {
    expect(parseRules("own.json", "{}")).toEqual({
      lists: [],
      combinations: [],
      allow: [],
      commonWords: [],
      levels: { general: {}, ageRestricted: {} },
    });
  });

  it("may start with a byte order mark", () => {
    expect(parseRules("own.json", "\uFEFF{}").lists).toEqual([]);
  });

  it("opens sealed words", () => {
    const sealed = [Buffer.from("flumox").toString("base64")];

    const { lists } = parseRules("own.json", JSON.stringify({ lists: [{ rule: "gore/x", sealed }] }));

    expect(lists[0]?.words).toEqual(["flumox"]);
  });

  it("names the line of a syntax error", () => {
    const fault = faultOf('{\n  "lists": [\n    { "rule": "gore/x" "words": [] }\n  ]\n}');

    expect(fault.line).toBe(3);
    expect(fault.message).toMatch(/^own\.json: line 3: is not JSON/);
  });

  it("names the last line of a file that ends too early", () => {
    expect(faultOf('{\n  "lists": [\n').line).toBe(3);
  });

  it.each([
    ["a list", [], ""],
    ["an unknown field", { list: [] }, ""],
    ["lists that are no list", { lists: {} }, "lists"],
    ["a list that is no object", { lists: [7] }, "lists[0]"],
    ["a list without rule and groups", { lists: [{ words: ["x"] }] }, "lists[0]"],
    ["a rule without category", { lists: [{ rule: "gore", words: ["x"] }] }, "lists[0].rule"],
    ["an unknown category", { lists: [{ rule: "taste/x", words: ["x"] }] }, "lists[0].rule"],
    ["a word that is no text", { lists: [{ rule: "gore/x", words: ["a", 7] }] }, "lists[0].words[1]"],
    ["an empty word", { lists: [{ rule: "gore/x", words: [" "] }] }, "lists[0].words[0]"],
    ["a very long word", { lists: [{ rule: "gore/x", words: ["x".repeat(81)] }] }, "lists[0].words"],
    ["a strange part", { lists: [{ rule: "gore/x", part: "middle" }] }, "lists[0].part"],
    ["an empty combination", { combinations: [{ rule: "gore/x", all: [] }] }, "combinations[0].all"],
    [
      "a strange level",
      { combinations: [{ rule: "gore/x", all: ["a"], atLeast: "maybe" }] },
      "combinations[0].atLeast",
    ],
    ["an unknown channel class", { levels: { private: {} } }, "levels"],
  ])("is refused with its field named: %s", (_, rules, field) => {
    expect(faultOf(rules).field).toBe(field);
  });

  it("adds to the shipped rules and wins where both set a level", () => {
    const base = parseRules(
      "a",
      JSON.stringify({ lists: [{ rule: "gore/a", words: ["a"] }], levels: { general: { gore: "hold" } } }),
    );
    const own = parseRules(
      "b",
      JSON.stringify({ lists: [{ rule: "gore/b", words: ["b"] }], levels: { general: { gore: "refuse" } } }),
    );

    const merged = mergeRules(base, own);

    expect(merged.lists.map(({ rule }) => rule)).toEqual(["gore/a", "gore/b"]);
    expect(merged.levels.general).toEqual({ gore: "refuse" });
  });
});

describe("an operator's allow list", () => {
  const { lists } = parseRules("sentinels", JSON.stringify(SENTINEL_RULES));

  it("may name phrases and longer words", () => {
    expect(() => checkAllow("own.json", ["tulo street", "detulofy", "frizzle hair*"], lists)).not.toThrow();
  });

  it.each([["tulo"], ["TULO"], ["tu*"], ["t u l o"].map((text) => text.replaceAll(" ", "\u200b"))])(
    "cannot switch off a listed word: %s",
    (phrase) => {
      expect(() => checkAllow("own.json", ["a phrase", phrase], lists)).toThrow("allow[1]");
    },
  );
});

describe("the shipped rules", () => {
  const rules = shippedRules();

  it("allow nothing that is itself listed", () => {
    expect(() => checkAllow("rules.json", rules.allow, rules.lists)).not.toThrow();
  });

  it("use only groups that some list or the filter fills", () => {
    const filled = new Set(["upload", ...rules.lists.flatMap((list) => list.groups)]);

    const unknown = rules.combinations.flatMap(({ all }) => all.flat().filter((group) => !filled.has(group)));

    expect(unknown).toEqual([]);
  });

  it("find every word they list, also in a sentence and in capitals", () => {
    const filter = shippedFilter();
    const lists = rules.lists.filter((list) => list.rule !== undefined && list.part === "positive");
    const spellings = lists.flatMap((list) =>
      list.words.flatMap((word) =>
        [word, `a picture, ${word}, oil`, word.toUpperCase()].map((text) => [list.rule!, text] as const),
      ),
    );

    const lost = spellings.filter(([rule, text]) => !filter.brokenRules(text).has(rule));

    expect(spellings.length).toBeGreaterThan(1_000);
    expect(lost.map(([rule, text]) => `${rule}: ${text}`)).toEqual([]);
  });

  it("need every phrase they allow", () => {
    const strict = createPromptFilter({ ...rules, allow: [] }, readLookAlikes(`${RULES_FOLDER}/look-alikes.json`));

    const idle = rules.allow.filter(
      (phrase) =>
        strict.brokenRules(phrase.replaceAll("*", "")).size === 0 && strict.brokenRules(`${phrase}s`).size === 0,
    );

    expect(idle).toEqual([]);
  });

  it("list no word twice under one rule", () => {
    const seen = rules.lists.flatMap((list) => list.words.map((word) => `${list.rule ?? list.groups.join()}: ${word}`));

    expect(seen.filter((word, index) => seen.indexOf(word) !== index)).toEqual([]);
  });
});
