import type { Tensor } from "../../numerics/tensor.ts";
import type { Feed, PortInfo } from "../../onnx/session.ts";
import type { Offers } from "../feeds.ts";
import { timestepFeed } from "../feeds.ts";
import {
  dynamicShift,
  flowSigmas,
  plainLatentDims,
  skipExactSteps,
  textLength,
  type DiffusionFamily,
  type LatentDims,
} from "./family.ts";

const T5_TOKENS = 512;
const PATCH = 2;
const TRAIN_TIMESTEPS = 1000;

/** Flux: latents packed in patches of 2x2, CLIP's pooled vector, T5's states, guidance as an input (dev) or none (schnell). */
export const flux: DiffusionFamily = {
  name: "flux",
  steps: "many",
  // Guidance is distilled into the model; "true" guidance is run only when somebody asks for it and says what to avoid.
  runsNegative: (_, call) => (call.trueCfgScale ?? 1) > 1 && (call.negativePrompts?.some(Boolean) ?? false),
  guidanceScale: (call) => call.trueCfgScale ?? 1,
  latentDims: (model, call) => plainLatentDims(model, call, model.vaeScaleFactor * PATCH),
  async encode({ model, call, encoder }, prompt) {
    const [text, text2 = text] = prompt ?? ["", undefined];
    const { pooled } = await encoder.encode(0, text);
    if (!pooled) throw new Error(`${model.path}: text_encoder has no output pooler_output`);
    const { hidden } = await encoder.encode(1, text2, { length: textLength(model, 1, call, T5_TOKENS) });
    const guidance: Tensor = { data: Float32Array.of(call.guidanceScale), dims: [] };
    const takesGuidance = model.denoiser.session.input("guidance") !== undefined;
    return { encoder_hidden_states: hidden, pooled_projections: pooled, ...(takesGuidance ? { guidance } : {}) };
  },
  schedule(_, call, config, [, height, width]) {
    const steps = call.numInferenceSteps;
    const sigmas = flowSigmas(call, config);
    const mu = dynamicShift(config, (height / PATCH) * (width / PATCH), 1.15);
    return sigmas ? { sigmas, mu } : { numInferenceSteps: steps, mu };
  },
  skippedSteps: skipExactSteps,
  inputs(model, sample, timestep, latentDims, condition): Offers {
    const { session } = model.denoiser;
    const rows = sample.dims[0]!;
    const tokens = condition["encoder_hidden_states"]!.dims[0]!;
    const textIds = { data: new Float32Array(tokens * 3), dims: [tokens, 3] };
    return {
      hidden_states: sample,
      timestep: timestepFeed(session.input("timestep")!, timestep / TRAIN_TIMESTEPS, rows, true),
      img_ids: positions(session.input("img_ids"), imageIds(latentDims), rows),
      txt_ids: positions(session.input("txt_ids"), textIds, rows),
    };
  },
  pack: (latents, dims) => permute(latents, dims, "pack"),
  unpack: (packed, dims) => permute(packed, dims, "unpack"),
  packedDims: ([channels, height, width]) => [(height / PATCH) * (width / PATCH), channels * PATCH * PATCH],
};

/** _pack_latents and back: [C, h, w] <-> [h/2 w/2, 4 C], for every row. */
function permute(
  values: Float32Array,
  [channels, height, width]: LatentDims,
  direction: "pack" | "unpack",
): Float32Array {
  const result = new Float32Array(values.length);
  const size = channels * height * width;
  const across = width / PATCH;
  for (let start = 0; start < values.length; start += size) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const plain = start + (c * height + y) * width + x;
          const token = Math.floor(y / PATCH) * across + Math.floor(x / PATCH);
          const packed = start + token * channels * 4 + c * 4 + (y % PATCH) * PATCH + (x % PATCH);
          if (direction === "pack") result[packed] = values[plain]!;
          else result[plain] = values[packed]!;
        }
      }
    }
  }
  return result;
}

/** _prepare_latent_image_ids: [0, row, column] of every patch. */
function imageIds([, height, width]: LatentDims): Tensor {
  const [down, across] = [height / PATCH, width / PATCH];
  const data = new Float32Array(down * across * 3);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) data.set([0, y, x], (y * across + x) * 3);
  }
  return { data, dims: [down * across, 3] };
}

/** Ids with the batch axis that exports before diffusers 0.31 have. */
function positions(port: PortInfo | undefined, ids: Tensor, rows: number): Feed {
  if (port?.dims.length !== 3) return ids;
  const data = new Float32Array(ids.data.length * rows);
  for (let r = 0; r < rows; r++) data.set(ids.data, r * ids.data.length);
  return { data, dims: [rows, ...ids.dims] };
}
