import type { DeviceSlot } from "../core/generator.ts";
import type { JobQueue } from "../core/job-queue.ts";
import { runJob, type RunJobDeps } from "./run-job.ts";
import { createWake, type Wake } from "./wake.ts";

export interface DispatcherTimings {
  /** A job whose worker is silent for so long is given to another. */
  readonly leaseMs: number;
  /** How often a worker says that it is alive, and learns that its job was cancelled. */
  readonly beatMs: number;
  /** Steps and previews are told at most this often. */
  readonly statusEveryMs: number;
  /** How often an idle loop looks by itself, beside being woken by the queue. */
  readonly pollMs: number;
  /** The pause after the queue itself failed. */
  readonly troubleMs: number;
}

export const DISPATCHER_TIMINGS: DispatcherTimings = {
  leaseMs: 30_000,
  beatMs: 1_000,
  statusEveryMs: 2_000,
  pollMs: 250,
  troubleMs: 1_000,
};

export interface DispatcherDeps extends Omit<RunJobDeps, keyof DispatcherTimings | "previews" | "place"> {
  readonly queue: JobQueue;
  readonly slots: readonly DeviceSlot[];
  /** Default: for every job. */
  readonly previews?: RunJobDeps["previews"];
  /** Default: it means what the filter said. */
  readonly place?: RunJobDeps["place"];
  readonly timings?: Partial<DispatcherTimings>;
}

export interface Dispatcher {
  /** Claims nothing more; what runs may finish within `graceMs` and is put back then. Resolves when nothing runs. */
  drain(options: { graceMs: number }): Promise<void>;
}

/** Starts one loop per device: claim, generate, settle. While a job is encoded and stored, its device draws the next one already. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { queue, clock, log } = deps;
  const timings = { ...DISPATCHER_TIMINGS, ...deps.timings };
  const jobDeps: RunJobDeps = {
    ...deps,
    ...timings,
    previews: deps.previews ?? (() => true),
    place: deps.place ?? ((verdict) => verdict),
  };
  const stopping = new AbortController();
  const giveBack = new AbortController();
  const wakes = new Set<Wake>();
  const unwatch = queue.watch(({ type }) => {
    if (type === "queued" || type === "requeued") notify();
  });
  const loops = deps.slots.map((slot) => loop(slot));

  function notify(): void {
    for (const wake of wakes) wake.notify();
  }

  async function loop(slot: DeviceSlot): Promise<void> {
    const wake = createWake(clock);
    wakes.add(wake);
    let settled = Promise.resolve();
    while (!stopping.signal.aborted) {
      try {
        await slot.whenIdle(stopping.signal);
        const lease = await claim(slot);
        if (lease) {
          const offDevice = await runJob(jobDeps, slot, lease, giveBack.signal);
          // At most one job is encoded while the next is drawn: results do not pile up in memory.
          await settled;
          ({ settled } = offDevice);
        } else {
          await wake.wait(timings.pollMs);
        }
      } catch (error) {
        if (stopping.signal.aborted) break;
        log.error("a device's loop had trouble", { device: slot.id, error });
        await pause();
      }
    }
    await settled;
  }

  async function claim(slot: DeviceSlot) {
    const affinity = slot.model();
    return queue.claim({ id: slot.id, ...(affinity === undefined ? {} : { affinity }) }, timings.leaseMs);
  }

  /** Not woken by news: whatever fails would fail again at once. */
  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        stopTimer();
        stopping.signal.removeEventListener("abort", end);
        resolve();
      };
      const stopTimer = clock.after(timings.troubleMs, end);
      stopping.signal.addEventListener("abort", end);
    });
  }

  return {
    async drain({ graceMs }) {
      stopping.abort(new DOMException("The dispatcher stops", "AbortError"));
      unwatch();
      notify();
      const stopTimer = clock.after(graceMs, () => giveBack.abort());
      await Promise.all(loops);
      stopTimer();
    },
  };
}
