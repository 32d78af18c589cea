import { toFailure, UserError } from "../core/errors.ts";
import type { Generated, GenerateEvent, GenerateTask, RawPicture } from "../core/generator.ts";
import type { PhaseTimings } from "../core/job.ts";
import type { Logger } from "../core/logger.ts";
import type { ImageFilter, Verdict } from "../core/verdict.ts";
import { isEmptyPicture } from "./child-empty-picture.ts";
import { reviewPicture } from "./child-review.ts";
import type { ChildMessage, ParentMessage } from "./protocol.ts";

/** What the engine returns: pixels that no filter has seen. */
export interface Drawn {
  readonly pictures: readonly (RawPicture & { readonly recipe?: number })[];
  readonly timings: Omit<PhaseTimings, "filterMs">;
  readonly notes: readonly string[];
}

export interface RunnerDeps<Model> {
  readonly loadModel: (path: string) => Promise<Model>;
  readonly draw: (
    model: Model,
    task: GenerateTask,
    onEvent: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ) => Promise<Drawn>;
  /** What looks at the pictures that a model made. */
  readonly filtersOf: (model: Model) => readonly ImageFilter[];
  /** What looks at the pictures that people upload: the filters that belong to no model. */
  readonly uploadFilters: () => Promise<readonly ImageFilter[]>;
  /** How well phrases fit a picture, by the scorer in a model's folder. */
  readonly score: (path: string, picture: RawPicture, phrases: readonly string[]) => Promise<readonly number[]>;
  readonly send: (message: ChildMessage) => void;
  readonly rssBytes: () => number;
  readonly log: Logger;
  /** Called once, when nothing runs and nothing is loaded any more. */
  readonly onClosed: () => void;
}

/** The work of a device's child, without the process around it. */
export interface Runner {
  generate(message: Extract<ParentMessage, { type: "generate" }>): void;
  /** Answers with a verdict, whatever happens. */
  review(message: Extract<ParentMessage, { type: "review" }>): void;
  score(message: Extract<ParentMessage, { type: "score" }>): void;
  cancel(run: number): void;
  /** Ends after the current run, which `now` cancels. */
  close(options: { now: boolean }): void;
}

/** One run at a time; the model that was used last stays loaded. */
export function createRunner<Model extends { release(): Promise<void> }>(deps: RunnerDeps<Model>): Runner {
  const { send, log, rssBytes } = deps;
  let loaded: { path: string; model: Model } | undefined;
  let current: { run: number; cancel: AbortController } | undefined;
  let closing = false;

  function generate({ run, task, modelPath }: Extract<ParentMessage, { type: "generate" }>): void {
    const cancel = new AbortController();
    current = { run, cancel };
    void settle(run, task, modelPath, cancel.signal).then((outcome) => {
      current = undefined;
      send(outcome);
      if (closing) void release();
    });
  }

  async function settle(run: number, task: GenerateTask, path: string, signal: AbortSignal): Promise<ChildMessage> {
    try {
      const model = await modelAt(path, run, task.request.model);
      const generated = await drawSound(model, run, task, signal);
      return { type: "done", run, generated, rssBytes: rssBytes() };
    } catch (error) {
      if (signal.aborted) return { type: "aborted", run, rssBytes: rssBytes() };
      const failure = toFailure(error, task.job);
      if (error instanceof UserError) return { type: "failed", run, failure, rssBytes: rssBytes() };
      return { type: "broken", run, failure, stack: stackOf(error) };
    }
  }

  async function modelAt(path: string, run: number, id: string): Promise<Model> {
    if (loaded?.path !== path) {
      send({ type: "event", run, event: { type: "loading", model: id } });
      await unload();
      loaded = { path, model: await deps.loadModel(path) };
    }
    send({ type: "loaded", run, model: id, rssBytes: rssBytes() });
    return loaded.model;
  }

  /** Draws once more when the numbers overflowed; the second time the person is told. */
  async function drawSound(model: Model, run: number, task: GenerateTask, signal: AbortSignal): Promise<Generated> {
    try {
      return await drawReviewed(model, run, task, signal);
    } catch (error) {
      if (signal.aborted || !isOverflow(error)) throw error;
      log.warn("the numbers overflowed; drawing once more", { job: task.job, error });
    }
    try {
      return await drawReviewed(model, run, task, signal);
    } catch (error) {
      if (signal.aborted || !isOverflow(error)) throw error;
      throw new UserError("picture-not-finite", { model: task.request.model }, { cause: error });
    }
  }

  async function drawReviewed(model: Model, run: number, task: GenerateTask, signal: AbortSignal): Promise<Generated> {
    const drawn = await deps.draw(model, task, (event) => send({ type: "event", run, event }), signal);
    if (drawn.pictures.some(isEmptyPicture)) throw new EmptyPictureError("a picture is black all over");
    const startedAt = performance.now();
    const filters = deps.filtersOf(model);
    const pictures = [];
    for (const [index, picture] of drawn.pictures.entries()) {
      const verdict = await reviewPicture(filters, picture, log);
      const recipe = task.request.pictures[picture.recipe ?? index]!;
      pictures.push({ ...picture, seed: recipe.seed, verdict });
    }
    const filterMs = performance.now() - startedAt;
    const timings = { ...drawn.timings, filterMs, totalMs: drawn.timings.totalMs + filterMs };
    return { pictures, timings, notes: drawn.notes };
  }

  async function reviewUpload(picture: RawPicture): Promise<Verdict> {
    try {
      return await reviewPicture(await deps.uploadFilters(), picture, log);
    } catch (error) {
      log.error("image filters could not be opened, the upload is refused", { error });
      return { level: "refuse", rule: "filter/classifier-failed" };
    }
  }

  async function unload(): Promise<void> {
    const old = loaded;
    loaded = undefined;
    await old?.model.release();
  }

  async function release(): Promise<void> {
    try {
      await unload();
    } catch (error) {
      log.warn("the model could not be released", { error });
    }
    deps.onClosed();
  }

  return {
    generate,
    review({ review, picture }) {
      void reviewUpload(picture).then((verdict) => send({ type: "reviewed", review, verdict, rssBytes: rssBytes() }));
    },
    score({ scoring, modelPath, picture, phrases }) {
      deps.score(modelPath, picture, phrases).then(
        (scores) => send({ type: "scored", scoring, scores, rssBytes: rssBytes() }),
        (error: unknown) => {
          if (!(error instanceof UserError)) log.error("a picture could not be scored", { error });
          send({ type: "scored", scoring, failure: toFailure(error, "scorer"), rssBytes: rssBytes() });
        },
      );
    },
    cancel(run) {
      if (current?.run === run) current.cancel.abort();
    },
    close({ now }) {
      if (now) current?.cancel.abort();
      if (closing) return;
      closing = true;
      if (!current) void release();
    },
  };
}

class EmptyPictureError extends Error {
  override readonly name = "EmptyPictureError";
}

function isOverflow(error: unknown): boolean {
  return error instanceof EmptyPictureError || (error instanceof UserError && error.code === "picture-not-finite");
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
