import { closeSync, openSync, readSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { createProtobufReader, type ProtobufField, type ProtobufReader } from "./protobuf-reader.ts";

/** A weight of the graph and where its bytes are. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType: 1 float32, 10 float16, 16 bfloat16. */
  readonly dataType: number;
  /** Beside the graph, or in the file itself. */
  readonly file: string | undefined;
  readonly start: number;
  readonly bytes: number;
  /** Where onnxruntime keeps copies of this weight in its kernels' layout, in the same file (optimised-cache.ts). */
  readonly prepackedStarts: readonly number[];
}

/** What can be learned of an .onnx file without running it. */
export interface OnnxSummary {
  readonly path: string;
  readonly initializers: ReadonlyMap<string, Initializer>;
  /** Operator types that the graph uses, without those in subgraphs. */
  readonly operators: ReadonlySet<string>;
  /** Files with external data, relative to the graph's folder, and the bytes that each must have. */
  readonly externalFiles: ReadonlyMap<string, number>;
}

// Field numbers of onnx.proto (onnx/onnx.proto3 of the ONNX project).
const MODEL = { graph: 7 };
const GRAPH = { node: 1, initializer: 5 };
const NODE = { opType: 4 };
const TENSOR = { dims: 1, dataType: 2, floats: 4, name: 8, raw: 9, doubles: 10, external: 13 };
const ENTRY = { key: 1, value: 2 };

function externalEntries(reader: ProtobufReader, field: ProtobufField): [string, string] {
  let key = "";
  let value = "";
  for (const part of reader.fields(field.start, field.end)) {
    if (part.number === ENTRY.key) key = reader.text(part);
    if (part.number === ENTRY.value) value = reader.text(part);
  }
  return [key, value];
}

/** Offsets in `MatMul+123|3115936;65536;0`: kernel and hash, then one `|offset;length;checksum` for each copy. */
function startsOf(prepacked: string): number[] {
  return [...prepacked.matchAll(/\|(\d+);/g)].map(([, start]) => Number(start));
}

function readTensor(reader: ProtobufReader, { start, end }: ProtobufField): Initializer {
  const dims: number[] = [];
  const external = new Map<string, string>();
  let name = "";
  let dataType = 0;
  let data = { start: 0, end: 0 };
  for (const field of reader.fields(start, end)) {
    if (field.number === TENSOR.dims) dims.push(...reader.integers(field));
    else if (field.number === TENSOR.dataType) dataType = field.value;
    else if (field.number === TENSOR.name) name = reader.text(field);
    else if (field.number === TENSOR.raw || field.number === TENSOR.floats || field.number === TENSOR.doubles)
      data = field;
    else if (field.number === TENSOR.external) external.set(...externalEntries(reader, field));
  }
  const file = external.get("location");
  if (file === undefined)
    return { name, dims, dataType, file, start: data.start, bytes: data.end - data.start, prepackedStarts: [] };
  if (isAbsolute(file) || normalize(file).startsWith(".."))
    throw new Error(`its weights point outside its folder: ${file}`);
  return {
    name,
    dims,
    dataType,
    file,
    start: Number(external.get("offset") ?? 0),
    bytes: Number(external.get("length") ?? 0),
    prepackedStarts: [...external].flatMap(([key, value]) => (key.startsWith("prepacked_") ? startsOf(value) : [])),
  };
}

function operatorOf(reader: ProtobufReader, { start, end }: ProtobufField): string {
  for (const field of reader.fields(start, end)) if (field.number === NODE.opType) return reader.text(field);
  return "";
}

/**
 * Reads names and places of weights and the operators of an .onnx file in milliseconds, whatever its size. Throws an Error with the reason
 * when the file is missing, truncated or not ONNX; external files are not looked at (checkOnnx does).
 */
export function readOnnx(path: string): OnnxSummary {
  const descriptor = openSync(path, "r");
  try {
    const reader = createProtobufReader(descriptor);
    const initializers = new Map<string, Initializer>();
    const operators = new Set<string>();
    const externalFiles = new Map<string, number>();
    let graphs = 0;
    for (const part of reader.fields()) {
      if (part.number !== MODEL.graph || part.wireType !== 2) continue;
      graphs++;
      for (const field of reader.fields(part.start, part.end)) {
        if (field.number === GRAPH.node) operators.add(operatorOf(reader, field));
        if (field.number !== GRAPH.initializer) continue;
        const tensor = readTensor(reader, field);
        initializers.set(tensor.name, tensor);
        const { file, start, bytes } = tensor;
        if (file !== undefined) externalFiles.set(file, Math.max(externalFiles.get(file) ?? 0, start + bytes));
      }
    }
    if (graphs !== 1 || operators.size === 0) throw new Error("it is not an ONNX model: it holds no graph");
    return { path, initializers, operators, externalFiles };
  } finally {
    closeSync(descriptor);
  }
}

function firstBytes(path: string): string {
  const descriptor = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(64);
    return buffer.toString("latin1", 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * readOnnx, and every file of weights is there and long enough: what a broken download or a half-finished copy leaves behind is told
 * before the runtime sees it. Throws an Error with the reason.
 */
export function checkOnnx(path: string): OnnxSummary {
  const beginning = firstBytes(path);
  if (beginning === "") throw new Error("it is empty");
  if (beginning.startsWith("version https://git-lfs"))
    throw new Error("it is a Git LFS pointer instead of the model; fetch it with git lfs pull");
  if (/^\s*[<{]/.test(beginning)) throw new Error("it is not an ONNX model: it holds text");

  const summary = readOnnx(path);
  for (const [file, needed] of summary.externalFiles) {
    const stats = statSync(join(dirname(path), file), { throwIfNoEntry: false });
    if (!stats?.isFile()) throw new Error(`its weights, the file ${file} beside it, are missing`);
    if (stats.size < needed)
      throw new Error(`its weights, the file ${file} beside it, have ${stats.size} bytes; ${needed} were expected`);
  }
  return summary;
}
