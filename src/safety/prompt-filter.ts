import { ALLOW, VERDICTS, type PromptFilter, type TextToReview, type Verdict } from "../core/verdict.ts";
import type { LookAlikes } from "./look-alikes.ts";
import { categoryOf, createPolicy, ABSOLUTE_CATEGORIES, type Where } from "./policy.ts";
import type { Rules } from "./rules.ts";
import { createTextAnalyser } from "./text-analysis.ts";

/** Group of every request that starts from an uploaded picture. */
export const UPLOAD_GROUP = "upload";

export type ReviewedText = Pick<TextToReview, "text" | "part">;

export interface TextReviewer extends PromptFilter {
  /** One decision for all texts of a request together: combinations count across prompt, negative prompt, style and names. */
  reviewTexts(texts: readonly ReviewedText[], where: Where): Verdict;
  /** The rules that a prompt breaks by itself, whatever the place. */
  brokenRules(text: string): ReadonlySet<string>;
  /** What a rule that another filter found broken means in this place. */
  place(verdict: Verdict, where: Where): Verdict;
}

/** Reviews texts by a lexicon with combination rules. Throws UserError config-invalid when the rules' levels are not allowed. */
export function createPromptFilter(rules: Rules, lookAlikes: LookAlikes): TextReviewer {
  const analyser = createTextAnalyser(rules, lookAlikes);
  const policy = createPolicy(rules.levels);

  function decide(texts: readonly ReviewedText[], where: Where, assumed: readonly string[]): Verdict {
    const analyses = texts.map(({ text, part }) => analyser.analyse(text, part === "negative-prompt"));
    const verdicts = analyses.flatMap(({ rules }) => [...rules]).map((rule) => policy.decide(rule, where));
    const groups = new Set([...assumed, ...analyses.flatMap(({ groups }) => [...groups])]);
    if (where.uploaded === true) groups.add(UPLOAD_GROUP);
    for (const { rule, all, atLeast } of rules.combinations) {
      const isMet = all.every((anyOf) => anyOf.some((group) => groups.has(group)));
      if (isMet) verdicts.push(policy.decide(rule, where, atLeast));
    }
    return verdicts.toSorted(bySeverity)[0] ?? ALLOW;
  }

  return {
    id: "prompt-filter",
    reviewTexts: (texts, where) => decide(texts, where, []),
    brokenRules: (text) => analyser.analyse(text, false).rules,
    place: (verdict, where) => (verdict.level === "allow" ? ALLOW : policy.decide(verdict.rule, where)),
    review: ({ text, part, ageRestricted, platform }) =>
      // Without its prompt a negative prompt is read as if people were in the picture.
      decide(
        [{ text, part }],
        { platform: platform ?? "", ageRestricted },
        part === "negative-prompt" ? ["people"] : [],
      ),
  };
}

/** Strictest first; of equally strict ones an absolute category first, so that it is the one that is named. */
function bySeverity(a: Verdict, b: Verdict): number {
  return severity(b) - severity(a);
}

function severity(verdict: Verdict): number {
  const level = VERDICTS.indexOf(verdict.level) * 10;
  if (verdict.level === "allow") return level;
  const rank = (ABSOLUTE_CATEGORIES as readonly string[]).indexOf(categoryOf(verdict.rule));
  return rank < 0 ? level : level + ABSOLUTE_CATEGORIES.length - rank;
}
