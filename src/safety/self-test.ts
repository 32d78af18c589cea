import { categoryOf } from "./policy.ts";
import type { TextReviewer } from "./prompt-filter.ts";
import type { Rules, WordList } from "./rules.ts";

const ZERO_WIDTH_SPACE = "\u200b";
const HARMLESS = "a red fox in the snow, oil on canvas";
/** The mildest place there is: what is refused here is refused everywhere. */
const MILDEST = { platform: "discord", ageRestricted: true };
/** Combinations that must refuse in the mildest place, whatever else the rules say. */
const ABSOLUTE_PAIRS = [
  ["minor", "lewd", "sexual-minors"],
  ["real-person", "explicit", "sexual-real-people"],
] as const;

/** Why the filter is not to be trusted, or undefined when it finds what it must find. */
export function findSelfTestFault(filter: TextReviewer, rules: Rules): string | undefined {
  if (filter.reviewTexts([{ text: HARMLESS, part: "prompt" }], MILDEST).level !== "allow") {
    return "a harmless text is refused";
  }
  const silent = rules.lists.find(
    (list) => list.rule !== undefined && list.part === "positive" && !isFound(filter, list),
  );
  if (silent) return `no word of ${silent.rule} is found`;
  for (const [one, other, rule] of ABSOLUTE_PAIRS) {
    const words = [one, other].map((group) => wordOfGroup(rules, group));
    if (words.includes(undefined)) return `the groups ${one} and ${other} have no words`;
    const verdict = filter.reviewTexts([{ text: words.join(", "), part: "prompt" }], MILDEST);
    if (verdict.level !== "refuse" || categoryOf(verdict.rule) !== rule) return `${one} and ${other} are not ${rule}`;
  }
  return undefined;
}

/** The list's first word breaks its rule, plain and with something invisible between the letters. */
function isFound(filter: TextReviewer, list: WordList): boolean {
  const [word] = list.words;
  if (word === undefined) return true;
  const spellings = [word, Array.from(word).join(ZERO_WIDTH_SPACE)];
  return spellings.every((text) => filter.brokenRules(`a picture, ${text}, oil`).has(list.rule!));
}

function wordOfGroup(rules: Rules, group: string): string | undefined {
  return rules.lists.find((list) => list.part === "positive" && list.groups.includes(group))?.words[0];
}
