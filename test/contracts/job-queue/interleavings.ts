import { describe, expect, it } from "vitest";
import type { Delivery, JobQueue, Lease } from "../../../src/core/job-queue.ts";
import { TIERS } from "../../../src/core/job.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { type CreateQueueStorage, FAILURE, newJob, openWorld, RESULT } from "./queue-world.ts";

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
const STEPS = 120;
const LEASE = 5000;

/**
 * Whatever workers, people, posters and crashes do in whatever order: every accepted job ends in exactly one state that is told exactly
 * once, and nothing of it is undone.
 */
export function interleavingContract(create: CreateQueueStorage): void {
  describe("any order of events", () => {
    it.each(SEEDS)("ends every job once and answers it once (seed %i)", async (seed) => {
      const random = seededRandom(seed);
      const world = await openWorld(create, { random, maxAttempts: 2 });
      let queue = world.queue;
      const accepted = new Map<string, string>();
      const ended = new Map<string, string>();
      const told: string[] = [];
      const leases: Lease[] = [];
      const deliveries: Delivery[] = [];
      const pick = <T>(items: readonly T[]): T | undefined => items[random(items.length)];

      function listen(to: JobQueue): void {
        to.watch((event) => {
          if (event.type !== "finished") return;
          expect(ended.has(event.job), `${event.job} ends twice`).toBe(false);
          ended.set(event.job, event.state);
        });
      }
      listen(queue);

      async function post(delivery: Delivery): Promise<void> {
        // A platform posts one message per key, however often it is asked.
        if (!told.includes(delivery.job.id)) told.push(delivery.job.id);
        expect(delivery.job.state).toBe(ended.get(delivery.job.id));
        await queue.finishDelivery(delivery, "delivered");
      }

      const events: readonly (() => Promise<unknown>)[] = [
        async () => {
          const count = 1 + random(3);
          const jobs = Array.from({ length: count }, (_, i) => {
            const key = `${seed}/${random(40)}/${i}`;
            return newJob(`u${random(5)}`, { key, tier: TIERS[random(3)]!, cost: 1 + random(4) });
          });
          for (const { job } of await queue.enqueueAll(jobs)) {
            expect(accepted.get(job.key) ?? job.id).toBe(job.id);
            accepted.set(job.key, job.id);
          }
        },
        async () => {
          const lease = await queue.claim({ id: `gpu${random(3)}`, affinity: "m" }, LEASE);
          if (lease) leases.push(lease);
        },
        async () => {
          const lease = pick(leases);
          if (lease) await queue.beat(lease, LEASE, { step: 1, steps: 2 });
        },
        async () => {
          const lease = pick(leases);
          if (lease) await queue.complete(lease, RESULT, 100 + random(9000));
        },
        async () => {
          const lease = pick(leases);
          if (lease)
            await queue.fail(lease, FAILURE, { retry: random(2) === 0, state: random(3) ? "failed" : "refused" });
        },
        async () => {
          const lease = pick(leases);
          if (lease) await queue.release(lease);
        },
        async () => {
          const id = pick([...accepted.values()]);
          if (id) await queue.cancel(id, "somebody");
        },
        async () => {
          const id = pick([...accepted.values()]);
          if (id) await queue.bump(id, TIERS[random(3)]!);
        },
        async () => {
          const delivery = await queue.claimDelivery(LEASE);
          if (delivery) deliveries.push(delivery);
        },
        async () => {
          const delivery = pick(deliveries);
          if (delivery) await post(delivery);
        },
        async () => {
          const delivery = pick(deliveries);
          if (delivery) await queue.deferDelivery(delivery, random(20_000));
        },
        () => world.clock.advance(random(LEASE)),
        async () => {
          if (random(4) > 0) return;
          queue = await world.restart();
          listen(queue);
          await queue.recover();
        },
      ];

      for (let step = 0; step < STEPS; step++) await pick(events)!();
      // Quiet at last: everything that is left runs and is posted.
      await world.clock.advance(100_000);
      for (
        let lease = await queue.claim({ id: "gpu0" }, LEASE);
        lease;
        lease = await queue.claim({ id: "gpu0" }, LEASE)
      ) {
        expect(await queue.complete(lease, RESULT, 1000)).toBe(true);
      }
      for (let next = await queue.claimDelivery(LEASE); next; next = await queue.claimDelivery(LEASE)) await post(next);

      const jobs = await queue.list({ limit: 1000 });
      expect(jobs.map(({ id }) => id).sort()).toEqual([...accepted.values()].sort());
      expect([...ended.keys()].sort()).toEqual([...accepted.values()].sort());
      expect(told.sort()).toEqual([...accepted.values()].sort());
      for (const { id, state } of jobs) {
        const end = ended.get(id);
        expect(state).toBe(end === "rendered" ? "delivered" : end);
      }
      expect(await queue.stats()).toEqual({
        waiting: { interactive: 0, batch: 0, background: 0 },
        running: 0,
        undelivered: 0,
        waitingMs: 0,
      });
    });
  });
}
