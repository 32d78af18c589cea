import { listSupportedBackends, type InferenceSession } from "onnxruntime-node";

/** Execution providers in the order in which `auto` tries them; README of onnxruntime-node says where each exists. */
export const PROVIDERS = ["cuda", "dml", "coreml", "webgpu", "cpu"] as const;
export type Provider = (typeof PROVIDERS)[number];

const DEVICE = /^(cuda|dml|coreml|webgpu|cpu)(?::(\d{1,2}))?$/;

/** A device name taken apart: `cuda:1` is the second CUDA device. Throws an Error for anything else, also for `cpu:1`. */
export function parseDevice(device: string): { provider: Provider; index: number } {
  const [, provider, index] = DEVICE.exec(device) ?? [];
  const numbered = provider === "cuda" || provider === "dml";
  if (provider === undefined || (index !== undefined && !numbered))
    throw new Error(`“${device}” is not a device; devices are cpu, cuda:0, dml:0, coreml and webgpu`);
  return { provider: provider as Provider, index: Number(index ?? 0) };
}

/**
 * What session options want for a device. Throws when this build lacks the provider: the runtime itself would print a warning and go on
 * with the CPU.
 */
export function executionProviders(device: string): InferenceSession.ExecutionProviderConfig[] {
  const { provider, index } = parseDevice(device);
  if (!listSupportedBackends().some(({ name }) => name === provider))
    throw new Error(`onnxruntime-node has no ${provider} on ${process.platform} ${process.arch}`);
  return provider === "cuda" || provider === "dml" ? [{ name: provider, deviceId: index }] : [provider];
}
