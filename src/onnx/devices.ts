import "./no-telemetry.ts";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { env, InferenceSession, listSupportedBackends } from "onnxruntime-node";
import { PROBE_ANSWER, PROBE_MODEL } from "./probe-model.ts";

/** Execution providers in the order in which `auto` tries them; README of onnxruntime-node says where each exists. */
export const PROVIDERS = ["cuda", "dml", "coreml", "webgpu", "cpu"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** What a device did with the probe model. */
export interface DeviceReport {
  /** cpu, cuda:0, dml:0, coreml, webgpu. */
  readonly device: string;
  readonly usable: boolean;
  /** Why not, in words for an operator. */
  readonly reason?: string;
  /** Loading and running the probe model. */
  readonly elapsedMs: number;
}

const DEVICE = /^(cuda|dml|coreml|webgpu|cpu)(?::(\d{1,2}))?$/;
/** More than any machine has; a probe that never fails must end. */
const MAX_DEVICES = 16;

const isNumbered = (provider: string | undefined): boolean => provider === "cuda" || provider === "dml";

/** A device name taken apart: `cuda:1` is the second CUDA device. Throws an Error for anything else, also for `cpu:1`. */
export function parseDevice(device: string): { provider: Provider; index: number } {
  const [, provider, index] = DEVICE.exec(device) ?? [];
  if (provider === undefined || (index !== undefined && !isNumbered(provider)))
    throw new Error(`“${device}” is not a device; devices are cpu, cuda:0, dml:0, coreml and webgpu`);
  return { provider: provider as Provider, index: Number(index ?? 0) };
}

function deviceName(provider: Provider, index: number): string {
  return isNumbered(provider) ? `${provider}:${index}` : provider;
}

/** CUDA's provider is a library of its own, which `npm run setup:cuda` fetches; without it the runtime prints red lines and fails. */
function hasLibrary(provider: Provider): boolean {
  if (provider !== "cuda") return true;
  const root = dirname(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")));
  const folder = join(root, "bin", "napi-v6", process.platform, process.arch);
  return existsSync(join(folder, "libonnxruntime_providers_cuda.so"));
}

/**
 * What session options want for a device. Throws when this build lacks the provider: the runtime itself would print a warning and go on
 * with the CPU.
 */
export function executionProviders(device: string): InferenceSession.ExecutionProviderConfig[] {
  const { provider, index } = parseDevice(device);
  if (!listSupportedBackends().some(({ name }) => name === provider))
    throw new Error(`onnxruntime-node has no ${provider} on ${process.platform} ${process.arch}`);
  if (!hasLibrary(provider)) throw new Error("the CUDA libraries are not installed; npm run setup:cuda fetches them");
  return isNumbered(provider) ? [{ name: provider, deviceId: index }] : [provider];
}

/** Runs the probe model on a device and compares its answer. Throws an Error with the reason when it cannot. */
export async function runProbe(device: string): Promise<void> {
  // The errors are reported; the runtime's own lines on stderr would only frighten.
  env.logLevel = "fatal";
  const session = await InferenceSession.create(PROBE_MODEL, {
    executionProviders: executionProviders(device),
    logSeverityLevel: 4,
    // A node that falls back to the CPU would prove nothing about the device.
    extra: { session: device === "cpu" ? {} : { disable_cpu_ep_fallback: "1" } },
  });
  try {
    const x = { type: "float32", dims: [1, 1, 4, 4], data: new Float32Array(16).fill(1), location: "cpu" };
    const { y } = await session.run({ x } as unknown as InferenceSession.FeedsType);
    const answer = y!.data as Float32Array;
    if (PROBE_ANSWER.some((value, i) => !(Math.abs(value - answer[i]!) < 0.05)))
      throw new Error(`it computes wrongly: ${Array.from(answer).join(" ")}`);
  } finally {
    await session.release();
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n", 1)[0]!.slice(0, 300);
}

async function probe(device: string, run: typeof runProbe): Promise<DeviceReport> {
  const started = performance.now();
  try {
    await run(device);
    return { device, usable: true, elapsedMs: performance.now() - started };
  } catch (error) {
    return { device, usable: false, reason: firstLine(error), elapsedMs: performance.now() - started };
  }
}

/**
 * Every device, in the order of preference, with the reason where one cannot be used. Loads native libraries of GPUs, which can crash the
 * process: call it in a child process.
 */
export async function probeDevices(run: typeof runProbe = runProbe): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const provider of PROVIDERS) {
    for (let index = 0; index < (isNumbered(provider) ? MAX_DEVICES : 1); index++) {
      const report = await probe(deviceName(provider, index), run);
      // The first index that fails ends the list of a provider that has others.
      if (report.usable || index === 0) reports.push(report);
      if (!report.usable) break;
    }
  }
  return reports;
}

/**
 * The device to use: the one that is named (cuda means cuda:0), if it works, or with `auto` the first that works. Throws an Error with
 * the reason.
 */
export async function chooseDevice(wanted: string, run: typeof runProbe = runProbe): Promise<string> {
  if (wanted === "auto") {
    const usable = (await probeDevices(run)).find((report) => report.usable);
    if (!usable) throw new Error("no device can run a model");
    return usable.device;
  }
  const { provider, index } = parseDevice(wanted);
  const device = deviceName(provider, index);
  const report = await probe(device, run);
  if (!report.usable) throw new Error(`${device} cannot be used: ${report.reason}`);
  return device;
}
