import type { Tensor } from "../../numerics/tensor.ts";
import type { Call, Pair } from "../call.ts";
import type { LoadedModel } from "../loaded-model.ts";
import { joinWidths } from "../text/join-states.ts";
import type { Told } from "../text/prompt-plan.ts";
import type { Condition, DiffusionFamily } from "./family.ts";
import { stableDiffusion, timestepCondition } from "./stable-diffusion.ts";

/** Aesthetic scores that diffusers gives the refiner. */
const AESTHETIC_SCORE = { positive: 6, negative: 2.5 };

/** SDXL, its Turbo and Lightning kinds and its refiner: two text encoders, a pooled vector, sizes as numbers. */
export const stableDiffusionXl: DiffusionFamily = {
  ...stableDiffusion,
  name: "stable-diffusion-xl",
  inBatch: repeatTimeIds,
  async encode(setting, prompt, role) {
    const { model, call, encoder } = setting;
    // The refiner has only the second encoder.
    const indices = [0, 1].filter((index) => model.textEncoders[index] !== undefined);
    const clipSkip = role === "positive" ? call.clipSkip : undefined;
    const texts = indices.map((index) => prompt?.[index] ?? prompt?.[0] ?? "");
    const options = { layer: "penultimate", clipSkip } as const;
    const encoded = await Promise.all(indices.map((index, i) => encoder.encode(index, texts[i]!, options)));
    const empty = await Promise.all(indices.map((index) => encoder.encode(index, "", options)));
    const hidden = joinWidths(
      encoded.map((entry) => entry.hidden),
      empty.map((entry) => entry.hidden),
    );
    const pooled = encoded.at(-1)!.pooled;
    if (!pooled) throw new Error(`${model.path}: text_encoder_2 has no output text_embeds`);

    const isNone = role === "negative" && prompt === undefined && model.index["force_zeros_for_empty_prompt"] !== false;
    const text: Condition = {
      encoder_hidden_states: isNone ? zeros(hidden) : hidden,
      text_embeds: isNone ? zeros(pooled) : pooled,
    };
    return { ...text, time_ids: timeIds(model, call, role), ...timestepCondition(model, call) };
  },
};

function zeros({ dims, data }: Tensor): Tensor {
  return { data: new Float32Array(data.length), dims };
}

/** original size, crop, target size; the refiner takes an aesthetic score for the target size (_get_add_time_ids of each pipeline). */
function timeIds(model: LoadedModel, call: Call, role: "positive" | "negative"): Tensor {
  const size: Pair = [call.height, call.width];
  const { originalSize: original = size, cropsCoordsTopLeft: crop = [0, 0], targetSize: target = size } = call;
  const isRefiner =
    model.index["requires_aesthetics_score"] === true || model.denoiser.session.input("time_ids")?.dims[1] === 5;
  const toIds = (...pairs: readonly Pair[]): Tensor => {
    const ids = [...pairs.slice(0, 2).flat(), ...(isRefiner ? [AESTHETIC_SCORE[role]] : pairs[2]!)];
    return { data: Float32Array.from(ids), dims: [ids.length] };
  };
  if (role === "positive") return toIds(original, crop, target);

  const { negativeOriginalSize, negativeCropsCoordsTopLeft: negativeCrop = [0, 0], negativeTargetSize } = call;
  if (call.mode !== "text-to-image" && !call.control) {
    // The pipelines that start from a picture take each negative size for itself, and only the refiner's crop.
    return toIds(negativeOriginalSize ?? original, isRefiner ? negativeCrop : crop, negativeTargetSize ?? target);
  }
  const isGiven = negativeOriginalSize && negativeTargetSize;
  return isGiven ? toIds(negativeOriginalSize, negativeCrop, negativeTargetSize) : toIds(original, crop, target);
}

/**
 * With negative sizes and several pictures diffusers' text-to-image pipeline repeats the pair [negative, positive] along a batch whose first
 * half is negative and whose second half is positive: rows take turns, whatever they are told otherwise.
 */
function repeatTimeIds(model: LoadedModel, call: Call, told: Told, picture: number): Told {
  const isPaired = (call.mode === "text-to-image" || call.control) && call.negativeOriginalSize;
  if (!isPaired || !told.negative || !call.negativeTargetSize || call.prompts.length === 1) return told;
  const inRow = (condition: Condition, row: number): Condition => ({
    ...condition,
    time_ids: timeIds(model, call, row % 2 === 0 ? "negative" : "positive"),
  });
  const positive = told.positive.map((part) => ({
    ...part,
    condition: inRow(part.condition, call.prompts.length + picture),
  }));
  return { positive, negative: inRow(told.negative, picture) };
}
