import { readFileSync } from "node:fs";
import { VERDICTS, type VerdictLevel } from "../core/verdict.ts";
import { jsonFaultLine } from "./json-fault.ts";
import { createJsonCheck, type JsonCheck } from "./json-check.ts";
import { categoryOf, CHANNEL_CLASSES, isKnownCategory, type ChannelClass } from "./policy.ts";

/** Words that break a rule, or that only mean something together with others. */
export interface WordList {
  /** `category/name`; absent for lists that serve combinations only. */
  readonly rule?: string;
  /** Groups that combinations refer to; the rule's category is one of them. */
  readonly groups: readonly string[];
  /** Which texts it is for: `negative` lists look at negative prompts, where a word means its opposite. */
  readonly part: "positive" | "negative";
  readonly words: readonly string[];
  /** The words that are also found inside longer words. */
  readonly inside: readonly string[];
  /** Only as they are spelled: no changed letters, not turned round. For languages in which too much resembles them. */
  readonly exact: boolean;
}

/** All groups together, anywhere in one request. */
export interface Combination {
  readonly rule: string;
  /** Each item is met by any of its groups: `sexual|nudity`. */
  readonly all: readonly (readonly string[])[];
  readonly atLeast: VerdictLevel;
}

export interface Rules {
  readonly lists: readonly WordList[];
  readonly combinations: readonly Combination[];
  /** Harmless words and phrases that contain a listed one; a trailing `*` stands for any ending. */
  readonly allow: readonly string[];
  readonly commonWords: readonly string[];
  readonly levels: Partial<Record<ChannelClass, Partial<Record<string, string>>>>;
}

/** A rules file cannot be used; says where. */
export class RulesError extends Error {
  override readonly name = "RulesError";
  /** Path inside the file, such as `lists[2].rule`; empty when it is not JSON. */
  readonly field: string;
  /** Line of a syntax error, from 1. */
  readonly line: number | undefined;

  constructor(file: string, fault: string, where: { field?: string; line?: number; cause?: unknown } = {}) {
    const place = where.line === undefined ? (where.field ?? "") : `line ${where.line}`;
    super(
      [file, place, fault].filter((part) => part !== "").join(": "),
      "cause" in where ? { cause: where.cause } : {},
    );
    this.field = where.field ?? "";
    this.line = where.line;
  }
}

const KEYS = ["about", "lists", "combinations", "allow", "commonWords", "levels"];
const LIST_KEYS = ["about", "rule", "groups", "part", "words", "sealed", "inside", "exact"];
const COMBINATION_KEYS = ["about", "rule", "all", "atLeast"];
const RULE = /^[a-z][a-z-]*\/[a-z0-9][a-z0-9-]*$/;
const MAX_WORD_CHARS = 80;

/** Reads and checks a rules file. Throws RulesError that names the line or the field. */
export function readRules(path: string): Rules {
  const text = readText(path);
  return parseRules(path, text);
}

/** Checks the text of a rules file; `file` is its name in errors. Throws RulesError. */
export function parseRules(file: string, text: string): Rules {
  const check = createJsonCheck((field, fault) => new RulesError(file, fault, { field }));
  const root = check.object("", parseJson(file, text), KEYS);
  return {
    lists: check.array("lists", root["lists"]).map((list, index) => parseList(check, `lists[${index}]`, list)),
    combinations: check
      .array("combinations", root["combinations"])
      .map((item, index) => parseCombination(check, `combinations[${index}]`, item)),
    allow: check.strings("allow", root["allow"]),
    commonWords: check.strings("commonWords", root["commonWords"]).flatMap((words) => words.split(" ")),
    levels: parseLevels(check, root["levels"]),
  };
}

/** The built-in rules with an operator's additions. */
export function mergeRules(base: Rules, added: Rules): Rules {
  return {
    lists: [...base.lists, ...added.lists],
    combinations: [...base.combinations, ...added.combinations],
    allow: [...base.allow, ...added.allow],
    commonWords: [...base.commonWords, ...added.commonWords],
    levels: {
      general: { ...base.levels.general, ...added.levels.general },
      ageRestricted: { ...base.levels.ageRestricted, ...added.levels.ageRestricted },
    },
  };
}

function parseList(check: JsonCheck, field: string, value: unknown): WordList {
  const list = check.object(field, value, LIST_KEYS);
  const rule = list["rule"] === undefined ? undefined : parseRule(check, `${field}.rule`, list["rule"]);
  const groups = check.strings(`${field}.groups`, list["groups"]);
  if (rule === undefined && groups.length === 0) check.fail(field, "needs a rule or groups");
  const part = check.oneOf(`${field}.part`, list["part"] ?? "positive", ["positive", "negative"]);
  const words = [
    ...check.strings(`${field}.words`, list["words"]),
    ...check.strings(`${field}.sealed`, list["sealed"]).map((word) => Buffer.from(word, "base64").toString("utf8")),
  ];
  const long = words.find((word) => word.length > MAX_WORD_CHARS);
  if (long !== undefined) check.fail(`${field}.words`, `a word has more than ${MAX_WORD_CHARS} characters`);
  const inside = check.strings(`${field}.inside`, list["inside"]);
  return {
    ...(rule === undefined ? {} : { rule }),
    groups: rule === undefined ? groups : [categoryOf(rule), ...groups],
    part,
    words: [...words, ...inside],
    inside,
    exact: check.oneOf(`${field}.exact`, list["exact"] ?? false, [true, false]),
  };
}

function parseCombination(check: JsonCheck, field: string, value: unknown): Combination {
  const item = check.object(field, value, COMBINATION_KEYS);
  const atLeast = check.oneOf(`${field}.atLeast`, item["atLeast"] ?? "allow", VERDICTS);
  const all = check.strings(`${field}.all`, item["all"]).map((groups) => groups.split("|"));
  if (all.length === 0) check.fail(`${field}.all`, "must name at least one group");
  return { rule: parseRule(check, `${field}.rule`, item["rule"]), all, atLeast };
}

function parseRule(check: JsonCheck, field: string, value: unknown): string {
  const rule = check.string(field, value);
  if (!RULE.test(rule)) check.fail(field, `“${rule}” is not category/name in small letters`);
  if (!isKnownCategory(categoryOf(rule))) check.fail(field, `“${categoryOf(rule)}” is not a category`);
  return rule;
}

/** The levels' values are checked by the policy, which knows the floors. */
function parseLevels(check: JsonCheck, value: unknown): Rules["levels"] {
  const levels = value === undefined ? {} : check.object("levels", value, CHANNEL_CLASSES);
  const parsed: Partial<Record<ChannelClass, Record<string, string>>> = {};
  for (const channel of CHANNEL_CLASSES) {
    const table = levels[channel] === undefined ? {} : check.object(`levels.${channel}`, levels[channel]);
    parsed[channel] = Object.fromEntries(
      Object.entries(table).map(([category, level]) => [
        category,
        check.string(`levels.${channel}.${category}`, level),
      ]),
    );
  }
  return parsed;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new RulesError(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function parseJson(file: string, text: string): unknown {
  const plain = text.replace(/^\uFEFF/, "");
  try {
    return JSON.parse(plain) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RulesError(file, `is not JSON: ${reason}`, { line: jsonFaultLine(plain), cause: error });
  }
}
