import { elements, type Tensor } from "../numerics/tensor.ts";
import type { Call } from "./call.ts";
import type { DiffusionFamily, LatentDims } from "./families/family.ts";
import { guide, guideInstruct, rescaleGuidance } from "./guidance.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { DEFAULTS } from "./modes/defaults.ts";
import { roll, tileOffset, type Tiling } from "./modes/tile.ts";
import type { Start } from "./modes/start.ts";
import { concatenate } from "./noise.ts";
import type { Row, RunRows } from "./run-rows.ts";
import type { SchedulerRun } from "./schedulers/scheduler.ts";
import type { PromptPlan, Told } from "./text/prompt-plan.ts";

export interface Denoise {
  readonly model: LoadedModel;
  readonly family: DiffusionFamily;
  readonly call: Call;
  readonly latentDims: LatentDims;
  readonly run: SchedulerRun;
  readonly plan: PromptPlan;
  readonly start: Start;
  readonly runRows: RunRows;
  readonly tiling: Tiling;
}

/** What a picture's rows are and how their outputs become one. */
interface Evaluation {
  readonly rows: readonly Row[];
  readonly combine: (outputs: readonly Float32Array[]) => Float32Array;
}

/** The model's guided output at step `i` for `latents` [pictures, ...], as the scheduler's step takes it. */
export async function guidedOutput(setting: Denoise, latents: Float32Array, i: number): Promise<Float32Array> {
  const { call, run, plan, latentDims, start, runRows, tiling } = setting;
  const scaled = run.scaleModelInput(latents, i);
  const size = elements(latentDims);
  const step = Math.floor(i / run.order);
  const offset = tiling === "shift" ? tileOffset(i, latentDims[1], latentDims[2]) : ([0, 0] as const);

  const evaluations = call.prompts.map((_, picture) => {
    const own = scaled.subarray(picture * size, (picture + 1) * size);
    return evaluate(setting, (channels) => toSample(setting, own, channels, offset), plan.at(picture, step));
  });
  const rows = evaluations.flatMap((evaluation) => evaluation.rows);
  const outputs = await runRows(rows, run.timesteps[i]!, i - start.begin, run.timesteps.length - start.begin);
  let first = 0;
  const guided = evaluations.map(({ rows: own, combine }) => {
    const result = combine(outputs.slice(first, first + own.length));
    first += own.length;
    return rollBack(setting, result, offset);
  });
  return concatenate(guided);
}

/** Rows in diffusers' order: negative before positive; text, picture, neither for instruct-pix2pix. */
function evaluate(setting: Denoise, sample: (channels: Tensor | undefined) => Tensor, told: Told): Evaluation {
  const { call, family, start } = setting;
  const { positive, negative } = told;
  const own = sample(start.channels);
  const texts = positive.map(({ condition }) => ({ sample: own, condition }));
  if (!negative) return { rows: texts, combine: (outputs) => average(outputs, positive) };

  const imageScale = call.imageGuidanceScale ?? DEFAULTS.imageGuidanceScale;
  if (call.mode === "instruct" && start.channels) {
    if (imageScale < 1) return { rows: texts, combine: (outputs) => average(outputs, positive) };
    const blank = sample({ data: new Float32Array(start.channels.data.length), dims: start.channels.dims });
    const rows = [...texts.slice(0, 1), { sample: own, condition: negative }, { sample: blank, condition: negative }];
    const combine = ([text, image, unconditional]: readonly Float32Array[]) =>
      guideInstruct({ text: text!, image: image!, unconditional: unconditional! }, call.guidanceScale, imageScale);
    return { rows, combine };
  }

  return {
    rows: [{ sample: own, condition: negative }, ...texts],
    combine([unconditional, ...outputs]) {
      const weighted = outputs.map((output, t) => ({ output, weight: positive[t]!.weight }));
      const guided = guide(unconditional!, weighted, family.guidanceScale(call));
      const { guidanceRescale = 0 } = call;
      return guidanceRescale > 0 ? rescaleGuidance(guided, outputs[0]!, guidanceRescale) : guided;
    },
  };
}

/** Without guidance several texts share by their weights. */
function average(outputs: readonly Float32Array[], positive: Told["positive"]): Float32Array {
  if (outputs.length === 1) return outputs[0]!;
  const total = positive.reduce((sum, { weight }) => sum + weight, 0);
  return outputs[0]!.map((_, i) =>
    outputs.reduce((sum, output, t) => sum + (output[i]! * positive[t]!.weight) / total, 0),
  );
}

/** What the denoiser sees of one picture: its latents and further channels, shifted where it shall tile, packed where the family packs. */
function toSample(
  { family, latentDims }: Denoise,
  latents: Float32Array,
  channels: Tensor | undefined,
  [dy, dx]: readonly [number, number],
): Tensor {
  const dims = family.packedDims?.(latentDims) ?? latentDims;
  if (!channels && dy === 0 && dx === 0) return { data: latents, dims };
  const plain = family.unpack ? family.unpack(latents, latentDims) : latents;
  const [own, height, width] = latentDims;
  const data = channels ? concatenate([plain, channels.data]) : plain;
  const rolled = roll({ data, dims: [own + (channels?.dims[0] ?? 0), height, width] }, dy, dx);
  return family.pack ? { data: family.pack(rolled.data, latentDims), dims } : rolled;
}

function rollBack(
  { family, latentDims }: Denoise,
  output: Float32Array,
  [dy, dx]: readonly [number, number],
): Float32Array {
  if (dy === 0 && dx === 0) return output;
  const plain = family.unpack ? family.unpack(output, latentDims) : output;
  const { data } = roll({ data: plain, dims: latentDims }, -dy, -dx);
  return family.pack ? family.pack(data, latentDims) : data;
}
