import { UserError } from "../core/errors.ts";
import { ALLOW, VERDICTS, type Verdict, type VerdictLevel } from "../core/verdict.ts";

/** Refused everywhere, for everybody, whatever an operator writes: there is no switch. `filter` is the safety room's own failure. */
export const ABSOLUTE_CATEGORIES = ["sexual-minors", "sexual-real-people", "extremism", "self-harm", "filter"] as const;

/** Categories an operator may set per channel class, between the floor and refuse. */
export const ADJUSTABLE_CATEGORIES = ["sexual", "nudity", "suggestive", "gore", "hate"] as const;
export type AdjustableCategory = (typeof ADJUSTABLE_CATEGORIES)[number];

export const CHANNEL_CLASSES = ["general", "ageRestricted"] as const;
export type ChannelClass = (typeof CHANNEL_CLASSES)[number];

export type LevelTable = Readonly<Record<ChannelClass, Readonly<Record<AdjustableCategory, VerdictLevel>>>>;

export const DEFAULT_LEVELS: LevelTable = {
  general: { sexual: "refuse", nudity: "refuse", suggestive: "spoiler", gore: "refuse", hate: "refuse" },
  ageRestricted: { sexual: "refuse", nudity: "refuse", suggestive: "allow", gore: "refuse", hate: "refuse" },
};

/** The mildest level an operator may choose: adult content never reaches a channel without an age gate unseen. */
export const FLOORS: LevelTable = {
  general: { sexual: "refuse", nudity: "hold", suggestive: "allow", gore: "hold", hate: "hold" },
  ageRestricted: { sexual: "spoiler", nudity: "allow", suggestive: "allow", gore: "spoiler", hate: "hold" },
};

/** Platforms without an age gate or spoilers: always the general class, and what would be a spoiler waits for a moderator. */
const WITHOUT_AGE_GATE: readonly string[] = ["slack"];

/** Where a verdict takes effect, at this moment: a button pressed later asks again with its own place. */
export interface Where {
  readonly platform: string;
  /** The channel's own mark; a thread has its parent's. */
  readonly ageRestricted: boolean;
  /** The request starts from a picture that somebody uploaded: always the strictest class. */
  readonly uploaded?: boolean;
}

export interface Policy {
  /** What a broken rule means in this place. Unknown categories are refused. */
  decide(rule: string, where: Where, atLeast?: VerdictLevel): Verdict;
}

/** Categories x channel class x platform x the operator's levels. Throws UserError config-invalid for levels that the floors forbid. */
export function createPolicy(operator: Partial<Record<ChannelClass, Partial<Record<string, string>>>> = {}): Policy {
  const levels = { general: mergeLevels("general", operator), ageRestricted: mergeLevels("ageRestricted", operator) };

  return {
    decide(rule, where, atLeast = "allow") {
      const category = categoryOf(rule);
      const gated = !WITHOUT_AGE_GATE.includes(where.platform);
      const channel = where.ageRestricted && gated && where.uploaded !== true ? "ageRestricted" : "general";
      const base = isAdjustable(category) ? stricter(levels[channel][category], atLeast) : "refuse";
      const level = base === "spoiler" && !gated ? "hold" : base;
      return level === "allow" ? ALLOW : { level, rule };
    },
  };
}

/** `nudity/words` -> `nudity`. */
export function categoryOf(rule: string): string {
  return rule.split("/", 1)[0]!;
}

export function isKnownCategory(category: string): boolean {
  return isAdjustable(category) || (ABSOLUTE_CATEGORIES as readonly string[]).includes(category);
}

function isAdjustable(category: string): category is AdjustableCategory {
  return (ADJUSTABLE_CATEGORIES as readonly string[]).includes(category);
}

function stricter(a: VerdictLevel, b: VerdictLevel): VerdictLevel {
  return VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b;
}

function mergeLevels(
  channel: ChannelClass,
  operator: Partial<Record<ChannelClass, Partial<Record<string, string>>>>,
): Record<AdjustableCategory, VerdictLevel> {
  const merged = { ...DEFAULT_LEVELS[channel] };
  for (const [category, level] of Object.entries(operator[channel] ?? {})) {
    const field = `levels.${channel}.${category}`;
    if (!isAdjustable(category)) throw invalid(field, `is not one of ${ADJUSTABLE_CATEGORIES.join(", ")}`);
    if (!isLevel(level)) throw invalid(field, `“${level}” is not one of ${VERDICTS.join(", ")}`);
    const floor = FLOORS[channel][category];
    if (stricter(level, floor) !== level) throw invalid(field, `cannot be milder than ${floor}`);
    merged[category] = level;
  }
  return merged;
}

function isLevel(level: string | undefined): level is VerdictLevel {
  return (VERDICTS as readonly (string | undefined)[]).includes(level);
}

function invalid(field: string, fault: string): UserError {
  return new UserError("config-invalid", { faults: `${field}: ${fault}` });
}
