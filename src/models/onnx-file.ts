import { createWriteStream, readFileSync } from "node:fs";
import { copyFile, link, mkdir, open, realpath, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { decodeModel, dimsOf, EXTERNAL, encodeModel, TYPE, type ModelProto, type TensorProto } from "./onnx-schema.ts";

/** A graph that is being rewritten, with its weights where they are. */
export interface OnnxFile {
  readonly path: string;
  readonly model: ModelProto;
  /** Files with weights, relative to the graph. */
  readonly externalFiles: readonly string[];
  /** The bytes of a tensor, little-endian, from wherever they are. Throws an Error when they end early. */
  read(tensor: TensorProto): Promise<Uint8Array>;
  /** Gives a tensor that has none its content; it is made when the file is written, so that gigabytes never wait in memory. */
  provide(tensor: TensorProto, content: () => Promise<Uint8Array> | Uint8Array): void;
  /** Writes graph and weights; large ones go into one file beside it. */
  save(target: string): Promise<void>;
  /** Writes the graph into a folder of its own and links the files of its weights there: for graphs with other outputs and the same weights. */
  saveLinked(target: string): Promise<void>;
}

/** A protobuf cannot be larger than 2 GiB. */
const MAX_INLINE_BYTES = 1_500_000_000;
/** Small tensors stay in the graph, where the runtime folds them. */
const MIN_EXTERNAL_BYTES = 1024;
/** Mapped weights begin on a cache line. */
const ALIGNMENT = 64;

const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  [TYPE.float]: 4,
  [TYPE.uint8]: 1,
  [TYPE.int8]: 1,
  [TYPE.int32]: 4,
  [TYPE.int64]: 8,
  [TYPE.bool]: 1,
  [TYPE.float16]: 2,
  [TYPE.double]: 8,
  [TYPE.bfloat16]: 2,
};

/** Opens an .onnx file for rewriting; external weights are read when they are asked for. Throws an Error when it is no ONNX model. */
export function openOnnxFile(path: string): OnnxFile {
  const model = decodeModel(readFileSync(path));
  const provided = new Map<TensorProto, () => Promise<Uint8Array> | Uint8Array>();
  const outside = model.graph.initializer.filter((tensor) => tensor.dataLocation === EXTERNAL);
  const externalFiles = [...new Set(outside.map(locationOf))];

  async function read(tensor: TensorProto): Promise<Uint8Array> {
    const made = provided.get(tensor);
    if (made) return made();
    return tensor.dataLocation === EXTERNAL ? readExternal(path, tensor) : inlineBytes(tensor);
  }

  async function save(target: string): Promise<void> {
    const { initializer } = model.graph;
    const total = initializer.reduce((sum, tensor) => sum + byteLength(tensor), 0);
    const kept: TensorProto[] = [];
    if (externalFiles.length > 0 || total > MAX_INLINE_BYTES) {
      const data = `${basename(target)}_data`;
      const stream = createWriteStream(join(dirname(target), data));
      let position = 0;
      for (const tensor of initializer) {
        if (byteLength(tensor) < MIN_EXTERNAL_BYTES) {
          kept.push(await inlined(tensor));
          continue;
        }
        const padding = (ALIGNMENT - (position % ALIGNMENT)) % ALIGNMENT;
        const bytes = await read(tensor);
        if (!stream.write(Buffer.concat([Buffer.alloc(padding), bytes]))) await drained(stream);
        const offset = position + padding;
        position = offset + bytes.length;
        const place = { location: data, offset: String(offset), length: String(bytes.length) };
        kept.push({
          ...shell(tensor),
          dataLocation: EXTERNAL,
          externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
        });
      }
      stream.end();
      await finished(stream);
    } else for (const tensor of initializer) kept.push(await inlined(tensor));
    await write(target, kept);
  }

  async function saveLinked(target: string): Promise<void> {
    const { initializer } = model.graph;
    for (const name of externalFiles) await linkOrCopy(join(dirname(path), name), join(dirname(target), name));
    const kept: TensorProto[] = [];
    for (const tensor of initializer) kept.push(tensor.dataLocation === EXTERNAL ? tensor : await inlined(tensor));
    await write(target, kept);
  }

  async function write(target: string, initializer: TensorProto[]): Promise<void> {
    const { graph } = model;
    const before = graph.initializer;
    // Fields that the schema does not name hang on these very objects.
    graph.initializer = initializer;
    try {
      await writeFile(target, encodeModel(model));
    } finally {
      graph.initializer = before;
    }
  }

  async function inlined(tensor: TensorProto): Promise<TensorProto> {
    const isAsItWas = tensor.dataLocation !== EXTERNAL && !provided.has(tensor);
    return isAsItWas ? tensor : { ...shell(tensor), rawData: await read(tensor) };
  }

  return {
    path,
    model,
    externalFiles,
    read,
    provide: (tensor, content) => void provided.set(tensor, content),
    save,
    saveLinked,
  };
}

function locationOf({ externalData }: TensorProto): string {
  return externalData?.find(({ key }) => key === "location")?.value ?? "";
}

/** Hard links take no space; another disk, or one without links, gets a copy. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(await realpath(from), to);
  } catch (error) {
    if (!["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(String((error as NodeJS.ErrnoException).code)))
      throw error;
    await copyFile(from, to);
  }
}

function shell({ name = "", dims = [], dataType = 0 }: TensorProto): TensorProto {
  return { name, dims, dataType };
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => stream.once("drain", resolve));
}

/** Bytes of a tensor's content by its shape. */
export function byteLength(tensor: TensorProto): number {
  const elements = dimsOf(tensor).reduce((product, dim) => product * dim, 1);
  return elements * (ELEMENT_BYTES[tensor.dataType ?? 0] ?? 1);
}

async function readExternal(path: string, tensor: TensorProto): Promise<Uint8Array> {
  const entries = new Map(tensor.externalData?.map(({ key, value }) => [key, value]));
  const file = join(dirname(path), locationOf(tensor));
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? (await stat(file)).size - offset);
  const handle = await open(file, "r");
  try {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new Error(`${basename(file)} ends early, at byte ${offset + done}`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** raw_data, or one of the typed fields that stand for it. */
function inlineBytes(tensor: TensorProto): Uint8Array {
  const { rawData, floatData = [], int32Data = [], int64Data = [], dataType } = tensor;
  if (rawData && rawData.length > 0) return rawData;
  if (floatData.length > 0) return bytesOf(Float32Array.from(floatData));
  if (int64Data.length > 0) return bytesOf(BigInt64Array.from(int64Data, (value) => BigInt(value.toString())));
  if (int32Data.length === 0) return new Uint8Array(0);
  // Narrow types are widened to int32 in this field, float16 as its bits.
  const width = ELEMENT_BYTES[dataType ?? 0] ?? 4;
  if (width === 1) return Uint8Array.from(int32Data, (value) => value & 0xff);
  return bytesOf(width === 2 ? Uint16Array.from(int32Data) : Int32Array.from(int32Data));
}

export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
