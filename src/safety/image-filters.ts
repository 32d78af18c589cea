import type { Logger } from "../core/logger.ts";
import type { ImageFilter } from "../core/verdict.ts";
import type { OpenSession, Session, SessionOptions } from "../onnx/session.ts";
import { imageFilterManifests, MANIFEST } from "./image-filter-files.ts";
import { openClassifier } from "./onnx-classifier.ts";
import { createSafetyChecker } from "./safety-checker.ts";

export const CLASSIFIER_FAILED_RULE = "filter/classifier-failed";

export interface ImageFilterSet {
  readonly filters: readonly ImageFilter[];
  /** Why filters are not to be trusted; while there is one, nothing should be drawn. */
  readonly faults: readonly string[];
  readonly release: () => Promise<void>;
}

/**
 * Opens every classifier that stands in `folder`/<name>/classifier.json. Fails closed and does not reject for a bad classifier: in its place
 * stands a filter that refuses everything, and so does one when there is none at all.
 */
export async function createImageFilters(deps: {
  openSession: OpenSession;
  sessionOptions: SessionOptions;
  folder: string;
  log: Logger;
}): Promise<ImageFilterSet> {
  const filters: ImageFilter[] = [];
  const faults: string[] = [];
  const releases: (() => Promise<void>)[] = [];
  for (const path of imageFilterManifests(deps.folder)) {
    try {
      const classifier = await openClassifier(path, deps);
      filters.push(failClosed(classifier, deps.log));
      releases.push(() => classifier.release());
      deps.log.info("image filter loaded", { filter: classifier.id });
    } catch (error) {
      deps.log.error("image filter not loaded, every picture is refused", { path, error });
      faults.push(error instanceof Error ? error.message : String(error));
      filters.push(refuseAll(path));
    }
  }
  if (filters.length === 0) {
    deps.log.error("there is no image filter, every picture is refused", { folder: deps.folder });
    faults.push(`there is no ${MANIFEST} below ${deps.folder}`);
    filters.push(refuseAll("no classifier"));
  }
  return {
    filters,
    faults,
    async release() {
      await Promise.all(releases.map((release) => release()));
    },
  };
}

/** The CompVis checker of a loaded model; a graph that is something else refuses every picture of that model. */
export async function openSafetyChecker(session: Session, log: Logger): Promise<ImageFilter> {
  try {
    return failClosed(await createSafetyChecker(session), log);
  } catch (error) {
    log.error("safety checker not usable, every picture is refused", { path: session.path, error });
    return refuseAll("safety-checker");
  }
}

/** A filter that refuses what it cannot check, instead of rejecting. */
export function failClosed(filter: ImageFilter, log: Logger): ImageFilter {
  return {
    id: filter.id,
    async review(picture) {
      try {
        return await filter.review(picture);
      } catch (error) {
        log.error("image filter failed, the picture is refused", { filter: filter.id, error });
        return { level: "refuse", rule: CLASSIFIER_FAILED_RULE };
      }
    },
  };
}

function refuseAll(id: string): ImageFilter {
  return { id, review: async () => ({ level: "refuse", rule: CLASSIFIER_FAILED_RULE }) };
}
