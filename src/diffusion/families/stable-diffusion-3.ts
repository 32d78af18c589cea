import type { Tensor } from "../../numerics/tensor.ts";
import { timestepFeed } from "../feeds.ts";
import { joinTokens, joinVectors, joinWidths, padWidth } from "../text/join-states.ts";
import {
  declaredWidth,
  dynamicShift,
  plainLatentDims,
  plainSchedule,
  skipExactSteps,
  textLength,
  type DiffusionFamily,
  type EncodeSetting,
  type Prompt,
} from "./family.ts";

const T5_TOKENS = 256;
const PATCH = 2;

/** Stable Diffusion 3: two CLIP encoders side by side, then T5 or zeros; their pooled vectors in a row. */
export const stableDiffusion3: DiffusionFamily = {
  name: "stable-diffusion-3",
  steps: "many",
  runsNegative: (_, call) => call.guidanceScale > 1,
  guidanceScale: (call) => call.guidanceScale,
  latentDims: (model, call) => plainLatentDims(model, call, model.vaeScaleFactor * PATCH),
  async encode(setting, prompt, role) {
    const { model, call, encoder } = setting;
    const options = { layer: "penultimate", clipSkip: role === "positive" ? call.clipSkip : undefined } as const;
    const clips = await Promise.all([0, 1].map((index) => encoder.encode(index, textFor(prompt, index), options)));
    const empty = await Promise.all([0, 1].map((index) => encoder.encode(index, "", options)));
    const pooled = clips.map((clip) => clip.pooled);
    if (!pooled.every((vector) => vector !== undefined))
      throw new Error(`${model.path}: a CLIP encoder has no text_embeds`);
    const hidden = joinWidths(
      clips.map((clip) => clip.hidden),
      empty.map((clip) => clip.hidden),
    );
    const t5 = await encodeT5(setting, textFor(prompt, 2));
    return {
      encoder_hidden_states: joinTokens([padWidth(hidden, t5.dims[1]!), t5]),
      pooled_projections: joinVectors(pooled),
    };
  },
  schedule(_, call, config, [, height, width]) {
    const plain = plainSchedule(call);
    if (config["use_dynamic_shifting"] !== true) return plain;
    return { ...plain, mu: dynamicShift(config, Math.floor(height / PATCH) * Math.floor(width / PATCH), 1.16) };
  },
  skippedSteps: skipExactSteps,
  inputs(model, sample, timestep) {
    const port = model.denoiser.session.input("timestep")!;
    // Some exports keep the name of the UNet's input.
    return { hidden_states: sample, sample, timestep: timestepFeed(port, timestep, sample.dims[0]!, true) };
  },
};

function textFor(prompt: Prompt | undefined, index: number): string {
  return prompt?.[index] ?? prompt?.[0] ?? "";
}

async function encodeT5({ model, call, encoder }: EncodeSetting, text: string): Promise<Tensor> {
  const length = textLength(model, 2, call, T5_TOKENS);
  if (model.textEncoders[2]) return (await encoder.encode(2, text, { length })).hidden;
  const width = declaredWidth(model, "encoder_hidden_states", "joint_attention_dim");
  return { data: new Float32Array(length * width), dims: [length, width] };
}
