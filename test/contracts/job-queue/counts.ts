import { describe, expect, it } from "vitest";
import type { JobState } from "../../../src/core/job.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import {
  claim,
  type CreateQueueStorage,
  enqueue,
  FAILURE,
  openWorld,
  postAnswers,
  RESULT,
  runJobs,
} from "./queue-world.ts";

/** Ada's posted job in a channel of its own, her running one, Bob's and her waiting ones. */
async function someJobs(create: CreateQueueStorage) {
  const { queue } = await openWorld(create);
  const done = await enqueue(queue, "ada", { channel: "art" });
  await queue.complete(await claim(queue), RESULT, 5);
  await postAnswers(queue);
  const running = await enqueue(queue, "ada");
  await claim(queue);
  const other = await enqueue(queue, "bob", { channel: "art" });
  const slack = await enqueue(queue, "ada", { platform: "slack" });
  return { queue, done: done.id, running: running.id, other: other.id, slack: slack.id };
}

/** What people and operators are told about the queue. */
export function countsContract(create: CreateQueueStorage): void {
  describe("the position", () => {
    it("is what people see when they wait", async () => {
      const { queue, clock } = await openWorld(create);
      await enqueue(queue, "eve", { cost: 4 });
      await claim(queue);
      await clock.advance(1000);
      await enqueue(queue, "ada", { cost: 2 });
      await enqueue(queue, "ada", { cost: 2 });
      const { id } = await enqueue(queue, "bob");

      const position = await queue.position(id);

      // The rest of the running job, and the first of Ada's.
      expect(position).toEqual({ ahead: 1, etaMs: 3000 + 2000 });
    });

    it("counts on all devices that work", async () => {
      const { queue } = await openWorld(create);
      for (const person of ["a", "b", "c", "d"]) await enqueue(queue, person, { cost: 6 });
      const { id } = await enqueue(queue, "e");
      await claim(queue);
      await claim(queue);

      expect(await queue.position(id)).toEqual({ ahead: 2, etaMs: (4 * 6000) / 2 });
    });

    it("is unknown for a job that does not wait", async () => {
      const { queue } = await openWorld(create);
      const running = await enqueue(queue);
      await claim(queue);
      const cancelled = await enqueue(queue);
      await queue.cancel(cancelled.id, "ada");

      expect(await queue.position(running.id)).toBeUndefined();
      expect(await queue.position(cancelled.id)).toBeUndefined();
    });

    it.each([1, 2, 3, 4, 5, 6, 7, 8])("is the order in which jobs then start (seed %i)", async (seed) => {
      const random = seededRandom(seed);
      const world = await openWorld(create, { weightOf: ({ id }) => 1 + (Number(id.slice(1)) % 3) });
      const tiers = ["interactive", "batch", "background"] as const;
      for (let i = 0; i < 60; i++) {
        await enqueue(world.queue, `u${random(7)}`, { tier: tiers[random(3)]!, cost: 1 + random(5) });
        if (random(3) === 0) await runJobs(world, { count: 1 });
      }

      const waiting = await world.queue.list({ states: ["queued"], limit: 100 });
      const told = new Map<string, number>();
      for (const { id } of waiting) told.set(id, (await world.queue.position(id))!.ahead);
      const order = await runJobs(world);

      expect(order.map(({ id }) => told.get(id))).toEqual(order.map((_, i) => i));
    });

    it("stops counting at 1000", async () => {
      const { queue } = await openWorld(create);
      for (let i = 0; i < 1010; i++) await enqueue(queue, `user ${i % 300}`);
      const { id } = await enqueue(queue, "user 0");
      const own = await enqueue(queue, "user 0", { tier: "batch" });

      expect((await queue.position(id))?.ahead).toBe(1000);
      expect((await queue.position(own.id))?.ahead).toBe(1000);
      expect((await queue.position(id))?.etaMs).toBeGreaterThanOrEqual(1_000_000);
    });

    it("learns how fast the device is", async () => {
      const { queue } = await openWorld(create);
      for (let i = 0; i < 3; i++) {
        await enqueue(queue, "ada", { model: "quick", cost: 10 });
        await queue.complete(await claim(queue), RESULT, 500);
      }
      await enqueue(queue, "ada", { model: "quick", cost: 20 });
      const { id } = await enqueue(queue, "ada", { model: "quick" });

      expect(await queue.position(id)).toEqual({ ahead: 1, etaMs: 1000 });
    });
  });

  describe("the statistics", () => {
    it("count what waits, runs and is to be posted", async () => {
      const { queue } = await openWorld(create);
      await enqueue(queue, "ada", { cost: 2 });
      await enqueue(queue, "ada", { cost: 3, tier: "batch" });
      await enqueue(queue, "bob", { cost: 4, tier: "background" });
      await enqueue(queue, "eve", { cost: 5 });
      await claim(queue);
      const { id } = await enqueue(queue, "eve");
      await queue.cancel(id, "eve");

      expect(await queue.stats()).toEqual({
        waiting: { interactive: 1, batch: 1, background: 1 },
        running: 1,
        undelivered: 1,
        waitingMs: 12_000,
      });
    });

    it("are at nothing when everything is done", async () => {
      const world = await openWorld(create);
      const { queue } = world;
      for (let i = 0; i < 5; i++) await enqueue(queue, `user ${i}`);
      await queue.fail(await claim(queue), FAILURE, { retry: true });
      await queue.release(await claim(queue));
      await runJobs(world);
      await postAnswers(queue);

      expect(await queue.stats()).toEqual({
        waiting: { interactive: 0, batch: 0, background: 0 },
        running: 0,
        undelivered: 0,
        waitingMs: 0,
      });
    });
  });

  describe("the list", () => {
    it("gives jobs newest first, up to the limit", async () => {
      const { queue, running, other, slack } = await someJobs(create);

      const jobs = await queue.list({ limit: 3 });

      expect(jobs.map(({ id }) => id)).toEqual([slack, other, running]);
    });

    it("filters by person, platform, channel and state", async () => {
      const { queue, done, running, other, slack } = await someJobs(create);
      const ids = async (filter: { person?: string; platform?: string; channel?: string; states?: JobState[] }) =>
        (await queue.list({ ...filter, limit: 10 })).map(({ id }) => id);

      expect(await ids({ person: "ada" })).toEqual([slack, running, done]);
      expect(await ids({ person: "ada", platform: "discord" })).toEqual([running, done]);
      expect(await ids({ channel: "art" })).toEqual([other, done]);
      expect(await ids({ person: "ada", channel: "art" })).toEqual([done]);
      expect(await ids({ states: ["queued", "running"] })).toEqual([slack, other, running]);
      expect(await ids({ person: "ada", states: ["delivered"] })).toEqual([done]);
      expect(await ids({ states: [] })).toEqual([]);
      expect(await ids({ person: "nobody" })).toEqual([]);
    });
  });
}
