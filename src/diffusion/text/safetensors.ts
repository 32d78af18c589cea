import { readFileSync } from "node:fs";
import { fromFloat16Array } from "../../numerics/float16.ts";
import type { Tensor } from "../../numerics/tensor.ts";

/** Headers are a few kilobytes; anything larger is not a safetensors file. */
const MAX_HEADER_BYTES = 100_000_000;

/** Every floating-point tensor of a .safetensors file by name, as float32. Throws an Error with the reason. https://github.com/huggingface/safetensors */
export function readSafetensors(path: string): Map<string, Tensor> {
  const bytes = new Uint8Array(readFileSync(path));
  const headerBytes = bytes.length >= 8 ? Number(new DataView(bytes.buffer).getBigUint64(0, true)) : 0;
  if (headerBytes === 0 || headerBytes > Math.min(MAX_HEADER_BYTES, bytes.length - 8))
    throw new Error("it is not a safetensors file");
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets: range } = entry as Partial<Record<string, unknown>>;
    if (!Array.isArray(shape) || !Array.isArray(range)) throw new Error(`${name} has no shape`);
    const [start, end] = range.map((offset) => 8 + headerBytes + Number(offset));
    const decode = DECODERS[String(dtype)];
    if (decode) tensors.set(name, { data: decode(bytes.slice(start, end).buffer), dims: shape.map(Number) });
  }
  return tensors;
}

const DECODERS: Readonly<Record<string, (buffer: ArrayBuffer) => Float32Array>> = {
  F32: (buffer) => new Float32Array(buffer),
  F16: (buffer) => fromFloat16Array(new Uint16Array(buffer)),
  BF16: (buffer) => new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer),
};
