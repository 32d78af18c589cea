import type { Clock } from "../core/clock.ts";
import { CrashError, type DeviceSlot, type Generator, type RawPicture } from "../core/generator.ts";
import type { Logger } from "../core/logger.ts";
import type { Verdict } from "../core/verdict.ts";
import { createDevice, type Device, type DeviceInfo, type DeviceState } from "./device.ts";
import { DEFAULT_LIMITS, type PoolLimits } from "./limits.ts";
import type { DeviceSettings } from "./protocol.ts";

/** All devices. As a Generator it takes the device that has the model loaded, or else the first that is idle. */
export interface Pool extends Generator {
  /** One per device, for the dispatcher's loops. */
  readonly slots: readonly DeviceSlot[];
  devices(): readonly DeviceInfo[];
  /**
   * What the image filters say about an upload. Takes no slot: a device that draws answers between two steps. Rejects with CrashError when
   * no device is left or the one that was asked ends, and with the signal's reason.
   */
  review(picture: RawPicture, signal: AbortSignal): Promise<Verdict>;
  /** How well each phrase fits a picture, by a model's scorer; higher fits better. Rejects like `review`, and with UserError model-cannot, model-broken. */
  score(
    model: string,
    picture: RawPicture,
    phrases: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[]>;
  /** Ends all children: running work may finish within `graceMs`, is then cancelled, and is killed when it does not stop. */
  stop(options: { graceMs: number }): Promise<void>;
}

export interface PoolDeps {
  readonly devices: readonly DeviceSettings[];
  /** The compiled inference/child.js. It loads onnxruntime-node; this process never does. */
  readonly childEntry: string;
  /** Folder of a model; throws UserError model-unknown. */
  readonly modelPath: (model: string) => string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<PoolLimits>;
  /** The children's whole environment, e.g. where the CUDA libraries are. Secrets do not belong here. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts one child process per device. */
export function createPool(deps: PoolDeps): Pool {
  const waiters = new Set<() => void>();
  const devices = deps.devices.map((settings) =>
    createDevice({
      settings,
      childEntry: deps.childEntry,
      env: deps.env ?? {},
      limits: { ...DEFAULT_LIMITS, ...deps.limits },
      modelPath: deps.modelPath,
      clock: deps.clock,
      log: deps.log,
      onChange: () => {
        for (const wake of waiters) wake();
      },
    }),
  );

  function nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => done(resolve);
      const onAbort = () => done(() => reject(signal.reason as Error));
      function done(settle: () => void): void {
        waiters.delete(wake);
        signal.removeEventListener("abort", onAbort);
        settle();
      }
      waiters.add(wake);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /**
   * Waits for one of the candidates in the first of the `usable` states that there is, best the one that has `model` loaded, and uses it
   * before anybody else can. Rejects with CrashError when all are in a state of `hopeless`.
   */
  async function withDevice<T>(
    candidates: readonly Device[],
    wanted: {
      model?: string;
      usable: readonly DeviceState[];
      hopeless: readonly DeviceState[];
      signal: AbortSignal;
    },
    use: (device: Device) => T,
  ): Promise<Awaited<T>> {
    for (;;) {
      wanted.signal.throwIfAborted();
      const free = wanted.usable.flatMap((state) => candidates.filter((device) => device.info().state === state));
      const warm = wanted.model === undefined ? undefined : free.find((device) => device.info().model === wanted.model);
      const found = warm ?? free[0];
      if (found) return await use(found);
      if (candidates.every((device) => wanted.hopeless.includes(device.info().state)))
        throw new CrashError(candidates[0]?.info().reason ?? "there is no device");
      await nextChange(wanted.signal);
    }
  }

  function generatorOver(candidates: readonly Device[]): Generator {
    return {
      generate: (task, onEvent, signal) =>
        withDevice(
          candidates,
          { model: task.request.model, usable: ["idle"], hopeless: ["failed", "stopped"], signal },
          (device) => device.run(task, onEvent, signal),
        ),
    };
  }

  return {
    ...generatorOver(devices),
    slots: devices.map((device, index) => ({
      ...generatorOver([device]),
      id: deps.devices[index]!.id,
      model: () => device.info().model,
      whenIdle: (signal) => withDevice([device], { usable: ["idle"], hopeless: ["stopped"], signal }, () => {}),
    })),
    devices: () => devices.map((device) => device.info()),
    review: (picture, signal) =>
      withDevice(devices, { usable: ["idle", "busy"], hopeless: ["failed", "stopped"], signal }, (device) =>
        device.review(picture, signal),
      ),
    score: (model, picture, phrases, signal) =>
      withDevice(devices, { usable: ["idle", "busy"], hopeless: ["failed", "stopped"], signal }, (device) =>
        device.score(model, picture, phrases, signal),
      ),
    async stop({ graceMs }) {
      await Promise.all(devices.map((device) => device.stop(graceMs)));
    },
  };
}
