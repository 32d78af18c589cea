import { fromFailure } from "../core/errors.ts";
import {
  CrashError,
  type Generated,
  type GenerateEvent,
  type GenerateTask,
  type RawPicture,
} from "../core/generator.ts";
import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import type { Verdict } from "../core/verdict.ts";
import { describeExit, forkDevice, type DeviceProcess, type ExitReport } from "./device-process.ts";
import { backoffMs, type PoolLimits } from "./limits.ts";
import { createQuestions } from "./questions.ts";
import { PROTOCOL_VERSION, type ChildMessage, type DeviceSettings } from "./protocol.ts";
import { createStepTimes } from "./step-times.ts";

export type DeviceState = "starting" | "idle" | "busy" | "restarting" | "failed" | "stopped";

/** A device as /health and the metrics show it. */
export interface DeviceInfo {
  readonly id: string;
  readonly device: string;
  readonly state: DeviceState;
  /** Why it is restarting or failed. */
  readonly reason?: string;
  readonly pid?: number;
  /** Resident memory of the child after its last message. */
  readonly rssBytes?: number;
  /** The model it has loaded. */
  readonly model?: string;
  /** The job it runs. */
  readonly job?: string;
  /** Children that ended unasked. */
  readonly crashes: number;
}

/** A device with a child process that is kept alive, one run at a time. */
export interface Device {
  info(): DeviceInfo;
  /** Only while the state is idle. See Generator.generate for how it rejects. */
  run(task: GenerateTask, onEvent: (event: GenerateEvent) => void, signal: AbortSignal): Promise<Generated>;
  /** What the image filters say about an upload; while the state is idle or busy. Rejects with CrashError, or with the signal's reason. */
  review(picture: RawPicture, signal: AbortSignal): Promise<Verdict>;
  /** How well phrases fit a picture, by a model's scorer; while the state is idle or busy. Rejects like `review`, and with UserError model-cannot. */
  score(
    model: string,
    picture: RawPicture,
    phrases: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[]>;
  /** Lets the run end within `graceMs`, cancels it then, and kills the child when that does not help either. */
  stop(graceMs: number): Promise<void>;
}

export interface DeviceDeps {
  readonly settings: DeviceSettings;
  readonly childEntry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: PoolLimits;
  /** Folder of a model; throws UserError model-unknown. */
  readonly modelPath: (model: string) => string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after every change of state. */
  readonly onChange: () => void;
}

interface Run {
  readonly id: number;
  readonly task: GenerateTask;
  readonly signal: AbortSignal;
  readonly onEvent: (event: GenerateEvent) => void;
  readonly resolve: (generated: Generated) => void;
  readonly reject: (error: Error) => void;
  lastStepAt: number | undefined;
  cancelled: boolean;
}

/** Starts the child at once and again whenever it ends unasked, with exponential back-off. */
export function createDevice(deps: DeviceDeps): Device {
  const { settings, limits, clock } = deps;
  const stepTimes = createStepTimes();
  const log = deps.log.child({ device: settings.id });
  let state: DeviceState = "starting";
  /** Why the last child ended. */
  let reason: string | undefined;
  /** Why this child is about to end, where that is known before. */
  let doom: string | undefined;
  let child: DeviceProcess | undefined;
  let run: Run | undefined;
  let model: string | undefined;
  let rssBytes: number | undefined;
  let runs = 0;
  let crashes = 0;
  let crashesInARow = 0;
  let stopping = false;
  let stopDeadline: (() => void) | undefined;
  let stopRestart: (() => void) | undefined;
  const exitWaiters = new Set<() => void>();
  const reviews = createQuestions<Verdict>();
  const scorings = createQuestions<readonly number[]>();

  function change(next: DeviceState): void {
    state = next;
    deps.onChange();
  }

  /** Kills the child unless it shows a sign of life, or ends, within `ms`. */
  function expectWithin(ms: number, complaint: string): void {
    stopDeadline?.();
    stopDeadline = clock.after(ms, () => {
      doom = `${complaint} within ${ms / 1000} s`;
      log.warn("device is hung and gets killed", { reason: doom, job: run?.task.job });
      child?.kill();
    });
  }

  function start(): void {
    child = forkDevice({ entry: deps.childEntry, env: deps.env, log, onMessage, onDisconnect, onExit });
    expectWithin(limits.startMs, "did not start");
    child.send({ type: "hello", version: PROTOCOL_VERSION, settings });
    change("starting");
  }

  /** It closes the channel as its last act: only the exit may follow. */
  function onDisconnect(): void {
    expectWithin(limits.cancelGraceMs, "did not end");
  }

  function onExit(report: ExitReport): void {
    const ended = run;
    stopDeadline?.();
    reason = doom ?? describeExit(report);
    child = run = doom = model = rssBytes = undefined;
    if (stopping) {
      change("stopped");
    } else {
      crashes += 1;
      crashesInARow += 1;
      const delayMs = backoffMs(crashesInARow, limits.firstBackoffMs, limits.maxBackoffMs);
      log.warn("device ended and will be restarted", { reason, job: ended?.task.job, delayMs, crashes });
      stopRestart = clock.after(delayMs, start, { keepAlive: true });
      change(crashesInARow < limits.failedAfter ? "restarting" : "failed");
    }
    reviews.failAll(new CrashError(reason));
    scorings.failAll(new CrashError(reason));
    for (const resolve of exitWaiters) resolve();
    if (ended) ended.reject(ended.cancelled ? abortError() : new CrashError(reason));
  }

  function onMessage(message: ChildMessage): void {
    if ("rssBytes" in message) rssBytes = message.rssBytes;
    switch (message.type) {
      case "log":
        return log[message.level](message.message, message.fields);
      case "ready":
        return onReady(message.version);
      case "loaded":
        model = message.model;
        return onAlive(message.run);
      case "event":
        return onRunEvent(message.run, message.event);
      case "done":
        return settle(message.run, (ended) => ended.resolve(message.generated));
      case "aborted":
        return settle(message.run, (ended) => ended.reject(abortError()));
      case "failed":
        return settle(message.run, (ended) => ended.reject(fromFailure(message.failure)));
      case "broken":
        return onBroken(message);
      case "reviewed":
        return reviews.settle(message.review, message.verdict);
      case "scored":
        if (message.scores) return scorings.settle(message.scoring, message.scores);
        return scorings.fail(message.scoring, fromFailure(message.failure));
    }
  }

  function onReady(version: number): void {
    stopDeadline?.();
    if (version !== PROTOCOL_VERSION) {
      doom = `the child speaks protocol ${version}, not ${PROTOCOL_VERSION}: build again`;
      child?.kill();
    } else if (!stopping) {
      reason = undefined;
      change("idle");
    }
  }

  function onAlive(id: number): void {
    if (run?.id !== id || run.cancelled) return;
    const expectedMs = stepTimes.expectedMs(run.task.request);
    const allowedMs =
      expectedMs === undefined ? limits.silenceMs : Math.max(limits.minSilenceMs, expectedMs * limits.silenceFactor);
    expectWithin(allowedMs, "showed no sign of life");
  }

  function onRunEvent(id: number, event: GenerateEvent): void {
    if (run?.id !== id) return;
    onAlive(id);
    if (event.type === "loading" && !run.cancelled) expectWithin(limits.loadMs, "did not load the model");
    if (event.type === "step") {
      const now = clock.now();
      if (run.lastStepAt !== undefined) stepTimes.learn(run.task.request, now - run.lastStepAt);
      run.lastStepAt = now;
    }
    run.onEvent(event);
  }

  function onBroken(message: Extract<ChildMessage, { type: "broken" }>): void {
    log.error("device failed at a job and gets replaced", { job: run?.task.job, stack: message.stack });
    settle(message.run, (ended) => ended.reject(fromFailure(message.failure)), "restarting");
    // After a native error (out of memory, lost device) the runtime may be unusable.
    doom = "replaced after an unexpected error";
    child?.send({ type: "drain" });
    expectWithin(limits.cancelGraceMs, "did not end");
  }

  function settle(id: number, tell: (ended: Run) => void, next: DeviceState = "idle"): void {
    if (run?.id !== id) return;
    const ended = run;
    run = undefined;
    stopDeadline?.();
    if (next === "idle") crashesInARow = 0;
    if (!stopping) change(next);
    // Who cancelled wants to hear "cancelled", also when the result was faster.
    if (ended.cancelled) ended.reject(abortError());
    else tell(ended);
  }

  function cancelRun(): void {
    if (!run || run.cancelled) return;
    run.cancelled = true;
    child?.send({ type: "cancel", run: run.id });
    const stepMs = stepTimes.expectedMs(run.task.request) ?? 0;
    expectWithin(Math.max(limits.cancelGraceMs, 3 * stepMs), "did not stop a cancelled job");
  }

  start();

  return {
    info: () => ({
      id: settings.id,
      device: settings.device,
      state,
      crashes,
      ...(reason === undefined ? {} : { reason }),
      ...(child?.pid === undefined ? {} : { pid: child.pid }),
      ...(rssBytes === undefined ? {} : { rssBytes }),
      ...(model === undefined ? {} : { model }),
      ...(run === undefined ? {} : { job: run.task.job }),
    }),

    async run(task, onEvent, signal) {
      signal.throwIfAborted();
      if (state !== "idle" || !child) throw new Error(`device ${settings.id} is ${state}`);
      const modelPath = deps.modelPath(task.request.model);
      const id = ++runs;
      const ended = new Promise<Generated>((resolve, reject) => {
        run = { id, task, signal, onEvent, resolve, reject, lastStepAt: undefined, cancelled: false };
      });
      child.send({ type: "generate", run: id, task, modelPath });
      onAlive(id);
      change("busy");
      const onAbort = () => {
        if (run?.id === id) cancelRun();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        return await ended;
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },

    async review(picture, signal) {
      if ((state !== "idle" && state !== "busy") || !child) throw new Error(`device ${settings.id} is ${state}`);
      const { id, answer } = reviews.open(signal);
      child.send({ type: "review", review: id, picture });
      return answer;
    },

    async score(model, picture, phrases, signal) {
      if ((state !== "idle" && state !== "busy") || !child) throw new Error(`device ${settings.id} is ${state}`);
      const modelPath = deps.modelPath(model);
      const { id, answer } = scorings.open(signal);
      child.send({ type: "score", scoring: id, modelPath, picture, phrases });
      return answer;
    },

    async stop(graceMs) {
      stopping = true;
      stopRestart?.();
      if (!child) return change("stopped");
      const exited = new Promise<void>((resolve) => exitWaiters.add(resolve));
      child.send({ type: "drain" });
      const stopCancel = clock.after(graceMs, cancelRun);
      const stopKill = clock.after(graceMs + limits.cancelGraceMs, () => child?.kill());
      await exited;
      stopCancel();
      stopKill();
    },
  };
}

function abortError(): DOMException {
  return new DOMException("The job was cancelled", "AbortError");
}
