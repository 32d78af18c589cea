import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { Settings } from "./config/variables.ts";
import { probeInChild } from "./inference/probe.ts";
import type { DeviceSettings } from "./inference/protocol.ts";
import { packageRoot } from "./paths.ts";

/**
 * One entry per device of DEVICES. `auto` takes every CUDA-like device that really runs a model, or else the CPU; where the machine shows no
 * sign of a GPU it does not spend time on trying.
 */
export async function resolveDevices(settings: Settings): Promise<DeviceSettings[]> {
  const names = settings.DEVICES.length === 1 && settings.DEVICES[0] === "auto" ? await automatic() : settings.DEVICES;
  const threads =
    settings.THREADS === 0 ? Math.max(1, Math.floor(availableParallelism() / names.length)) : settings.THREADS;
  return names.map((device, index) => ({
    id: `${device.replaceAll(":", "-")}-${index}`,
    device,
    threads,
    classifiers: join(packageRoot(), "models"),
    cacheDir: join(resolve(settings.DATA_DIR), "graphs"),
    int8: settings.INT8 === "auto",
    noise: settings.NOISE,
    ...(settings.ROWS_AT_ONCE === 0 ? {} : { rowsAtOnce: settings.ROWS_AT_ONCE }),
  }));
}

async function automatic(): Promise<string[]> {
  const mayHaveGpu = process.platform !== "linux" || existsSync("/dev/nvidia0") || existsSync("/dev/dri");
  if (!mayHaveGpu) return ["cpu"];
  const usable = (await probeInChild()).filter((report) => report.usable).map((report) => report.device);
  return [usable.find((device) => device !== "cpu") ?? "cpu"];
}
