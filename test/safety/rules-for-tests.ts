import { fileURLToPath } from "node:url";
import { readLookAlikes } from "../../src/safety/look-alikes.ts";
import { createPromptFilter, type TextReviewer } from "../../src/safety/prompt-filter.ts";
import { parseRules, readRules, type Rules } from "../../src/safety/rules.ts";

export const RULES_FOLDER = fileURLToPath(new URL("../../models/safety-rules", import.meta.url));

/** Nonsense words that stand for what nobody wants to read in a test. */
export const SENTINELS = ["tulo", "snarp", "glonti", "vendoru", "marbilos"] as const;

/** Rules over sentinels: `adult` words, `young` words, `person` words, and what a negative prompt must not push away. */
export const SENTINEL_RULES = {
  lists: [
    { rule: "nudity/sentinel", groups: ["lewd", "explicit"], words: [...SENTINELS], inside: [...SENTINELS] },
    { rule: "suggestive/sentinel", groups: ["lewd"], words: ["frizzle"] },
    { rule: "gore/sentinel", words: ["splorch"] },
    { rule: "extremism/sentinel", words: ["kravnok"] },
    { groups: ["minor"], words: ["pipkin"] },
    { groups: ["youthful"], words: ["sproutling"] },
    { groups: ["people"], words: ["blorbo"] },
    { groups: ["real-person"], words: ["zanfire"] },
    { part: "negative", groups: ["not-adult"], words: ["oldenish"] },
    { part: "negative", groups: ["not-clothed"], words: ["wrapwear"] },
  ],
  combinations: [
    { rule: "sexual-minors/combination", all: ["minor", "lewd"] },
    { rule: "sexual-minors/negative-age", all: ["not-adult", "lewd"] },
    { rule: "sexual-real-people/named", all: ["real-person", "explicit"] },
    { rule: "sexual-real-people/upload", all: ["upload", "lewd"] },
    { rule: "nudity/negative", all: ["not-clothed", "people"] },
    { rule: "nudity/youthful", all: ["explicit", "youthful"], atLeast: "hold" },
  ],
  allow: ["snarp bus", "detuloed"],
  commonWords: ["a is pen the snar to too us"],
};

const lookAlikes = readLookAlikes(`${RULES_FOLDER}/look-alikes.json`);

/** A filter over the sentinel rules, with changes. */
export function sentinelFilter(changes: object = {}): TextReviewer {
  return createPromptFilter(parseRules("sentinels", JSON.stringify({ ...SENTINEL_RULES, ...changes })), lookAlikes);
}

export function shippedRules(): Rules {
  return readRules(`${RULES_FOLDER}/rules.json`);
}

/** A filter over the rules that ship. */
export function shippedFilter(): TextReviewer {
  return createPromptFilter(shippedRules(), lookAlikes);
}

export const GENERAL = { platform: "discord", ageRestricted: false };
export const AGE_RESTRICTED = { platform: "discord", ageRestricted: true };
