import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { UserError } from "../../core/errors.ts";
import type { Tensor } from "../../numerics/tensor.ts";
import { extendTable, findTable } from "../../onnx/extend-table.ts";
import type { OpenSession, SessionOptions } from "../../onnx/session.ts";
import { nameOf, type LoadedModel, type TextEncoder, type Tokenizer } from "../loaded-model.ts";
import { joinTokens } from "./join-states.ts";
import { readSafetensors } from "./safetensors.ts";

/** A word that a file of embeddings/ adds, with its vectors [n, width] for encoders of different widths. */
interface Word {
  readonly word: string;
  readonly vectors: readonly Tensor[];
}

/**
 * Teaches a model the words of its embeddings/ folder (textual inversion, https://arxiv.org/abs/2208.01618): every .safetensors file in
 * diffusers', A1111's or SDXL's form adds a word, named after its key `<word>` or after the file. The vectors become further rows of the
 * token table in a copy of the text encoder's graph below `workFolder`, which is removed when the model is released. A folder without
 * embeddings gives the same model back. Rejects with UserError model-broken for a file that fits no encoder.
 */
export async function withEmbeddings(
  model: LoadedModel,
  options: { openSession: OpenSession; sessionOptions: SessionOptions; workFolder: string },
): Promise<LoadedModel> {
  const words = readWords(join(model.path, "embeddings"), model);
  if (words.length === 0) return model;
  const folder = mkdtempSync(join(options.workFolder, "embeddings-"));
  const encoders: (TextEncoder | undefined)[] = [];
  try {
    for (const [index, encoder] of model.textEncoders.entries()) {
      if (encoder?.tokenizer.kind !== "clip") encoders.push(encoder);
      else encoders.push(await teach(encoder, words, mkdtempSync(join(folder, `${index}-`)), options));
    }
    const unused = words.find(({ vectors }) => vectors.every((vector) => !fitsAny(vector, model)));
    if (unused) throw broken(model, `the vectors of embeddings/ “${unused.word}” fit none of its text encoders`);
  } catch (error) {
    await releaseOwn();
    throw error;
  }
  return {
    ...model,
    textEncoders: encoders,
    tokenizers: model.tokenizers.map((tokenizer, index) => encoders[index]?.tokenizer ?? tokenizer),
    async release() {
      await releaseOwn();
      await model.release();
    },
  };

  /** Frees the graphs with words and removes their files. */
  async function releaseOwn(): Promise<void> {
    for (const [index, encoder] of encoders.entries()) {
      if (encoder && encoder !== model.textEncoders[index]) await encoder.session.release();
    }
    rmSync(folder, { recursive: true });
  }
}

function broken(model: LoadedModel, reason: string, cause?: unknown): UserError {
  return new UserError("model-broken", { model: nameOf(model), reason }, { cause });
}

function readWords(folder: string, model: LoadedModel): Word[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => extname(file) === ".safetensors");
  return files.sort().map((file) => {
    const tensors = readVectors(join(folder, file), model);
    if (tensors.length === 0) throw broken(model, `embeddings/${file} holds no vectors`);
    const named = tensors.find(([name]) => /^<.+>$/.test(name))?.[0];
    return { word: named ?? basename(file, ".safetensors"), vectors: tensors.map(([, tensor]) => tensor) };
  });
}

function readVectors(path: string, model: LoadedModel): (readonly [name: string, rows: Tensor])[] {
  try {
    return [...readSafetensors(path)].map(([name, tensor]) => [name, asRows(tensor)] as const);
  } catch (error) {
    const reason = `embeddings/${basename(path)} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw broken(model, reason, error);
  }
}

function asRows({ data, dims }: Tensor): Tensor {
  return dims.length === 2 ? { data, dims } : { data, dims: [1, data.length] };
}

function widthOf({ session }: TextEncoder): number | undefined {
  const states = session.outputs.find(({ name }) => /^(last_hidden_state|text_embeddings)$/.test(name));
  const width = states?.dims.at(-1);
  return typeof width === "number" ? width : undefined;
}

function fitsAny(vector: Tensor, model: LoadedModel): boolean {
  return model.textEncoders.some((encoder) => encoder && widthOf(encoder) === vector.dims[1]);
}

/** The encoder with the vectors of its width in its table and a tokenizer that knows their words. */
async function teach(
  encoder: TextEncoder,
  words: readonly Word[],
  folder: string,
  { openSession, sessionOptions }: { openSession: OpenSession; sessionOptions: SessionOptions },
): Promise<TextEncoder> {
  const width = widthOf(encoder);
  const own = words.flatMap(({ word, vectors }) => {
    const rows = vectors.find(({ dims }) => dims[1] === width);
    return rows ? [{ word, rows }] : [];
  });
  if (width === undefined || own.length === 0) return encoder;
  const table = findTable(encoder.session.path, width);
  const ids = new Map<string, number[]>();
  let next = table.dims[0]!;
  for (const { word, rows } of own) {
    ids.set(
      word.toLowerCase(),
      Array.from({ length: rows.dims[0]! }, (_, i) => next + i),
    );
    next += rows.dims[0]!;
  }
  const path = extendTable(encoder.session.path, table, joinTokens(own.map(({ rows }) => rows)), folder);
  return { ...encoder, session: await openSession(path, sessionOptions), tokenizer: withWords(encoder.tokenizer, ids) };
}

/** A tokenizer that reads the words as their ids, in any case, where they stand alone. */
function withWords(tokenizer: Tokenizer, ids: ReadonlyMap<string, readonly number[]>): Tokenizer {
  const longestFirst = [...ids.keys()].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const pattern = new RegExp(String.raw`((?<![\w-])(?:${escaped.join("|")})(?![\w-]))`, "i");

  // Splitting at a capturing group leaves the words at the odd places.
  const encode = (text: string): number[] =>
    text.split(pattern).flatMap((part, i) => (i % 2 === 1 ? ids.get(part.toLowerCase())! : tokenizer.encode(part)));

  return {
    ...tokenizer,
    encode,
    encodePadded(text, length = tokenizer.modelMaxLength) {
      if (!pattern.test(text)) return tokenizer.encodePadded(text, length);
      const begin = tokenizer.bosId === undefined ? [] : [tokenizer.bosId];
      const kept = [...begin, ...encode(text).slice(0, length - begin.length - 1), tokenizer.eosId];
      return [...kept, ...Array.from({ length: length - kept.length }, () => tokenizer.padId)];
    },
  };
}
