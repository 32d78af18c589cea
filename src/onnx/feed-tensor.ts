import { toFloat16Array } from "../numerics/float16.ts";
import { elements } from "../numerics/tensor.ts";
import type { ElementType, Feed, PortInfo } from "./session.ts";

/**
 * What onnxruntime-node takes as a feed. A plain object and not its Tensor class: on Node 24 that class turns float16 bits into a
 * Float16Array, which version 1.30 then cannot read.
 */
export interface OrtFeed {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array | Int8Array;
  readonly location: "cpu";
}

type Values = ArrayLike<number | bigint>;

function asFloat32(values: Values): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values, Number);
}

const isNotANumber = (value: number | bigint): boolean => typeof value === "number" && !Number.isFinite(value);
const truncate = (value: number | bigint): number => Math.trunc(Number(value));

/** Converts by element type. Integers are truncated towards zero, as torch's Tensor.to does. */
const CONVERT: Readonly<Record<ElementType, (values: Values) => OrtFeed["data"]>> = {
  float32: asFloat32,
  float64: (values) => Float64Array.from(values, Number),
  float16: (values) => toFloat16Array(asFloat32(values)),
  int64: (values) =>
    values instanceof BigInt64Array ? values : BigInt64Array.from(values, (value) => BigInt(truncate(value))),
  int32: (values) => (values instanceof Int32Array ? values : Int32Array.from(values, truncate)),
  int8: (values) => Int8Array.from(values, truncate),
  uint8: (values) => Uint8Array.from(values, truncate),
  bool: (values) => Uint8Array.from(values, (value) => (Number(value) === 0 ? 0 : 1)),
};

/** Element types that Easel can feed and read. */
export function isElementType(type: string): type is ElementType {
  return type in CONVERT;
}

/** `name float32 [batch, 4, height, width]`, as error messages show an input. */
export function describePort(port: PortInfo): string {
  return `${port.name} ${port.type} [${port.dims.join(", ")}]`;
}

/** The feed of one input in the type it declares. Throws an Error that names the input when rank, a fixed size or the count of elements does not fit. */
export function feedTensor(port: PortInfo, feed: Feed): OrtFeed {
  const given = `[${feed.dims.join(", ")}]`;
  if (feed.dims.length !== port.dims.length)
    throw new Error(`${port.name}: rank ${feed.dims.length} ${given} was fed, the graph wants ${describePort(port)}`);
  const wrong = port.dims.findIndex((dim, axis) => typeof dim === "number" && dim !== feed.dims[axis]);
  if (wrong >= 0)
    throw new Error(
      `${port.name}: ${given} was fed, axis ${wrong} does not fit what the graph wants: ${describePort(port)}`,
    );
  if (feed.data.length !== elements(feed.dims))
    throw new Error(`${port.name}: ${feed.data.length} elements do not fill ${given}`);
  if (port.type.includes("int") && Array.prototype.some.call(feed.data, isNotANumber))
    throw new Error(`${port.name}: NaN or infinity cannot be fed as ${port.type}`);
  return { type: port.type, dims: feed.dims, data: CONVERT[port.type](feed.data), location: "cpu" };
}
