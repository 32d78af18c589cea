import type { RawPicture } from "../../core/generator.ts";
import type { RandomSource } from "../../numerics/random-source.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import type { Call } from "../call.ts";
import { timestepFeed } from "../feeds.ts";
import type { LoadedModel } from "../loaded-model.ts";
import { fillCanvas, type Slots } from "../memory/fill-canvas.ts";
import { GIVEN_SLOTS, groundOf, underInpainting } from "../memory/given-slots.ts";
import { layOut, type LayoutSetting } from "../memory/lay-out.ts";
import { boxOfLines } from "../memory/line-drawing.ts";
import { flowSigmas, plainLatentDims, plainSchedule, skipExactSteps, type DiffusionFamily } from "./family.ts";

/**
 * Flow matching over a canvas: what the prompt names is looked up in the model's picture memory, laid out in pixels and encoded with its own
 * VAE; the denoiser makes the picture of it that the words ask for. Without guidance the distilled denoiser runs, where there is one.
 * models/easel-v1/README.md describes the model, memory/lay-out.ts the layout.
 */
export const pictureMemory: DiffusionFamily = {
  name: "picture-memory",
  steps: "many",
  runsNegative: (_, call) => call.guidanceScale > 1,
  guidanceScale: (call) => call.guidanceScale,
  latentDims: (model, call) => plainLatentDims(model, call, model.vaeScaleFactor * 4),
  variant: (model, call) =>
    model.distilled && call.guidanceScale <= 1 ? { ...model, denoiser: model.distilled } : model,
  async layOut(model, call, latentDims, createRandom) {
    const prompts: string[] = [];
    const conditions = [];
    const origins: Tensor[] = [];
    const notes = new Set<string>();
    for (const picture of call.prompts.keys()) {
      const { slots, starts, words, notes: own } = await slotsOf(model, call, picture, createRandom);
      const filled = await fillCanvas(model, slots, latentDims);
      prompts.push(words);
      conditions.push({ canvas: filled.canvas });
      if (starts) origins.push(await filled.origin());
      for (const note of own) notes.add(note);
    }
    return { prompts, conditions, notes: [...notes], ...(origins.length > 0 ? { origins } : {}) };
  },
  async encode({ encoder }, prompt) {
    const { hidden } = await encoder.encode(0, prompt?.[0] ?? "");
    return { encoder_hidden_states: hidden };
  },
  schedule(_, call, config) {
    const sigmas = flowSigmas(call, config);
    return sigmas ? { sigmas } : plainSchedule(call);
  },
  skippedSteps: skipExactSteps,
  inputs(model, sample, timestep) {
    const port = model.denoiser.session.input("timestep")!;
    return { sample, timestep: timestepFeed(port, timestep, sample.dims[0]!, true) };
  },
};

/** What lies on the canvas of a picture, by what its mode starts from; and whether drawing starts from its noised latents. */
async function slotsOf(
  model: LoadedModel,
  call: Call,
  picture: number,
  createRandom: (seed: number) => RandomSource,
): Promise<{ slots: Slots; starts: boolean; words: string; notes: readonly string[] }> {
  const { memory } = model;
  if (!memory) throw new Error(`${model.path}: the picture memory is not open`);
  const setting: LayoutSetting = {
    memory,
    taught: call.taught ?? [],
    createRandom,
    heightPx: call.height,
    widthPx: call.width,
    ...regionOf(call),
  };
  const { generator } = call;
  const variation = call.variations?.[picture];
  const wish = {
    prompt: call.prompts[picture]!,
    seed: generator.kind === "list" ? generator.seeds[picture]! : generator.seed + picture,
    ...(call.isStyleDrawn ? { isStyleDrawn: true } : {}),
    ...(variation ? { variation } : {}),
  };
  const laid = await layOut(wish, setting);
  const { wanted, other, words, notes } = laid;
  const ground = groundOf(laid);
  const isLaid = call.mode === "text-to-image" || call.mode === "inpaint" || (setting.region && (wanted ?? other));
  const given = isLaid ? undefined : GIVEN_SLOTS[call.mode]?.(call, laid.background?.isNamed ? ground : undefined);
  if (given) return { slots: given, starts: call.mode === "image-to-image", words, notes: [] };
  const under = call.mode === "inpaint" ? underInpainting(call, laid) : ground;
  const starts = call.mode === "image-to-image" || (call.mode === "text-to-image" && laid.background !== undefined);
  return { slots: { wanted, other, under }, starts, words, notes };
}

/** The part of the picture in which things are laid out: under the mask, or where a drawing has its lines. */
function regionOf({ mode, image, mask }: Call): Pick<LayoutSetting, "region"> {
  const region = mode === "inpaint" ? mask && whiteBox(mask) : mode === "image-to-image" && image && boxOfLines(image);
  return region ? { region } : {};
}

/** The box around the white of a mask, in -1 to 1. */
function whiteBox({ widthPx, heightPx, channels, data }: RawPicture): readonly [number, number, number, number] {
  let [x0, y0, x1, y1] = [widthPx, heightPx, 0, 0];
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      if (data[channels * (y * widthPx + x)]! < 128) continue;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
    }
  }
  if (x1 <= x0) return [-1, -1, 1, 1];
  return [(2 * x0) / widthPx - 1, (2 * y0) / heightPx - 1, (2 * x1) / widthPx - 1, (2 * y1) / heightPx - 1];
}
