import { UserError } from "../core/errors.ts";
import type { GenerateEvent, GenerateTask, RawPicture } from "../core/generator.ts";
import { type ImageRequest, shownCount } from "../core/image-request.ts";
import { SCORER_MISSING } from "../core/mode-phrases.ts";
import type { Call, Made } from "./call.ts";
import type { Engine } from "./generate.ts";
import { nameOf, type LoadedModel } from "./loaded-model.ts";
import { coverSize, overlay, resizePicture } from "./pictures.ts";
import { rankPictures, type Scorer } from "./rank-pictures.ts";
import { withoutWeights } from "./text/prompt-weights.ts";
import { toCalls, upscaledSize } from "./to-call.ts";

/** Soft border, in pixels, where what was painted meets what was kept. */
const FEATHER_PX = 8;
const PLAIN_UPSCALE = "The model cannot redraw pictures of this size, so this one was enlarged without new detail.";

/** What draws a task. */
export interface Drawing {
  readonly engine: Engine;
  readonly model: LoadedModel;
  /** The model's scorer, opened when it is needed; undefined where its folder has none. */
  readonly scorer?: () => Promise<Scorer | undefined>;
}

/** What a task came to; of candidates only the best, the best first. */
export interface DrawnTask extends Omit<Made, "pictures"> {
  readonly pictures: readonly (RawPicture & { readonly recipe?: number })[];
}

/**
 * Draws what a task asks for with the engine of its model. Kept parts of inpainted and outpainted pictures are the input's own pixels, and
 * upscaled pictures have the full size. Steps of several calls count on. Rejects as Engine.generate, and with UserError model-cannot when
 * the best of several are asked for and there is no scorer.
 */
export async function drawTask(
  { engine, model, scorer }: Drawing,
  task: GenerateTask,
  onEvent: (event: GenerateEvent) => void,
  signal: AbortSignal,
): Promise<DrawnTask> {
  const startedAt = performance.now();
  const judge = task.request.bestOf === undefined ? undefined : await scorer?.();
  if (task.request.bestOf !== undefined && !judge)
    throw new UserError("model-cannot", { model: nameOf(model), mode: SCORER_MISSING });
  const calls = toCalls(task, model);
  const { request, inputs } = task;
  const pictures: RawPicture[] = [];
  const spent = { textMs: 0, denoiseMs: 0, decodeMs: 0 };
  const notes = new Set<string>();
  for (const [index, call] of calls.entries()) {
    const made = await engine.generate(call, (event) => onEvent(countOn(event, index, calls.length)), signal);
    pictures.push(...made.pictures.map((picture) => finish(task, call, picture)));
    for (const note of made.notes) notes.add(note);
    for (const phase of ["textMs", "denoiseMs", "decodeMs"] as const) spent[phase] += made.timings[phase];
  }
  if (calls.length === 0 && inputs.image) {
    const { widthPx, heightPx } = upscaledSize(request, inputs.image);
    const enlarged = resizePicture(inputs.image, widthPx, heightPx);
    pictures.push(...request.pictures.map(() => enlarged));
    notes.add(PLAIN_UPSCALE);
  }
  const shown = judge ? await bestOf(judge, request, pictures) : pictures;
  return { pictures: shown, timings: { ...spent, totalMs: performance.now() - startedAt }, notes: [...notes] };
}

/** The candidates that fit what the person typed best, with the places of their recipes. */
async function bestOf(scorer: Scorer, request: ImageRequest, pictures: readonly RawPicture[]) {
  const ranked = await rankPictures(scorer, withoutWeights(request.prompt), pictures);
  return ranked.slice(0, shownCount(request)).map(({ index }) => ({ ...pictures[index]!, recipe: index }));
}

function countOn(event: GenerateEvent, index: number, calls: number): GenerateEvent {
  if (event.type !== "step") return event;
  return { type: "step", step: event.step + index * event.steps, steps: event.steps * calls };
}

function finish({ request, inputs }: GenerateTask, { image, mask }: Call, picture: RawPicture): RawPicture {
  if (request.mode === "upscale" && inputs.image) {
    const { widthPx, heightPx } = upscaledSize(request, inputs.image);
    return resizePicture(picture, widthPx, heightPx);
  }
  if (!image || !mask) return picture;
  const kept = coverSize(image, picture.widthPx, picture.heightPx);
  return overlay(kept, picture, coverSize(mask, picture.widthPx, picture.heightPx), FEATHER_PX);
}
