import { isMainThread, Worker, workerData } from "node:worker_threads";

const LOOK_EVERY_MS = 500;
/** What the child has to end in good order after its parent died. */
const GRACE_MS = 5_000;

/**
 * A thread that kills this process some seconds after the parent died. The child ends by itself when its channel closes, but native code
 * that loads a model or takes a step may hold its only other thread for minutes, with the device's memory.
 */
export function startGuard(): void {
  new Worker(new URL(import.meta.url), { workerData: { easelParent: process.ppid } }).unref();
}

/** The thread itself is this same file. */
if (!isMainThread && isGuardData(workerData)) {
  const { easelParent } = workerData;
  const timer = setInterval(() => {
    if (process.ppid === easelParent) return;
    clearInterval(timer);
    setTimeout(() => process.kill(process.pid, "SIGKILL"), GRACE_MS);
  }, LOOK_EVERY_MS);
}

function isGuardData(data: unknown): data is { easelParent: number } {
  return typeof data === "object" && data !== null && "easelParent" in data;
}
