import "./no-telemetry.ts";
import { stat } from "node:fs/promises";
import { InferenceSession, type OnnxValue } from "onnxruntime-node";
import { silentLogger } from "../core/logger.ts";
import { fromFloat16Array } from "../numerics/float16.ts";
import { executionProviders } from "./devices.ts";
import { describePort, feedTensor, isElementType, type OrtFeed } from "./feed-tensor.ts";
import { openCached } from "./optimised-cache.ts";
import type { PortInfo, Session, SessionOptions } from "./session.ts";

/** How every session of Easel runs. Strings, because the runtime reads its configuration keys as text. */
function ortOptions(options: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: executionProviders(options.device),
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    // Errors are thrown as well; the log lines would only go to stderr behind the back of our own log.
    logSeverityLevel: 4,
    extra: {
      session: {
        set_denormal_as_zero: "1",
        // A model has several sessions, each with its own threads: those that wait must not take the cores of the one that runs.
        ...(options.threads > 1 ? { intra_op: { allow_spinning: "0" } } : {}),
      },
    },
  };
}

function portsOf(metadata: readonly InferenceSession.ValueMetadata[]): PortInfo[] {
  return metadata.map((value) => {
    if (!value.isTensor) throw new Error(`${value.name} is not a tensor`);
    if (!isElementType(value.type))
      throw new Error(`${value.name} has the element type ${value.type}, which Easel cannot feed`);
    return { name: value.name, type: value.type, dims: value.shape };
  });
}

/** Any output as float32; booleans as 0 and 1. Node 24 hands float16 out as Float16Array, older versions as its bits. */
function toFloat32(value: OnnxValue): { data: Float32Array; dims: readonly number[] } {
  const { data, dims, type } = value as { data: ArrayLike<number | bigint>; dims: readonly number[]; type: string };
  if (data instanceof Float32Array) return { data, dims };
  if (type === "float16" && data instanceof Uint16Array) return { data: fromFloat16Array(data), dims };
  return { data: Float32Array.from(data, Number), dims };
}

/** A Session around one of onnxruntime-node. */
function wrapSession(path: string, ort: InferenceSession): Session {
  const inputs = portsOf(ort.inputMetadata);
  const outputs = portsOf(ort.outputMetadata);
  const byName = new Map(inputs.map((port) => [port.name, port]));

  return {
    path,
    inputs,
    outputs,
    input: (name) => byName.get(name),

    async run(feeds, want = outputs.map((port) => port.name)) {
      const unknown = Object.keys(feeds).find((name) => !byName.has(name));
      if (unknown !== undefined)
        throw new Error(`${path} has no input ${unknown}; it has ${inputs.map(describePort).join(", ")}`);
      const missing = inputs.find((port) => !(port.name in feeds));
      if (missing) throw new Error(`${path}: the input ${describePort(missing)} was not fed`);
      const absent = want.find((name) => !outputs.some((port) => port.name === name));
      if (absent !== undefined)
        throw new Error(`${path} has no output ${absent}; it has ${outputs.map(describePort).join(", ")}`);

      const tensors: Record<string, OrtFeed> = {};
      for (const port of inputs) tensors[port.name] = feedTensor(port, feeds[port.name]!);
      const values = await ort.run(tensors as unknown as InferenceSession.FeedsType, want);
      return Object.fromEntries(want.map((name) => [name, toFloat32(values[name]!)]));
    },

    release: () => ort.release(),
  };
}

/**
 * Opens an .onnx file by path (external data is found beside it). Throws an Error with the runtime's reason: missing, not ONNX, external
 * data missing, operators that the device lacks.
 */
export async function openSession(path: string, options: SessionOptions): Promise<Session> {
  await stat(path);
  const { cacheDir, device } = options;
  const ort = ortOptions(options);
  // Graphs for other devices than the CPU are optimised before they are shipped; their layouts must not be saved.
  if (cacheDir === undefined || device !== "cpu") return wrapSession(path, await InferenceSession.create(path, ort));
  return wrapSession(path, await openCached(path, ort, cacheDir, options.log ?? silentLogger));
}
