import type { GenerateEvent, GenerateTask, RawPicture } from "../core/generator.ts";
import type { Call, Made } from "./call.ts";
import type { Engine } from "./generate.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { coverSize, overlay, resizePicture } from "./pictures.ts";
import { toCalls, upscaledSize } from "./to-call.ts";

/** Soft border, in pixels, where what was painted meets what was kept. */
const FEATHER_PX = 8;
const PLAIN_UPSCALE = "The model cannot redraw pictures of this size, so this one was enlarged without new detail.";

/**
 * Draws what a task asks for with the engine of its model. Kept parts of inpainted and outpainted pictures are the input's own pixels, and
 * upscaled pictures have the full size. Steps of several calls count on. Rejects as Engine.generate.
 */
export async function drawTask(
  { engine, model }: { readonly engine: Engine; readonly model: LoadedModel },
  task: GenerateTask,
  onEvent: (event: GenerateEvent) => void,
  signal: AbortSignal,
): Promise<Made> {
  const startedAt = performance.now();
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
  return { pictures, timings: { ...spent, totalMs: performance.now() - startedAt }, notes: [...notes] };
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
