import type { RawPicture } from "../core/generator.ts";
import type { Logger } from "../core/logger.ts";
import { ALLOW, worst, type ImageFilter, type Verdict } from "../core/verdict.ts";

/** The strictest verdict of all filters; a filter that throws refuses, because what cannot be checked is not shown. */
export async function reviewPicture(
  filters: readonly ImageFilter[],
  picture: RawPicture,
  log: Logger,
): Promise<Verdict> {
  let verdict = ALLOW;
  for (const filter of filters) {
    try {
      verdict = worst(verdict, await filter.review(picture));
    } catch (error) {
      log.error("image filter failed", { filter: filter.id, error });
      verdict = worst(verdict, { level: "refuse", rule: `${filter.id} could not check it` });
    }
  }
  return verdict;
}
