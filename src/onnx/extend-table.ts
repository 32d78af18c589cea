import { closeSync, linkSync, copyFileSync, openSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { toFloat16Array } from "../numerics/float16.ts";
import type { Tensor } from "../numerics/tensor.ts";
import { readBytes } from "./initializers.ts";
import { createProtobufReader, type ProtobufField, type ProtobufReader } from "./protobuf-reader.ts";
import { readOnnx, type Initializer } from "./read-onnx.ts";

// Field numbers of onnx.proto.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { dims: 1, dataType: 2, name: 8, raw: 9 };
const FLOAT32 = 1;
const FLOAT16 = 10;

/** The largest two-dimensional weight of a graph with `width` columns: the token table of a text encoder. Throws an Error when there is none. */
export function findTable(path: string, width: number): Initializer {
  const tables = [...readOnnx(path).initializers.values()].filter(({ dims }) => dims.length === 2 && dims[1] === width);
  const named = tables.find(({ name }) => name.endsWith("token_embedding.weight"));
  const table = named ?? tables.sort((a, b) => b.dims[0]! - a.dims[0]!)[0];
  if (!table) throw new Error(`${path} has no table of ${width} columns`);
  return table;
}

/**
 * Writes a copy of the graph into `folder` whose table has `rows` [n, width] added at its end, and returns its path. Weights beside the
 * graph are linked, not copied, where the disk allows. Throws an Error when the table is not float32 or float16.
 */
export function extendTable(path: string, table: Initializer, rows: Tensor, folder: string): string {
  if (table.dataType !== FLOAT32 && table.dataType !== FLOAT16)
    throw new Error(`${path}: ${table.name} is quantized; rows cannot be added`);
  const added = table.dataType === FLOAT32 ? rows.data : toFloat16Array(rows.data);
  const addedBytes = new Uint8Array(added.buffer, added.byteOffset, added.byteLength);
  const replacement = tensorBytes(table, rows.dims[0]!, [readBytes(path, table), addedBytes]);

  const target = join(folder, basename(path));
  const descriptor = openSync(path, "r");
  try {
    writeFileSync(target, spliceInitializer(createProtobufReader(descriptor), table.name, replacement));
  } finally {
    closeSync(descriptor);
  }
  for (const file of readOnnx(path).externalFiles.keys()) linkOrCopy(join(dirname(path), file), join(folder, file));
  return target;
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // Another disk, or one without links.
    if (!["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP"].includes(String((error as NodeJS.ErrnoException).code)))
      throw error;
    copyFileSync(from, to);
  }
}

/** A TensorProto with its numbers inside. */
function tensorBytes(table: Initializer, addedRows: number, parts: readonly Uint8Array[]): Buffer {
  const dims = [table.dims[0]! + addedRows, table.dims[1]!];
  return Buffer.concat([
    ...dims.flatMap((dim) => [varint(TENSOR.dims * 8), varint(dim)]),
    varint(TENSOR.dataType * 8),
    varint(table.dataType),
    ...delimited(TENSOR.name, Buffer.from(table.name)),
    ...delimited(TENSOR.raw, Buffer.concat(parts)),
  ]);
}

/** The model with one initializer of its graph replaced; every other byte stays. */
function spliceInitializer(reader: ProtobufReader, name: string, replacement: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (const part of reader.fields()) {
    if (part.number !== MODEL_GRAPH || part.wireType !== 2) {
      parts.push(...copyField(reader, part));
      continue;
    }
    const graph: Buffer[] = [];
    for (const field of reader.fields(part.start, part.end)) {
      const isTable = field.number === GRAPH_INITIALIZER && nameOf(reader, field) === name;
      graph.push(...(isTable ? delimited(GRAPH_INITIALIZER, replacement) : copyField(reader, field)));
    }
    parts.push(...delimited(MODEL_GRAPH, Buffer.concat(graph)));
  }
  return Buffer.concat(parts);
}

function nameOf(reader: ProtobufReader, { start, end }: ProtobufField): string {
  for (const field of reader.fields(start, end)) if (field.number === TENSOR.name) return reader.text(field);
  return "";
}

function copyField(reader: ProtobufReader, field: ProtobufField): Buffer[] {
  const key = varint(field.number * 8 + field.wireType);
  if (field.wireType === 0) return [key, varint(field.value)];
  const content = reader.bytes(field);
  return field.wireType === 2 ? [key, varint(content.length), content] : [key, content];
}

function delimited(number: number, content: Buffer): Buffer[] {
  return [varint(number * 8 + 2), varint(content.length), content];
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
