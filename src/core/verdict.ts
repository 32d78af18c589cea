import type { RawPicture } from "./generator.ts";

/** From harmless to forbidden; the policy takes the worst of all filters. */
export const VERDICTS = ["allow", "spoiler", "hold", "refuse"] as const;
export type VerdictLevel = (typeof VERDICTS)[number];

/** A filter's decision. Everything but allow names the rule. */
export type Verdict =
  | { readonly level: "allow" }
  | { readonly level: Exclude<VerdictLevel, "allow">; readonly rule: string };

export const ALLOW: Verdict = { level: "allow" };

/** The stricter of two verdicts. */
export function worst(a: Verdict, b: Verdict): Verdict {
  return VERDICTS.indexOf(a.level) >= VERDICTS.indexOf(b.level) ? a : b;
}

/** What a text filter looks at. */
export interface TextToReview {
  readonly text: string;
  readonly part: "prompt" | "negative-prompt" | "style" | "alt-text" | "file-name";
  readonly ageRestricted: boolean;
  /** Platforms without an age gate are always strict. */
  readonly platform?: string;
}

/** Reviews text; total: it never throws for any input, a filter that cannot work says refuse. */
export interface PromptFilter {
  readonly id: string;
  review(input: TextToReview): Verdict;
}

/** Reviews pixels: what a model made, or what somebody uploaded. The caller takes a rejection as refuse. */
export interface ImageFilter {
  readonly id: string;
  review(picture: RawPicture): Promise<Verdict>;
}
