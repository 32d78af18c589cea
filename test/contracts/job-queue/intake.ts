import { describe, expect, it } from "vitest";
import type { QueueEvent } from "../../../src/core/job-queue.ts";
import { claim, type CreateQueueStorage, enqueue, FAILURE, newJob, openWorld, RESULT, runJobs } from "./queue-world.ts";

const tenSeconds = () => [newJob("ada", { cost: 10 })];

/** What is accepted, found again and refused. */
export function intakeContract(create: CreateQueueStorage): void {
  describe("accepting", () => {
    it("stores the whole job before it says so", async () => {
      const { queue, clock, restart } = await openWorld(create);
      const wanted = newJob("ada", { tier: "batch", cost: 3, roles: ["artist"] });

      const { job, created } = await queue.enqueue(wanted);

      const stored = { ...wanted, id: job.id, state: "queued", attempts: 0, createdAt: clock.now() };
      expect(created).toBe(true);
      expect(job).toEqual(stored);
      expect(job.id).toMatch(/^[a-z0-9]{6,12}$/);
      expect(await (await restart()).get(job.id)).toEqual(stored);
      expect(await (await restart()).find(wanted.key)).toEqual(stored);
    });

    it("draws an event that comes twice once", async () => {
      const { queue } = await openWorld(create);
      const first = await queue.enqueue(newJob("ada", { key: "event" }));
      await queue.complete(await claim(queue), RESULT, 5);

      const second = await queue.enqueue(newJob("ada", { key: "event" }));

      expect(second).toMatchObject({ created: false, job: { id: first.job.id, state: "rendered" } });
      expect(await queue.claim({ id: "gpu0" }, 1000)).toBeUndefined();
    });

    it("finds nothing by unknown names", async () => {
      const { queue } = await openWorld(create);

      expect(await queue.get("nothing")).toBeUndefined();
      expect(await queue.find("nothing")).toBeUndefined();
      expect(await queue.position("nothing")).toBeUndefined();
    });

    it("accepts the jobs of one interaction in order", async () => {
      const world = await openWorld(create);

      const enqueued = await world.queue.enqueueAll(["1", "2", "3"].map((key) => newJob("ada", { key })));

      expect(enqueued.map(({ job, created }) => [job.key, created])).toEqual([
        ["1", true],
        ["2", true],
        ["3", true],
      ]);
      expect((await runJobs(world)).map(({ key }) => key)).toEqual(["1", "2", "3"]);
    });

    it("accepts all jobs of an interaction or none", async () => {
      const { queue } = await openWorld(create);
      const jobs = ["1", "2", "3"].map((key) => newJob("ada", { key }));

      const outcome = queue.enqueueAll(jobs, { quota: { limitMs: 2500, periodMs: 3_600_000 } });

      await expect(outcome).rejects.toMatchObject({ code: "quota-used-up" });
      expect(await queue.list({ limit: 10 })).toEqual([]);
      expect((await queue.stats()).waiting.interactive).toBe(0);
      await queue.enqueueAll(jobs.slice(0, 2), { quota: { limitMs: 2500, periodMs: 3_600_000 } });
    });

    it("does not check a known interaction again", async () => {
      const { queue } = await openWorld(create);
      const jobs = ["1", "2"].map((key) => newJob("ada", { key }));
      const rules = { maxWaitingPerPerson: 2, maxWaitingPerChannel: 2, quota: { limitMs: 2000, periodMs: 3_600_000 } };
      const first = await queue.enqueueAll(jobs, rules);

      const second = await queue.enqueueAll(jobs, rules);

      expect(second).toEqual(first.map(({ job }) => ({ job, created: false })));
    });

    it("limits how many wait for one person, in jobs of all tiers", async () => {
      const { queue } = await openWorld(create);
      const rules = { maxWaitingPerPerson: 3 };
      await queue.enqueueAll([newJob("ada"), newJob("ada", { tier: "batch" })], rules);

      const outcome = queue.enqueueAll([newJob("ada"), newJob("ada")], rules);

      await expect(outcome).rejects.toMatchObject({ code: "too-many-waiting", params: { waiting: 2, limit: 3 } });
      await queue.enqueueAll([newJob("bob"), newJob("ada")], rules);
      await queue.enqueueAll([newJob("ada", { platform: "slack" })], rules);
      await expect(queue.enqueueAll([newJob("ada")], rules)).rejects.toMatchObject({ code: "too-many-waiting" });
    });

    it("counts a job no longer as waiting when it runs", async () => {
      const { queue } = await openWorld(create);
      await queue.enqueueAll([newJob("ada")], { maxWaitingPerPerson: 1 });
      await claim(queue);

      await expect(queue.enqueueAll([newJob("ada")], { maxWaitingPerPerson: 1 })).resolves.toHaveLength(1);
    });

    it("limits how many wait in one channel", async () => {
      const { queue } = await openWorld(create);
      const rules = { maxWaitingPerChannel: 2 };
      await queue.enqueueAll([newJob("ada"), newJob("bob")], rules);

      const outcome = queue.enqueueAll([newJob("eve")], rules);

      await expect(outcome).rejects.toMatchObject({ code: "too-many-in-channel", params: { waiting: 2, limit: 2 } });
      await queue.enqueueAll([newJob("eve", { channel: "other" })], rules);
    });

    it("limits how many wait at all", async () => {
      const { queue } = await openWorld(create, { maxWaiting: 2 });
      await enqueue(queue, "ada");
      await enqueue(queue, "bob");

      await expect(queue.enqueue(newJob("eve"))).rejects.toMatchObject({ code: "queue-full", params: { waiting: 2 } });
    });
  });

  describe("quotas", () => {
    const rules = { quota: { limitMs: 10_000, periodMs: 3_600_000 } };

    it("reserves what is predicted", async () => {
      const { queue } = await openWorld(create);
      await queue.enqueueAll(tenSeconds(), rules);

      const outcome = queue.enqueueAll([newJob("ada")], rules);

      await expect(outcome).rejects.toMatchObject({ code: "quota-used-up", params: { used: 10, limit: 10 } });
      await queue.enqueueAll([newJob("bob")], rules);
    });

    it("replaces the reservation by what was measured", async () => {
      const { queue } = await openWorld(create);
      await queue.enqueueAll(tenSeconds(), rules);

      await queue.complete(await claim(queue), RESULT, 4000);

      // 4 of 10 seconds are used, and a unit of work is known to take 400 ms now.
      const tooMuch = queue.enqueueAll([newJob("ada", { cost: 16 })], rules);
      await expect(tooMuch).rejects.toMatchObject({ code: "quota-used-up", params: { used: 4, limit: 10 } });
      await expect(queue.enqueueAll([newJob("ada", { cost: 15 })], rules)).resolves.toHaveLength(1);
    });

    it("starts again with the next period", async () => {
      const { queue, clock } = await openWorld(create);
      await queue.enqueueAll(tenSeconds(), rules);

      await clock.advance(3_600_000);

      await expect(queue.enqueueAll(tenSeconds(), rules)).resolves.toHaveLength(1);
    });

    it.each<[string, (world: Awaited<ReturnType<typeof openWorld>>, id: string) => Promise<unknown>]>([
      ["cancelled while it waits", ({ queue }, id) => queue.cancel(id, "ada")],
      ["cancelled while it runs", async ({ queue }, id) => (await claim(queue), queue.cancel(id, "ada"))],
      ["failed", async ({ queue }) => queue.fail(await claim(queue), FAILURE, { retry: false })],
      ["refused", async ({ queue }) => queue.fail(await claim(queue), FAILURE, { retry: false, state: "refused" })],
      [
        "lost with its worker for good",
        async ({ queue, clock }) => {
          for (let i = 0; i < 2; i++) {
            await claim(queue);
            await clock.advance(30_000);
          }
          expect(await queue.claim({ id: "gpu0" }, 1000)).toBeUndefined();
        },
      ],
    ])("cost nothing when the job is %s", async (_, end) => {
      const world = await openWorld(create);
      const [enqueued] = await world.queue.enqueueAll(tenSeconds(), rules);

      await end(world, enqueued!.job.id);

      await expect(world.queue.enqueueAll(tenSeconds(), rules)).resolves.toHaveLength(1);
    });

    it("stay reserved while a job goes back and waits", async () => {
      const { queue } = await openWorld(create);
      await queue.enqueueAll(tenSeconds(), rules);

      await queue.release(await claim(queue));
      await queue.fail(await claim(queue), FAILURE, { retry: true });

      await expect(queue.enqueueAll([newJob("ada")], rules)).rejects.toMatchObject({ code: "quota-used-up" });
    });
  });

  describe("watching", () => {
    it("tells every change once it is stored", async () => {
      const { queue } = await openWorld(create);
      const events: QueueEvent[] = [];
      const seen: unknown[] = [];
      queue.watch((event) => {
        events.push(event);
        seen.push(queue.get(event.job).then((job) => job?.state));
      });

      const { id } = await enqueue(queue);
      await queue.release(await claim(queue));
      const lease = await claim(queue);
      await queue.beat(lease, 1000, { step: 1, steps: 4 });
      await queue.beat(lease, 1000);
      await queue.complete(lease, RESULT, 5);
      await queue.finishDelivery((await queue.claimDelivery(1000))!, "delivered");

      expect(events).toEqual([
        { type: "queued", job: id, state: "queued" },
        { type: "started", job: id, state: "running" },
        { type: "requeued", job: id, state: "queued" },
        { type: "started", job: id, state: "running" },
        { type: "progress", job: id, progress: { step: 1, steps: 4 } },
        { type: "finished", job: id, state: "rendered" },
        { type: "delivered", job: id, state: "delivered" },
      ]);
      expect((await Promise.all(seen))[0]).toBe("queued");
      expect((await Promise.all(seen)).slice(-1)).toEqual(["delivered"]);
    });

    it("tells nothing of what was refused, and nothing after the end", async () => {
      const { queue } = await openWorld(create);
      const events: QueueEvent[] = [];
      const unwatch = queue.watch((event) => events.push(event));

      const outcome = queue.enqueueAll([newJob("a"), newJob("b", { cost: 9 })], {
        quota: { limitMs: 5000, periodMs: 1000 },
      });
      await expect(outcome).rejects.toMatchObject({ code: "quota-used-up" });
      unwatch();
      await enqueue(queue);

      expect(events).toEqual([]);
    });

    it("does not let a listener that throws harm anybody", async () => {
      const { queue } = await openWorld(create);
      const events: QueueEvent[] = [];
      queue.watch(() => {
        throw new Error("broken listener");
      });
      queue.watch((event) => events.push(event));

      const { id } = await enqueue(queue);

      expect(events).toEqual([{ type: "queued", job: id, state: "queued" }]);
    });
  });
}
