import type { RawPicture } from "../../core/generator.ts";
import type { Mode } from "../../core/image-request.ts";
import type { RandomSource } from "../../numerics/random-source.ts";
import { cutOut } from "../../numerics/cut-out.ts";
import { elements, type Tensor } from "../../numerics/tensor.ts";
import type { Call } from "../call.ts";
import { timestepFeed } from "../feeds.ts";
import type { LoadedModel } from "../loaded-model.ts";
import { cellAlpha } from "../memory/compose-canvas.ts";
import { layOut, type LayoutSetting } from "../memory/lay-out.ts";
import { premultiplied, toSprite } from "../memory/sprite.ts";
import { encodePixels } from "../vae.ts";
import {
  flowSigmas,
  plainLatentDims,
  plainSchedule,
  skipExactSteps,
  type DiffusionFamily,
  type LatentDims,
} from "./family.ts";

/** The pictures of a canvas's two slots: what has the style that is drawn, and what comes from elsewhere. Premultiplied [4, H, W] in 0 to 1. */
interface Slots {
  readonly wanted?: Tensor | undefined;
  readonly other?: Tensor | undefined;
}

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
      const { slots, whole, words, notes: own } = await slotsOf(model, call, picture, createRandom);
      prompts.push(words);
      conditions.push({ canvas: await toCanvas(model, slots, latentDims) });
      if (whole) origins.push(await encodePixels(model, toSigned(whole), undefined));
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

/** What lies on the canvas of a picture, by what its mode starts from. */
async function slotsOf(
  model: LoadedModel,
  call: Call,
  picture: number,
  createRandom: (seed: number) => RandomSource,
): Promise<{ slots: Slots; whole?: Tensor | undefined; words: string; notes: readonly string[] }> {
  const { memory } = model;
  if (!memory) throw new Error(`${model.path}: the picture memory is not open`);
  const setting: LayoutSetting = {
    memory,
    taught: call.taught ?? [],
    createRandom,
    heightPx: call.height,
    widthPx: call.width,
    ...(call.mode === "inpaint" && call.mask ? { region: whiteBox(call.mask) } : {}),
  };
  const { generator } = call;
  const variation = call.variations?.[picture];
  const wish = {
    prompt: call.prompts[picture]!,
    seed: generator.kind === "list" ? generator.seeds[picture]! : generator.seed + picture,
    ...(variation ? { variation } : {}),
  };
  const { wanted, other, whole, words, notes } = await layOut(wish, setting);
  const given = GIVEN_SLOTS[call.mode]?.(call);
  return given ? { slots: given, words, notes: [] } : { slots: { wanted, other }, whole, words, notes };
}

/** Modes whose canvas holds the pictures that they start from; in the others it holds what the prompt names. */
const GIVEN_SLOTS: Partial<Readonly<Record<Mode, (call: Call) => Slots>>> = {
  "image-to-image": ({ image }) => ({ other: image && onCanvas(image) }),
  upscale: ({ image }) => ({ other: image && onCanvas(image) }),
  blend: ({ image, others = [] }) => ({ wanted: image && onCanvas(image), other: others[0] && onCanvas(others[0]) }),
  outpaint: ({ image, mask }) => ({ other: image && mask && premultiplied(toSprite(keepBlack(image, mask))) }),
};

/** An input picture as the canvas has it: without its background, where that is plain. */
function onCanvas(picture: RawPicture): Tensor {
  const cut = cutOut(picture);
  return premultiplied(toSprite("picture" in cut ? cut.picture : picture));
}

/** 0 to 1 as the VAE has it: -1 to 1. */
function toSigned({ data, dims }: Tensor): Tensor {
  return { data: data.map((value) => 2 * value - 1), dims };
}

/** Two slots of latents and alpha: [2 (C + 1), h, w]. A slot without a picture is zero. */
async function toCanvas(model: LoadedModel, { wanted, other }: Slots, latentDims: LatentDims): Promise<Tensor> {
  const [channels, height, width] = latentDims;
  const dims = [2 * (channels + 1), height, width];
  const data = new Float32Array(elements(dims));
  for (const [slot, picture] of [wanted, other].entries()) {
    if (!picture) continue;
    const latents = await encodePixels(model, toSigned(picture), undefined);
    const start = slot * (channels + 1) * height * width;
    data.set(latents.data, start);
    data.set(cellAlpha(picture, model.vaeScaleFactor).data, start + latents.data.length);
  }
  return { data, dims };
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

/** The picture where the mask is black, transparent elsewhere. */
function keepBlack({ widthPx, heightPx, channels, data }: RawPicture, mask: RawPicture): RawPicture {
  const kept = new Uint8Array(4 * widthPx * heightPx);
  for (let i = 0; i < widthPx * heightPx; i++) {
    if (mask.data[mask.channels * i]! >= 128) continue;
    for (let c = 0; c < 3; c++) kept[4 * i + c] = data[channels * i + c]!;
    kept[4 * i + 3] = channels === 4 ? data[4 * i + 3]! : 255;
  }
  return { widthPx, heightPx, channels: 4, data: kept };
}
