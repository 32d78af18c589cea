import type { PromptFilter, TextToReview } from "../core/verdict.ts";

const PARTS: readonly TextToReview["part"][] = ["prompt", "negative-prompt", "style", "alt-text", "file-name"];

/**
 * One JSON object `{"text": …}` a line in, one `{"verdict": …, "rule": …}` a line out, in order; rule is null for allow. `part`,
 * `ageRestricted` and `platform` are optional. A line that is not that is refused and says why in `error`. Empty lines are skipped.
 */
export async function* reviewLines(
  filter: PromptFilter,
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string> {
  for await (const line of lines) {
    if (line.trim() !== "") yield JSON.stringify(reviewLine(filter, line));
  }
}

function reviewLine(filter: PromptFilter, line: string): { verdict: string; rule: string | null; error?: string } {
  try {
    const verdict = filter.review(parseLine(line));
    return { verdict: verdict.level, rule: verdict.level === "allow" ? null : verdict.rule };
  } catch (error) {
    return {
      verdict: "refuse",
      rule: "filter/unreadable-line",
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

function parseLine(line: string): TextToReview {
  const value = JSON.parse(line) as unknown;
  if (typeof value !== "object" || value === null) throw new TypeError("the line is not a JSON object");
  const { text, part = "prompt", ageRestricted = false, platform = "" } = value as Record<string, unknown>;
  if (typeof text !== "string") throw new TypeError("text is not a string");
  const known = PARTS.find((name) => name === part);
  if (known === undefined) throw new TypeError(`part is not one of ${PARTS.join(", ")}`);
  return {
    text,
    part: known,
    ageRestricted: ageRestricted === true,
    platform: typeof platform === "string" ? platform : "",
  };
}
