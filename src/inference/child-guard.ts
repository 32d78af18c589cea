import { isMainThread, Worker, workerData } from "node:worker_threads";

const LOOK_EVERY_MS = 500;
const GRACE_MS = 5_000;

interface GuardData {
  readonly easelParent: number;
  readonly graceMs: number;
}

/**
 * A thread that kills this process `graceMs` after the parent died. The child ends by itself when its channel closes, but native code
 * that loads a model or takes a step may hold its only other thread for minutes, with the device's memory.
 */
export function startGuard(graceMs: number = GRACE_MS): void {
  const data: GuardData = { easelParent: process.ppid, graceMs };
  new Worker(new URL(import.meta.url), { workerData: data }).unref();
}

/** The thread itself is this same file. */
if (!isMainThread && isGuardData(workerData)) {
  const { easelParent, graceMs } = workerData;
  const timer = setInterval(() => {
    if (process.ppid === easelParent) return;
    clearInterval(timer);
    setTimeout(() => process.kill(process.pid, "SIGKILL"), graceMs);
  }, LOOK_EVERY_MS);
}

function isGuardData(data: unknown): data is GuardData {
  return typeof data === "object" && data !== null && "easelParent" in data;
}
