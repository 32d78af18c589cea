import type { JobQueue } from "../core/job-queue.ts";
import type { KillSwitch } from "../core/moderation.ts";

/**
 * The queue as devices and the outbox see it: while the kill switch is on, there is nothing to draw and nothing to post; while `mayDraw` says
 * no, what was drawn before is still posted.
 */
export function createPausableQueue(
  queue: JobQueue,
  { paused }: Pick<KillSwitch, "paused">,
  mayDraw: () => boolean = () => true,
): JobQueue {
  return {
    ...queue,
    claim: async (worker, leaseMs) => (!mayDraw() || (await paused()) ? undefined : queue.claim(worker, leaseMs)),
    claimDelivery: async (leaseMs) => ((await paused()) ? undefined : queue.claimDelivery(leaseMs)),
  };
}
