import type { Tensor } from "../../numerics/tensor.ts";
import { readInitializers } from "../../onnx/initializers.ts";
import { UserError } from "../../core/errors.ts";
import type { TextEncoder } from "../loaded-model.ts";

const EPSILON = 1e-5;

interface LayerNorm {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

const norms = new WeakMap<TextEncoder, LayerNorm>();

/**
 * The final layer norm of a CLIP text model over states [tokens, width]: diffusers applies it to skipped layers too. Its weights lie in
 * the graph as text_model.final_layer_norm.*; they are read once for each encoder. Throws UserError model-cannot when they are not there.
 */
export function applyFinalLayerNorm(encoder: TextEncoder, states: Tensor): Tensor {
  const { weight, bias } = norms.get(encoder) ?? readNorm(encoder);
  const width = states.dims[1]!;
  const configured = encoder.config["layer_norm_eps"];
  const epsilon = typeof configured === "number" ? configured : EPSILON;
  const data = new Float32Array(states.data.length);
  for (let start = 0; start < data.length; start += width) {
    let mean = 0;
    for (let i = 0; i < width; i++) mean += states.data[start + i]! / width;
    let variance = 0;
    for (let i = 0; i < width; i++) variance += (states.data[start + i]! - mean) ** 2 / width;
    const scale = 1 / Math.sqrt(variance + epsilon);
    for (let i = 0; i < width; i++) data[start + i] = (states.data[start + i]! - mean) * scale * weight[i]! + bias[i]!;
  }
  return { data, dims: states.dims };
}

function readNorm(encoder: TextEncoder): LayerNorm {
  const { path } = encoder.session;
  const found = readInitializers(path, (name) => /(^|\.)final_layer_norm\.(weight|bias)$/.test(name));
  const part = (end: string) => [...found].find(([name]) => name.endsWith(end))?.[1].data;
  const [weight, bias] = [part(".weight"), part(".bias")];
  if (!weight || !bias)
    throw new UserError("model-cannot", { model: path, mode: "skip CLIP layers: its final layer norm has no name" });
  const norm = { weight, bias };
  norms.set(encoder, norm);
  return norm;
}
