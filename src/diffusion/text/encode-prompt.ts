import { UserError } from "../../core/errors.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import type { Feed, Session } from "../../onnx/session.ts";
import { outputName, pickFeeds, row } from "../feeds.ts";
import { nameOf, type LoadedModel, type TextEncoder } from "../loaded-model.ts";
import { concatenate } from "../noise.ts";
import { applyFinalLayerNorm } from "./clip-skip.ts";
import type { EmbeddingCache, Encoded } from "./embedding-cache.ts";
import { toChunks, type Chunk } from "./prompt-chunks.ts";
import { withoutWeights } from "./prompt-weights.ts";

/** Which layer of a CLIP encoder a family reads: the last with its norm (SD), or the one before as it is (SDXL, SD3). */
export type Layer = "last" | "penultimate";

export interface EncodeOptions {
  /** Default last. */
  readonly layer?: Layer;
  /** diffusers' clip_skip: so many layers earlier. */
  readonly clipSkip?: number | undefined;
  /** Tokens of T5. */
  readonly length?: number;
  /** Put before the prompt; its states are left out but for the first, as Sana does. */
  readonly instruction?: string;
  /** Hides the padding from the encoder, as PixArt does; elsewhere it sees its padding. */
  readonly masked?: boolean;
}

/** Encodes prompts with the text encoders of one model; encoder 0 is text_encoder, 1 is text_encoder_2. */
export interface PromptEncoder {
  encode(encoder: number, prompt: string, options?: EncodeOptions): Promise<Encoded>;
}

/** Prompts of one call. `syntax` as in Call.promptSyntax. */
export function createPromptEncoder(model: LoadedModel, cache: EmbeddingCache, syntax: boolean): PromptEncoder {
  return {
    encode(index, prompt, options = {}) {
      const { layer = "last", clipSkip, length, masked = false, instruction = "" } = options;
      const key = JSON.stringify([index, prompt, syntax, layer, clipSkip, length, masked, instruction]);
      return cache.get(key, () => {
        const encoder = model.textEncoders[index];
        if (!encoder)
          throw new UserError("model-broken", { model: nameOf(model), reason: `it has no text encoder ${index + 1}` });
        return encoder.tokenizer.kind === "clip"
          ? encodeClip(encoder, toChunks(encoder.tokenizer, prompt, syntax), layer, clipSkip, nameOf(model))
          : encodeOther(encoder, syntax ? withoutWeights(prompt) : prompt, { length, masked, instruction });
      });
    },
  };
}

/** T5, Gemma and closed vocabularies: one chunk, the last hidden state. */
async function encodeOther(
  { session, tokenizer }: TextEncoder,
  prompt: string,
  { length, masked, instruction }: { length: number | undefined; masked: boolean; instruction: string },
): Promise<Encoded> {
  // SanaPipeline leaves room for two special tokens less.
  const before = instruction === "" ? 0 : tokenizer.encodeWhole(instruction).length - 2;
  const kept = length ?? tokenizer.modelMaxLength;
  const ids = tokenizer.encodePadded(instruction + prompt, kept + before);
  const mask = maskOf(ids, tokenizer.padId);
  const hidden = outputName(session, ["last_hidden_state", "text_embeddings"]);
  const outputs = await session.run(pickFeeds(session, textOffers(session, ids, masked ? mask : undefined)), [hidden]);
  const states = row(outputs[hidden]!, 0);
  if (instruction === "") return { hidden: states, mask };
  return { hidden: firstAndLast(states, kept), mask: firstAndLast(mask, kept) };
}

/** The first row and the last `count` - 1 of [rows, ...] (select_index of SanaPipeline); all where there are no more. */
function firstAndLast({ data, dims }: Tensor, count: number): Tensor {
  const [rows, ...rest] = dims as [number, ...number[]];
  if (rows <= count) return { data, dims };
  const size = data.length / rows;
  const kept = [data.subarray(0, size), data.subarray((rows - count + 1) * size)];
  return { data: concatenate(kept), dims: [count, ...rest] };
}

async function encodeClip(
  encoder: TextEncoder,
  chunks: readonly Chunk[],
  layer: Layer,
  clipSkip: number | undefined,
  modelName: string,
): Promise<Encoded> {
  const { session, tokenizer } = encoder;
  const hiddenName = hiddenOutput(session, layer, clipSkip, modelName);
  const pooledName = ["text_embeds", "pooler_output", "pooled_embeddings"].find((name) => hasOutput(session, name));
  const hidden: Float32Array[] = [];
  let width = 0;
  let pooled: Tensor | undefined;
  for (const chunk of chunks) {
    const want = [hiddenName, ...(pooledName === undefined ? [] : [pooledName])];
    const outputs = await session.run(pickFeeds(session, textOffers(session, chunk.ids)), want);
    let states = row(outputs[hiddenName]!, 0);
    if (layer === "last" && clipSkip !== undefined) states = applyFinalLayerNorm(encoder, states);
    width = states.dims[1]!;
    hidden.push(chunk.weights ? weigh(states, chunk.weights) : states.data);
    // The pooled vector is that of the first chunk, as in A1111.
    if (pooledName !== undefined) pooled ??= row(outputs[pooledName]!, 0);
  }
  const data = concatenate(hidden);
  const ids = chunks.flatMap((chunk) => chunk.ids);
  return {
    hidden: { data, dims: [data.length / width, width] },
    ...(pooled ? { pooled } : {}),
    mask: maskOf(ids, tokenizer.padId),
  };
}

/** The output that holds the wanted layer. hidden_states.0 is the embedding, the highest is the last layer before its norm. */
function hiddenOutput(session: Session, layer: Layer, clipSkip: number | undefined, modelName: string): string {
  if (layer === "last" && clipSkip === undefined) return outputName(session, ["last_hidden_state", "text_embeddings"]);
  const layers = session.outputs.filter(({ name }) => /^hidden_states\.\d+$/.test(name)).length;
  const wanted = layers - 1 - (layer === "penultimate" ? 1 : 0) - (clipSkip ?? 0);
  const name = `hidden_states.${wanted}`;
  if (hasOutput(session, name)) return name;
  if (clipSkip === undefined && hasOutput(session, "hidden_states")) return "hidden_states";
  const mode = `skip ${clipSkip ?? 0} CLIP layers: its text encoder has ${layers} hidden states`;
  throw new UserError("model-cannot", { model: modelName, mode });
}

function hasOutput(session: Session, name: string): boolean {
  return session.outputs.some((output) => output.name === name);
}

/** Some exports list a mask, which most of diffusers' pipelines leave open, or a constant flag. */
function textOffers(session: Session, ids: readonly number[], mask?: Tensor): Record<string, Feed> {
  const flag = session.input("output_hidden_states");
  return {
    input_ids: { data: ids, dims: [1, ids.length] },
    attention_mask: { data: mask?.data ?? ids.map(() => 1), dims: [1, ids.length] },
    ...(flag ? { output_hidden_states: { data: [1], dims: flag.dims.map(() => 1) } } : {}),
  };
}

function maskOf(ids: readonly number[], padId: number): Tensor {
  return { data: Float32Array.from(ids, (id) => (id === padId ? 0 : 1)), dims: [ids.length] };
}

/** A1111's emphasis: every token's state times its weight, then all times what brings the mean back. */
function weigh(states: Tensor, weights: readonly number[]): Float32Array {
  const width = states.dims[1]!;
  const weighed = states.data.map((value, i) => value * weights[Math.floor(i / width)]!);
  const scale = mean(states.data) / mean(weighed);
  return weighed.map((value) => value * scale);
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
