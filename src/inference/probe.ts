import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Whether a device really ran a small model, and why not. */
export interface DeviceReport {
  readonly device: string;
  readonly usable: boolean;
  readonly reason?: string;
}

const PROBE_TIMEOUT_MS = 120_000;

/** Tries every device in a process of its own: a broken driver may take the process with it, and this one must not load onnxruntime-node. */
export async function probeInChild(): Promise<DeviceReport[]> {
  const entry = fileURLToPath(new URL("./child-probe.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [entry], { timeout: PROBE_TIMEOUT_MS });
  const line = stdout.split("\n").findLast((text) => text.startsWith("["));
  if (line === undefined) throw new Error("the probe said nothing");
  return JSON.parse(line) as DeviceReport[];
}
