import type { Logger } from "../core/logger.ts";

/** Element types that models ask for. */
export type ElementType = "float32" | "float64" | "float16" | "int64" | "int32" | "bool" | "uint8" | "int8";

/** One input or output as the graph declares it; a symbolic dimension is its name. */
export interface PortInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

/** Numbers to feed; converted to the type the input declares (float16 by round to nearest even, integers truncated as torch does). */
export interface Feed {
  readonly data: Float32Array | Int32Array | BigInt64Array | readonly number[];
  readonly dims: readonly number[];
}

/** One loaded ONNX graph. */
export interface Session {
  readonly path: string;
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
  input(name: string): PortInfo | undefined;
  /** Runs the graph; float outputs come back as float32. Blocks the thread. Feeds that the graph does not list are an error. */
  run(
    feeds: Readonly<Record<string, Feed>>,
    want?: readonly string[],
  ): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>>;
  /** Frees the native memory; the session cannot run afterwards. */
  release(): Promise<void>;
}

/** Where and how sessions run. */
export interface SessionOptions {
  /** A device that chooseDevice (devices.ts) has named: cpu, cuda:0, dml:0, webgpu, coreml. */
  readonly device: string;
  readonly threads: number;
  /** Folder for optimised graphs with memory-mapped weights; absent = no cache. */
  readonly cacheDir?: string;
  /** Told when the cache cannot be used. */
  readonly log?: Logger;
}

/** Opens an .onnx file by path. Throws Error with the reason; the caller names the model. */
export type OpenSession = (path: string, options: SessionOptions) => Promise<Session>;
