import type { Clock } from "./core/clock.ts";
import type { Logger } from "./core/logger.ts";
import type { ImageFilterReport } from "./inference/test-image-filters.ts";
import type { Safety } from "./safety/safety.ts";
import { watchFiles } from "./safety/watch-files.ts";

const LOOK_EVERY_MS = 2_000;
/** What failed for another reason than its files (no memory, say) is tried again. */
const RETRY_MS = 60_000;

/** Whether the filters can be trusted, at any time: files are watched, and what changed is tested again. */
export interface SafetyWatch {
  /** Why nothing may be drawn now. */
  fault(): string | undefined;
  /** Reads the rules again and tests the classifiers, changed or not: SIGHUP. */
  recheck(): Promise<void>;
  stop(): void;
}

/**
 * Tests the image classifiers, and from then on takes changed rules over and tests changed classifiers again, without a restart. Rules that
 * cannot be used leave those before in force; moderators hear of both, and of everything that stops and starts the drawing.
 */
export function createSafetyWatch(deps: {
  readonly safety: Pick<Safety, "reloadRules" | "fault" | "files">;
  readonly ownRulesPath?: string;
  /** The files that the image filters are made of. */
  readonly filterFiles: () => readonly string[];
  /** Never rejects. */
  readonly testFilters: () => Promise<ImageFilterReport>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells all moderators. */
  readonly tell: (text: string) => Promise<void>;
}): SafetyWatch {
  const { safety, clock, log, tell } = deps;
  let filterFaults: readonly string[] = [];
  let told: string | undefined;
  let cancelRetry: (() => void) | undefined;
  let stopped = false;

  const fault = (): string | undefined => safety.fault() ?? filterFaults[0];

  /** Says when drawing stops, and when it goes on. */
  async function tellChange(): Promise<void> {
    const now = fault();
    if (now === told) return;
    told = now;
    if (now === undefined) {
      log.warn("the safety filters pass their test again, drawing goes on");
      await tell("The safety filters pass their test again: drawing goes on.");
    } else {
      log.error("the safety filters fail their test, nothing is drawn", { fault: now });
      await tell(`Nothing is drawn: the safety filters fail their test (${now}). See \`easel doctor\`.`);
    }
  }

  async function reloadRules(): Promise<void> {
    const result = safety.reloadRules(deps.ownRulesPath);
    await tellChange();
    if (!result.ok && safety.fault() === undefined) {
      await tell(`The rules file was changed and cannot be used; the rules before stay in force. ${result.fault}`);
    }
  }

  async function testFilters(): Promise<void> {
    cancelRetry?.();
    filterFaults = (await deps.testFilters()).faults;
    if (stopped) return;
    if (filterFaults.length > 0) cancelRetry = clock.after(RETRY_MS, () => void testFilters());
    await tellChange();
  }

  const watches = [
    watchFiles({ files: () => safety.files(), everyMs: LOOK_EVERY_MS, clock, onChange: reloadRules }),
    watchFiles({ files: deps.filterFiles, everyMs: LOOK_EVERY_MS, clock, onChange: testFilters }),
  ];
  void testFilters();

  return {
    fault,
    async recheck() {
      await reloadRules();
      await testFilters();
    },
    stop() {
      stopped = true;
      cancelRetry?.();
      for (const watch of watches) watch.stop();
    },
  };
}
