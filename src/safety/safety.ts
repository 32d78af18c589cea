import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { ImageRequest } from "../core/image-request.ts";
import type { Logger } from "../core/logger.ts";
import type { PromptFilter, Verdict } from "../core/verdict.ts";
import { checkAllow } from "./check-allow.ts";
import { readLookAlikes } from "./look-alikes.ts";
import type { Where } from "./policy.ts";
import { createPromptFilter, type ReviewedText, type TextReviewer } from "./prompt-filter.ts";
import { mergeRules, readRules, RulesError, type Rules } from "./rules.ts";
import { findSelfTestFault } from "./self-test.ts";

export const SELF_TEST_RULE = "filter/self-test-failed";
export const NO_RULES_RULE = "filter/rules-unreadable";

export type ReloadResult =
  | { readonly ok: true }
  /** The rules before stay in force. `field` is a path such as `lists[2].rule`, `line` the line of a syntax error. */
  | { readonly ok: false; readonly fault: string; readonly field: string; readonly line?: number };

export type SelfTestResult = { readonly ok: true } | { readonly ok: false; readonly fault: string };

/** The one policy: the same decision for every text of a request, at submission and again for every later button. */
export interface Safety extends PromptFilter {
  reviewTexts(texts: readonly ReviewedText[], where: Where): Verdict;
  /** Prompt, what is really encoded for every picture, negative prompt, styles and model name together; `more` are alt texts and file names. */
  reviewRequest(request: ImageRequest, where: Where, more?: readonly ReviewedText[]): Verdict;
  /** An image filter's verdict in this place: the filter does not know the channel, and the channel may have changed since. */
  place(verdict: Verdict, where: Where): Verdict;
  /** Takes the operator's rules file, or none; a bad file changes nothing. */
  reloadRules(path?: string): ReloadResult;
  /** Known-bad texts must be refused. After a failure every review says refuse until a reload succeeds; the process goes on. */
  selfTest(): SelfTestResult;
  /** Why every review says refuse; undefined while the filter is to be trusted. */
  fault(): string | undefined;
  /** The files that the rules in force come from. */
  files(): readonly string[];
}

/**
 * Loads the shipped rules from `folder` and the operator's file, and tests itself. Never throws: without usable rules every review says
 * refuse. A bad operator's file is logged and left out, the shipped rules are in force.
 */
export function createSafety(deps: { folder: string; ownRulesPath?: string; log: Logger }): Safety {
  const { folder, log } = deps;
  let reviewer: TextReviewer | undefined;
  let rules: Rules | undefined;
  /** Why nothing may pass: the rule that reviews name, and what is wrong. */
  let blocked: { readonly rule: string; readonly fault: string } | undefined = {
    rule: NO_RULES_RULE,
    fault: "no rules are loaded",
  };
  const ruleFiles = ["rules.json", "look-alikes.json"].map((name) => join(folder, name));
  const [shippedRules = "", lookAlikes = ""] = ruleFiles;

  function reloadRules(path?: string): ReloadResult {
    try {
      const shipped = readRules(shippedRules);
      const own = path === undefined ? undefined : readRules(path);
      if (own) checkAllow(path!, own.allow, shipped.lists);
      const merged = own ? mergeRules(shipped, own) : shipped;
      const candidate = createPromptFilter(merged, readLookAlikes(lookAlikes));
      const fault = findSelfTestFault(candidate, merged);
      if (fault !== undefined) throw new RulesError(path ?? folder, `the self-test fails: ${fault}`);
      reviewer = candidate;
      rules = merged;
      blocked = undefined;
      log.info("safety rules loaded", { lists: merged.lists.length, own: path ?? "none" });
      return { ok: true };
    } catch (error) {
      log.error("safety rules not loaded", {
        error,
        own: path ?? "none",
        inForce: reviewer ? "the rules before" : "none",
      });
      const result = toFault(error);
      if (!reviewer) blocked = { rule: NO_RULES_RULE, fault: result.fault };
      return result;
    }
  }

  function selfTest(): SelfTestResult {
    const fault = reviewer && rules ? findSelfTestFault(reviewer, rules) : "no rules are loaded";
    if (fault === undefined) return { ok: true };
    if (reviewer) blocked = { rule: SELF_TEST_RULE, fault };
    log.error("safety self-test failed, nothing is drawn", { fault });
    return { ok: false, fault };
  }

  function guarded(review: (reviewer: TextReviewer) => Verdict): Verdict {
    if (blocked || !reviewer) return { level: "refuse", rule: blocked?.rule ?? NO_RULES_RULE };
    try {
      return review(reviewer);
    } catch (error) {
      log.error("safety review failed", { error });
      return { level: "refuse", rule: SELF_TEST_RULE };
    }
  }

  if (!reloadRules(deps.ownRulesPath).ok && deps.ownRulesPath !== undefined) reloadRules();

  return {
    id: "safety",
    review: (input) => guarded((reviewer) => reviewer.review(input)),
    reviewTexts: (texts, where) => guarded((reviewer) => reviewer.reviewTexts(texts, where)),
    reviewRequest: (request, where, more = []) =>
      guarded((reviewer) => reviewer.reviewTexts([...textsOf(request), ...more], where)),
    place: (verdict, where) => guarded((reviewer) => reviewer.place(verdict, where)),
    reloadRules,
    selfTest,
    fault: () => blocked?.fault,
    files: () => (deps.ownRulesPath === undefined ? ruleFiles : [...ruleFiles, deps.ownRulesPath]),
  };
}

/** Every text of a request that reaches a model or a person, each once. */
function textsOf(request: ImageRequest): ReviewedText[] {
  const prompts = new Set([request.prompt, ...request.pictures.map(({ prompt }) => prompt)]);
  const styles = new Set(request.pictures.flatMap(({ style }) => (style === undefined ? [] : [style])));
  return [
    ...[...prompts].map((text) => ({ text, part: "prompt" }) as const),
    { text: request.negativePrompt, part: "negative-prompt" },
    ...[...styles].map((text) => ({ text, part: "style" }) as const),
  ];
}

function toFault(error: unknown): Exclude<ReloadResult, { ok: true }> {
  if (error instanceof RulesError) {
    const { message, field, line } = error;
    return { ok: false, fault: message, field, ...(line === undefined ? {} : { line }) };
  }
  if (error instanceof UserError) return { ok: false, fault: error.message, field: "levels" };
  return { ok: false, fault: error instanceof Error ? error.message : String(error), field: "" };
}
