import type { RawPicture } from "../core/generator.ts";
import type { Call, Made } from "../diffusion/call.ts";
import { createEngine } from "../diffusion/generate.ts";
import type { LoadedModel } from "../diffusion/loaded-model.ts";

/** What is drawn to try a model; sizes in pixels. */
export interface Trial {
  readonly prompts: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly guidanceScale: number;
}

/** Draws one picture for each prompt, seed by its place. Models that only change pictures are given a coloured ramp. */
export async function drawTrial(model: LoadedModel, trial: Trial, onPicture: () => void): Promise<Made[]> {
  const engine = createEngine({ model });
  const made: Made[] = [];
  for (const [seed, prompt] of trial.prompts.entries()) {
    made.push(await engine.generate(trialCall(model, trial, prompt, seed)));
    onPicture();
  }
  return made;
}

function trialCall(model: LoadedModel, trial: Trial, prompt: string, seed: number): Call {
  const { width, height, steps, guidanceScale } = trial;
  const plain = {
    prompts: [prompt],
    promptSyntax: true,
    width,
    height,
    numInferenceSteps: steps,
    guidanceScale,
    generator: { kind: "list", seeds: [seed] },
  } as const;
  const extraChannels = model.sampleChannels - model.latentChannels;
  if (extraChannels === model.latentChannels) return { ...plain, mode: "instruct", image: ramp(width, height) };
  if (extraChannels > 0)
    return { ...plain, mode: "inpaint", image: ramp(width, height), mask: half(width, height), strength: 1 };
  return { ...plain, mode: "text-to-image" };
}

function ramp(widthPx: number, heightPx: number): RawPicture {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let i = 0; i < widthPx * heightPx; i++) {
    const [x, y] = [i % widthPx, Math.floor(i / widthPx)];
    data.set([(255 * x) / widthPx, (255 * y) / heightPx, 128], 3 * i);
  }
  return { widthPx, heightPx, channels: 3, data };
}

/** White on the right. */
function half(widthPx: number, heightPx: number): RawPicture {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let i = 0; i < widthPx * heightPx; i++) data.fill(i % widthPx < widthPx / 2 ? 0 : 255, 3 * i, 3 * i + 3);
  return { widthPx, heightPx, channels: 3, data };
}
