import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { Job } from "../core/job.ts";
import type { Delivery, JobQueue } from "../core/job-queue.ts";
import type { Logger } from "../core/logger.ts";
import type { Message } from "../core/message.ts";
import type { DeliveryOutcome, Platform } from "../core/platform.ts";
import { createAddressLanes } from "./address-lanes.ts";
import { createWake } from "./wake.ts";
import { within } from "./within.ts";

export interface OutboxTimings {
  /** One attempt may take so long; a later one with the same key does not post twice. */
  readonly attemptMs: number;
  /** The first wait after a failed attempt; doubles up to the maximum. */
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  /** An answer that could not be posted for so long is given up; the result stays in the history. */
  readonly maxAgeMs: number;
  readonly pollMs: number;
  /** Answers that are posted at the same time. */
  readonly concurrent: number;
}

export const OUTBOX_TIMINGS: OutboxTimings = {
  attemptMs: 120_000,
  firstRetryMs: 500,
  maxRetryMs: 60_000,
  maxAgeMs: 24 * 3_600_000,
  pollMs: 250,
  concurrent: 8,
};

export interface OutboxDeps {
  readonly queue: JobQueue;
  /** The connected platforms by name; may change at any time. */
  readonly platforms: ReadonlyMap<string, Pick<Platform, "deliver">>;
  /** The terminal answer of a finished job. */
  readonly compose: (job: Job) => Message | Promise<Message>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timings?: Partial<OutboxTimings>;
}

export interface Outbox {
  /** Starts no more attempts; resolves when those under way are through, or after `graceMs`. What is left waits for the next start. */
  drain(options: { graceMs: number }): Promise<void>;
}

/**
 * Posts the one terminal answer of every finished job: at least one attempt per crash, and exactly one message, because platforms know a
 * job's answer by its key, the job id. Tries again with exponential back-off.
 */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { queue, clock, log } = deps;
  const timings = { ...OUTBOX_TIMINGS, ...deps.timings };
  // Longer than an attempt: a lease that runs out belongs to a process that died.
  const leaseMs = timings.attemptMs * 1.5;
  const lanes = createAddressLanes({ clock, lookAgainMs: timings.pollMs, patienceMs: leaseMs });
  const wake = createWake(clock);
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const unwatch = queue.watch(({ type }) => {
    if (type === "finished") wake.notify();
  });
  const pumping = pump();

  async function pump(): Promise<void> {
    while (!stopping.signal.aborted) {
      const delivery = underWay.size < timings.concurrent ? await claim() : undefined;
      if (delivery) start(delivery);
      else await wake.wait(timings.pollMs);
    }
  }

  async function claim(): Promise<Delivery | undefined> {
    try {
      return await queue.claimDelivery(leaseMs);
    } catch (error) {
      log.error("outbox cannot be read", { error });
      return undefined;
    }
  }

  function start(delivery: Delivery): void {
    const attempt = handle(delivery)
      .catch((error: unknown) => log.error("answer could not be settled", { job: delivery.job.id, error }))
      .finally(() => {
        underWay.delete(attempt);
        wake.notify();
      });
    underWay.add(attempt);
  }

  async function handle(delivery: Delivery): Promise<void> {
    const { job } = delivery;
    const waitMs = lanes.waitMs(job.address, job.id);
    if (waitMs > 0) return queue.deferDelivery(delivery, waitMs);
    try {
      const outcome = await post(job);
      await queue.finishDelivery(delivery, outcome.state);
      lanes.done(job.address, job.id);
      if (outcome.state === "delivered") log.info("answer posted", { job: job.id, state: job.state });
      else log.warn("answer cannot be delivered", { job: job.id, reason: outcome.reason });
    } catch (error) {
      await tryAgain(delivery, error);
    }
  }

  async function post(job: Job): Promise<DeliveryOutcome> {
    const platform = deps.platforms.get(job.address.platform);
    if (!platform) throw new Error(`${job.address.platform} is not connected`);
    const message = await deps.compose(job);
    const outcome = await within(clock, timings.attemptMs, platform.deliver(job.address, message, job.id));
    if (outcome === "late") throw new Error(`not delivered within ${timings.attemptMs / 1000} s`);
    return outcome;
  }

  async function tryAgain(delivery: Delivery, error: unknown): Promise<void> {
    const { job } = delivery;
    if (clock.now() - (job.finishedAt ?? job.createdAt) >= timings.maxAgeMs) {
      log.error("answer given up", { job: job.id, error });
      await queue.finishDelivery(delivery, "undeliverable");
      return lanes.done(job.address, job.id);
    }
    const askedMs = error instanceof UserError ? (error.retryAfterMs ?? 0) : 0;
    const delayMs = lanes.failed(job.address, job.id, (failures) =>
      Math.max(askedMs, Math.min(timings.maxRetryMs, timings.firstRetryMs * 2 ** Math.min(failures - 1, 30))),
    );
    log.warn("answer could not be posted and will be tried again", { job: job.id, delayMs, error });
    await queue.deferDelivery(delivery, delayMs);
  }

  return {
    async drain({ graceMs }) {
      stopping.abort();
      unwatch();
      wake.notify();
      await pumping;
      await within(clock, graceMs, Promise.all(underWay));
    },
  };
}
