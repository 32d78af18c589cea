import { statfs } from "node:fs/promises";
import { degraded, down, healthOf, HEALTHY, type HealthReport, type PartHealth } from "./core/health.ts";
import type { KillSwitch } from "./core/moderation.ts";
import type { Platform } from "./core/platform.ts";
import type { KeyValueStore } from "./core/stores.ts";
import type { DeviceInfo } from "./inference/device.ts";
import type { WriteGate } from "./storage/write-gate.ts";

/** Below this a few more pictures fill the disk. */
const SCARCE_BYTES = 256 * 1024 ** 2;
const SERVING: readonly DeviceInfo["state"][] = ["idle", "busy"];

export interface HealthSources {
  readonly store: KeyValueStore;
  readonly gate: Pick<WriteGate, "closed">;
  readonly dataDir: string;
  readonly devices: readonly DeviceInfo[];
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly safetyFault: () => string | undefined;
  readonly killSwitch: Pick<KillSwitch, "paused">;
  /** Of the store of settings that several programs share; undefined where there is none. */
  readonly sharedSettings: (() => PartHealth) | undefined;
}

/** Asks every part how it is. `expected` are the platforms that are to be connected, connected or not. */
export async function reportHealth(sources: HealthSources, expected: readonly string[]): Promise<HealthReport> {
  const { platforms } = sources;
  const chats = expected.map((name): [string, PartHealth] => [
    name,
    platforms.get(name)?.health?.() ?? (platforms.has(name) ? HEALTHY : down("It is not connected yet.")),
  ]);
  const fault = sources.safetyFault();
  return healthOf({
    database: await databaseHealth(sources),
    ...(sources.sharedSettings ? { settings: sources.sharedSettings() } : {}),
    disk: await diskHealth(sources.dataDir),
    devices: devicesHealth(sources.devices),
    safety: fault === undefined ? HEALTHY : down(`The safety filters fail their test, nothing is drawn: ${fault}`),
    drawing: await drawingHealth(sources.killSwitch),
    ...Object.fromEntries(chats),
  });
}

async function databaseHealth({ store, gate }: HealthSources): Promise<PartHealth> {
  try {
    await store.get("health");
  } catch (error) {
    return down(`It cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return gate.closed() ? degraded("Another program holds it: whoever writes has to wait.") : HEALTHY;
}

async function diskHealth(folder: string): Promise<PartHealth> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= SCARCE_BYTES) return HEALTHY;
  return degraded(`There are ${Math.floor(free / 1024 ** 2)} MiB left where the data is.`);
}

function devicesHealth(devices: readonly DeviceInfo[]): PartHealth {
  const out = devices.filter(({ state }) => !SERVING.includes(state));
  if (out.length === 0) return HEALTHY;
  const why = out.map(({ id, state, reason }) => `${id} is ${state}${reason === undefined ? "" : ` (${reason})`}`);
  return (out.length < devices.length ? degraded : down)(`${why.join(", ")}.`);
}

async function drawingHealth(killSwitch: HealthSources["killSwitch"]): Promise<PartHealth> {
  const paused = await killSwitch.paused();
  return paused === undefined
    ? HEALTHY
    : degraded(`It is paused since ${new Date(paused.at).toISOString()}; what is asked for is declined.`);
}
