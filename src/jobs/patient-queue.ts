import type { JobQueue } from "../core/job-queue.ts";
import type { WriteGate } from "../storage/write-gate.ts";

/** What a device has drawn is worth a longer wait than a person's patience. */
const RESULT_PATIENCE_MS = 60_000;

/** The queue whose writers wait at the gate while another program holds the database. */
export function createPatientQueue(queue: JobQueue, gate: WriteGate): JobQueue {
  return {
    ...queue,
    enqueue: (job) => gate.pass(() => queue.enqueue(job)),
    enqueueAll: (jobs, rules) => gate.pass(() => queue.enqueueAll(jobs, rules)),
    claim: (worker, leaseMs) => gate.pass(() => queue.claim(worker, leaseMs)),
    beat: (lease, leaseMs, progress) => gate.pass(() => queue.beat(lease, leaseMs, progress)),
    complete: (lease, result, deviceMs) => gate.pass(() => queue.complete(lease, result, deviceMs), RESULT_PATIENCE_MS),
    fail: (lease, failure, options) => gate.pass(() => queue.fail(lease, failure, options), RESULT_PATIENCE_MS),
    release: (lease) => gate.pass(() => queue.release(lease), RESULT_PATIENCE_MS),
    cancel: (id, by) => gate.pass(() => queue.cancel(id, by)),
    bump: (id, tier) => gate.pass(() => queue.bump(id, tier)),
    claimDelivery: (leaseMs) => gate.pass(() => queue.claimDelivery(leaseMs)),
    finishDelivery: (delivery, outcome) => gate.pass(() => queue.finishDelivery(delivery, outcome), RESULT_PATIENCE_MS),
    deferDelivery: (delivery, delayMs) => gate.pass(() => queue.deferDelivery(delivery, delayMs)),
  };
}
