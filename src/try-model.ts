import type { Clock } from "./core/clock.ts";
import { UserError } from "./core/errors.ts";
import { CrashError, type Generator } from "./core/generator.ts";
import type { ModelLibrary } from "./core/model.ts";
import type { Asker } from "./core/moderation.ts";
import { resolveRequest } from "./core/resolve-request.ts";
import type { Verdict } from "./core/verdict.ts";

/** Harmless, and known to models with few words. */
const PROMPT = "a red fox in the snow";
const SEED = 1;
/** A large model is loaded first, and the device may be drawing. */
const TIMEOUT_MS = 600_000;

/**
 * Draws one picture with a model as a request that names nothing else would, and lets the image filters look at it. It waits for a device like
 * a job, but in no queue: nobody is to be charged for it. Rejects with UserError.
 */
export function createModelTrial(deps: {
  readonly models: ModelLibrary;
  readonly generator: Generator;
  /** What an image filter's verdict means where somebody asks. */
  readonly place: (verdict: Verdict, by: Asker) => Verdict;
  readonly clock: Clock;
}): (model: string, by: Asker) => Promise<void> {
  const { models, generator, place, clock } = deps;

  return async (model, by) => {
    const options = { model, count: 1, seed: SEED };
    const request = resolveRequest({ prompt: PROMPT, options }, { models, random: () => 0 });
    const timeout = new AbortController();
    const cancel = clock.after(TIMEOUT_MS, () => timeout.abort());
    const task = { job: `trial of ${model}`, request, inputs: {}, previews: false };
    try {
      const { pictures } = await generator.generate(task, () => {}, timeout.signal);
      for (const { verdict } of pictures) checkVerdict(place(verdict, by));
    } catch (error) {
      throw explain(error, timeout.signal);
    } finally {
      cancel();
    }
  };
}

function checkVerdict(verdict: Verdict): void {
  if (verdict.level === "allow") return;
  throw new UserError("trial-refused", { rule: verdict.rule });
}

function explain(error: unknown, timeout: AbortSignal): unknown {
  const because = (reason: string) => new UserError("trial-failed", { reason }, { cause: error });
  if (error instanceof CrashError) return because("the device stopped working");
  if (timeout.aborted) return because(`there was none within ${TIMEOUT_MS / 60_000} minutes`);
  return error instanceof DOMException && error.name === "AbortError" ? new UserError("shutting-down") : error;
}
