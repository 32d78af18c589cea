import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { fromFloat16Array } from "../numerics/float16.ts";
import type { Tensor } from "../numerics/tensor.ts";
import { readOnnx, type Initializer } from "./read-onnx.ts";

const FLOAT32 = 1;
const FLOAT16 = 10;
const BFLOAT16 = 16;

/**
 * Weights of an .onnx file whose names `wanted` accepts, as float32, also those beside it. Nothing else of the file is read. Throws an
 * Error when the file is no ONNX model or a weight has another type than float32, float16 or bfloat16.
 */
export function readInitializers(path: string, wanted: (name: string) => boolean): Map<string, Tensor> {
  const found = new Map<string, Tensor>();
  for (const [name, initializer] of readOnnx(path).initializers) {
    if (wanted(name))
      found.set(name, { data: decode(readBytes(path, initializer), initializer), dims: initializer.dims });
  }
  return found;
}

/** The bytes of one weight as they are stored. */
export function readBytes(path: string, { file, start, bytes }: Initializer): Uint8Array<ArrayBuffer> {
  const source = file === undefined ? path : join(dirname(path), file);
  const descriptor = openSync(source, "r");
  try {
    // External data without a length reaches to the end of its file.
    const buffer = new Uint8Array(bytes > 0 || file === undefined ? bytes : fstatSync(descriptor).size - start);
    for (let done = 0; done < buffer.length;) {
      const count = readSync(descriptor, buffer, done, buffer.length - done, start + done);
      if (count === 0) throw new Error(`${source} ends early, at byte ${start + done}`);
      done += count;
    }
    return buffer;
  } finally {
    closeSync(descriptor);
  }
}

function decode({ buffer }: Uint8Array<ArrayBuffer>, { name, dataType }: Initializer): Float32Array {
  if (dataType === FLOAT32) return new Float32Array(buffer);
  if (dataType === FLOAT16) return fromFloat16Array(new Uint16Array(buffer));
  // bfloat16 is the upper half of a float32.
  if (dataType === BFLOAT16)
    return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
  throw new Error(`${name}: ONNX element type ${dataType} is not read as numbers`);
}
