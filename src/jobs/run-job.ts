import type { Clock } from "../core/clock.ts";
import { toFailure, UserError } from "../core/errors.ts";
import {
  CrashError,
  type DeviceSlot,
  type Generated,
  type GenerateEvent,
  type GenerateTask,
} from "../core/generator.ts";
import type { Job, JobResult } from "../core/job.ts";
import type { JobQueue, Lease } from "../core/job-queue.ts";
import type { Logger } from "../core/logger.ts";
import { ALLOW, worst, type Verdict } from "../core/verdict.ts";
import { keepLease, type LeaseKeeper } from "./lease-keeper.ts";
import { createStatusThrottle, type JobStatus, type StatusThrottle } from "./status-throttle.ts";

export interface RunJobDeps {
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Logger;
  /** Reads the input pictures of a request. */
  readonly loadInputs: (job: Job) => Promise<GenerateTask["inputs"]>;
  /** Reads the pictures of the taught concepts that a request names; without it there are none. */
  readonly loadTaught?: (job: Job) => Promise<NonNullable<GenerateTask["taught"]>>;
  /** Labels, encodes and stores the pictures. */
  readonly encode: (generated: Generated, job: Job) => Promise<JobResult>;
  /** Keeps pictures that a filter held until a moderator decides; without it they are refused. Called again for the same job after a crash. */
  readonly hold?: (job: Job, result: JobResult, rule: string) => Promise<void>;
  readonly onStatus: (job: Job, status: JobStatus) => void;
  /** What an image filter's verdict means where the job was asked. */
  readonly place: (verdict: Verdict, job: Job) => Verdict;
  /** Whether pictures of the current state are wanted for a job. */
  readonly previews: (job: Job) => boolean;
  readonly leaseMs: number;
  readonly beatMs: number;
  readonly statusEveryMs: number;
}

/** What is left to do for a job when the device is free again. */
export interface OffDevice {
  /** Never rejects: the job is settled, or its lease will run out. */
  readonly settled: Promise<void>;
}

/**
 * Runs one claimed job on a device, up to its end in the queue. Resolves when the device is free; encoding and storing go on in `settled`.
 * `giveBack` puts an unfinished job back unharmed.
 */
export async function runJob(
  deps: RunJobDeps,
  slot: DeviceSlot,
  lease: Lease,
  giveBack: AbortSignal,
): Promise<OffDevice> {
  const { job } = lease;
  const log = deps.log.child({ job: job.id, device: slot.id });
  const keeper = keepLease({ ...deps, log }, lease);
  const status = createStatusThrottle({
    clock: deps.clock,
    everyMs: deps.statusEveryMs,
    tell: (update) => deps.onStatus(job, update),
  });
  const over = () => {
    status.stop();
    keeper.stop();
  };

  try {
    const taught = job.request.taught ? await deps.loadTaught?.(job) : undefined;
    const generated = await slot.generate(
      {
        job: job.id,
        request: job.request,
        inputs: await deps.loadInputs(job),
        previews: deps.previews(job),
        ...(taught ? { taught } : {}),
      },
      statusOf(job, deps.clock, status, keeper),
      AbortSignal.any([keeper.signal, giveBack]),
    );
    const settled = finish(generated)
      .catch((error: unknown) => settleFailure(error))
      .catch((error: unknown) => log.error("job could not be settled; its lease will run out", { error }))
      .finally(over);
    return { settled };
  } catch (error) {
    await settleFailure(error).finally(over);
    return { settled: Promise.resolve() };
  }

  async function finish(drawn: Generated): Promise<void> {
    const pictures = drawn.pictures.map((picture) => ({ ...picture, verdict: deps.place(picture.verdict, job) }));
    const generated = { ...drawn, pictures };
    const verdict = pictures.map((picture) => picture.verdict).reduce(worst, ALLOW);
    if (verdict.level === "refuse") throw new UserError("refused", { rule: verdict.rule });
    if (verdict.level === "hold") {
      await hold(generated, verdict.rule);
      throw new UserError("held", { rule: verdict.rule });
    }
    status.now({ job: job.id, state: "finishing" });
    const result = await deps.encode(generated, job);
    const stored = await deps.queue.complete(lease, result, generated.timings.totalMs);
    if (stored) log.info("job finished", { deviceMs: generated.timings.totalMs });
    else log.info("result dropped: the job was cancelled or is somebody else's");
  }

  /** The job ends refused; what a moderator approves later is a message of its own. */
  async function hold(generated: Generated, rule: string): Promise<void> {
    if (deps.hold && keeper.state() === "held") await deps.hold(job, await deps.encode(generated, job), rule);
  }

  async function settleFailure(error: unknown): Promise<void> {
    if (keeper.state() !== "held") return log.info("job stopped", { lease: keeper.state() });
    if (isAbort(error) || (giveBack.aborted && error instanceof CrashError)) {
      log.info("job put back");
      return deps.queue.release(lease);
    }
    if (error instanceof CrashError) {
      log.warn("device crashed at the job", { error });
      const failure = new UserError("generation-failed", { reason: "the device stopped working", reference: job.id });
      await deps.queue.fail(lease, toFailure(failure, job.id), { retry: true });
    } else {
      if (!(error instanceof UserError)) log.error("job failed unexpectedly", { error, reference: job.id });
      const failure = toFailure(error, job.id);
      const refused = failure.code === "refused" || failure.code === "held";
      log.info("job failed", { code: failure.code });
      await deps.queue.fail(lease, failure, { retry: false, state: refused ? "refused" : "failed" });
    }
  }
}

/** Turns the engine's events into what people see: the remaining time is the remaining steps times the measured step time. */
function statusOf(job: Job, clock: Clock, status: StatusThrottle, keeper: LeaseKeeper): (event: GenerateEvent) => void {
  let current: JobStatus = { job: job.id, state: "running" };
  let first: { step: number; at: number } | undefined;

  return (event) => {
    switch (event.type) {
      case "loading":
        return status.now({ job: job.id, state: "loading" });
      case "decoding":
        return status.now({ job: job.id, state: "finishing" });
      case "preview":
        current = { ...current, preview: event.picture };
        return status.soon(current);
      case "step": {
        const { step, steps } = event;
        const now = clock.now();
        keeper.progress({ step, steps });
        const isFirst = first === undefined;
        first ??= { step, at: now };
        const done = step - first.step;
        const etaMs = done > 0 ? Math.round(((now - first.at) / done) * (steps - step)) : undefined;
        current = { ...current, step, steps, ...(etaMs === undefined ? {} : { etaMs }) };
        return isFirst ? status.now(current) : status.soon(current);
      }
    }
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
