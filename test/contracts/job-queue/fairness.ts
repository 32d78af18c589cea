import { describe, expect, it } from "vitest";
import type { Job } from "../../../src/core/job.ts";
import {
  claim,
  type CreateQueueStorage,
  enqueue,
  LEASE_MS,
  openWorld,
  people,
  type QueueWorld,
  RESULT,
  runJobs,
} from "./queue-world.ts";

const others = Array.from({ length: 19 }, (_, i) => `user${i}`);

/** Device milliseconds per person, in the order of the names. */
function timeOf(jobs: readonly Job[], names: readonly string[], msOf: (job: Job) => number): number[] {
  return names.map((name) => jobs.filter(({ person }) => person.id === name).reduce((ms, job) => ms + msOf(job), 0));
}

/** What the device takes for a unit of work: of one person's pictures it takes longer, which nobody could know. */
const measured = (job: Job) => (job.person.id === "slow" ? 3000 : 1000);

async function fill({ queue }: QueueWorld, person: string, count: number, fields = {}): Promise<void> {
  for (let i = 0; i < count; i++) await enqueue(queue, person, fields);
}

/** Device time is shared among people, not among jobs. */
export function fairnessContract(create: CreateQueueStorage): void {
  describe("sharing", () => {
    it("lets 19 people wait behind somebody's 200 jobs as if they were one", async () => {
      const orders = [];
      for (const hogJobs of [1, 200]) {
        const world = await openWorld(create);
        await fill(world, "hog", hogJobs);
        for (const person of others) await fill(world, person, 2);
        orders.push(people(await runJobs(world, { count: 38 })).filter((person) => person !== "hog"));
        expect(orders.at(-1)?.slice(0, 19)).toEqual(others);
      }

      expect(orders[1]!.slice(0, 35)).toEqual(orders[0]!.slice(0, 35));
    });

    it("shares time and not numbers: four small jobs for one that is four times as large", async () => {
      const world = await openWorld(create);
      await fill(world, "large", 20, { cost: 4 });
      await fill(world, "small", 80, { cost: 1 });

      const jobs = await runJobs(world, { count: 50 });

      const [large, small] = timeOf(jobs, ["large", "small"], ({ request }) => request.steps);
      expect(large).toBe(small);
    });

    it("gives twice the time to twice the weight", async () => {
      const world = await openWorld(create, { weightOf: ({ roles }) => (roles.includes("patron") ? 2 : 1) });
      await fill(world, "ada", 40);
      await fill(world, "bob", 40, { roles: ["patron"] });

      const jobs = await runJobs(world, { count: 30 });

      expect(timeOf(jobs, ["ada", "bob"], () => 1)).toEqual([10, 20]);
    });

    it("tells people of different platforms apart", async () => {
      const world = await openWorld(create);
      await fill(world, "1", 10, { platform: "discord" });
      await fill(world, "1", 10, { platform: "slack" });

      const jobs = await runJobs(world, { count: 10 });

      expect(jobs.filter(({ person }) => person.platform === "slack")).toHaveLength(5);
    });

    it("shares fairly with those who come later, who get no time for their absence", async () => {
      const world = await openWorld(create);
      await fill(world, "ada", 100);
      await runJobs(world, { count: 50 });

      await fill(world, "bob", 10);
      const order = people(await runJobs(world, { count: 12 }));

      expect(order.indexOf("bob")).toBeLessThanOrEqual(1);
      expect(order.filter((person) => person === "bob")).toHaveLength(6);
    });

    it("corrects what it predicted by what was measured", async () => {
      const world = await openWorld(create);
      await fill(world, "crowd", 400);
      await fill(world, "slow", 1);
      await fill(world, "quick", 1);

      const jobs: Job[] = [];
      while (jobs.length < 300) {
        const [job] = await runJobs(world, { count: 1, deviceMs: measured });
        jobs.push(job!);
        // Each asks again as soon as a job is done.
        if (job!.person.id !== "crowd") await fill(world, job!.person.id, 1);
      }

      const [slow, quick, crowd] = timeOf(jobs, ["slow", "quick", "crowd"], measured);
      expect(Math.abs(slow! - quick!)).toBeLessThanOrEqual(6000);
      expect(Math.abs(crowd! - quick!)).toBeLessThanOrEqual(6000);
    });

    it("forgets old debts when the queue was empty: nobody had to wait for them", async () => {
      const world = await openWorld(create);
      await fill(world, "ada", 1);
      await fill(world, "bob", 1);
      await runJobs(world, { deviceMs: ({ person }) => (person.id === "ada" ? 600_000 : 1000) });

      await fill(world, "ada", 3);
      await fill(world, "bob", 3);

      expect(people(await runJobs(world))).toEqual(["ada", "bob", "ada", "bob", "ada", "bob"]);
    });

    it("does not charge for what was cancelled while it waited", async () => {
      const world = await openWorld(create);
      const jobs = [];
      for (let i = 0; i < 10; i++) jobs.push(await enqueue(world.queue, "ada"));
      await fill(world, "bob", 10);
      for (const { id } of jobs.slice(0, 9)) await world.queue.cancel(id, "ada");
      await fill(world, "ada", 9);

      const order = people(await runJobs(world, { count: 10 }));

      expect(order.filter((person) => person === "ada")).toHaveLength(5);
    });

    it("keeps one person's jobs in their order", async () => {
      const world = await openWorld(create);
      for (const key of ["order 1", "order 2", "order 3"]) await enqueue(world.queue, "ada", { key, cost: 3 });

      const done = await runJobs(world);

      expect(done.map(({ key }) => key)).toEqual(["order 1", "order 2", "order 3"]);
    });

    it("remembers shares over a restart", async () => {
      const world = await openWorld(create);
      await fill(world, "ada", 20, { cost: 5 });
      await fill(world, "bob", 20);
      const before = await runJobs(world, { count: 6 });

      const queue = await world.restart();
      const after = await runJobs({ ...world, queue }, { count: 6 });

      const [ada, bob] = timeOf([...before, ...after], ["ada", "bob"], ({ request }) => request.steps);
      expect([ada, bob]).toEqual([10, 10]);
    });
  });

  describe("tiers", () => {
    it("serves interactive before batch before background", async () => {
      const world = await openWorld(create);
      await fill(world, "ada", 2, { tier: "background" });
      await fill(world, "bob", 2, { tier: "batch" });
      await fill(world, "eve", 2, { tier: "interactive" });

      expect(people(await runJobs(world))).toEqual(["eve", "eve", "bob", "bob", "ada", "ada"]);
    });

    it("does not make somebody's single pictures wait for their own batch", async () => {
      const world = await openWorld(create);
      await fill(world, "ada", 50, { tier: "batch" });
      await runJobs(world, { count: 5 });
      await fill(world, "bob", 3);
      await fill(world, "ada", 3);

      const order = people(await runJobs(world, { count: 6 }));

      expect(order).toEqual(["bob", "ada", "bob", "ada", "bob", "ada"]);
    });

    it("moves a waiting job to another tier", async () => {
      const world = await openWorld(create);
      await fill(world, "ada", 3, { tier: "batch" });
      const { id } = await enqueue(world.queue, "bob", { tier: "batch" });

      const moved = await world.queue.bump(id, "interactive");

      expect(moved).toBe(true);
      expect(await world.queue.get(id)).toMatchObject({ tier: "interactive" });
      expect((await world.queue.stats()).waiting).toEqual({ interactive: 1, batch: 3, background: 0 });
      expect(people(await runJobs(world))).toEqual(["bob", "ada", "ada", "ada"]);
    });

    it("moves no job that does not wait", async () => {
      const { queue } = await openWorld(create);
      const { id } = await enqueue(queue);
      const lease = await claim(queue);

      expect(await queue.bump(id, "batch")).toBe(false);
      expect(await queue.bump("nothing", "batch")).toBe(false);
      expect(await queue.complete(lease, RESULT, 5)).toBe(true);
    });
  });

  describe("affinity", () => {
    it("prefers a job of the model that the device has loaded, among equals", async () => {
      const { queue } = await openWorld(create);
      await enqueue(queue, "ada", { model: "x" });
      await enqueue(queue, "bob", { model: "y" });

      expect((await claim(queue, "y")).job.request.model).toBe("y");
      expect((await claim(queue, "y")).job.request.model).toBe("x");
    });

    it("lets nobody wait for it longer than the bonus", async () => {
      const world = await openWorld(create, { affinityMs: 3000 });
      await enqueue(world.queue, "ada", { model: "x" });
      await fill(world, "bob", 50, { model: "y" });

      const order: string[] = [];
      while (!order.includes("ada")) {
        const lease = await claim(world.queue, "y");
        order.push(lease.job.person.id);
        await world.queue.complete(lease, RESULT, 1000);
      }

      expect(order.length).toBeGreaterThan(2);
      expect(order.length).toBeLessThanOrEqual(6);
    });

    it("does not reach into the next tier", async () => {
      const { queue } = await openWorld(create);
      await enqueue(queue, "bob", { model: "y", tier: "batch" });
      await enqueue(queue, "ada", { model: "x" });

      expect((await claim(queue, "y")).job.request.model).toBe("x");
      expect(await queue.claim({ id: "gpu0", affinity: "z" }, LEASE_MS)).toMatchObject({ job: { tier: "batch" } });
    });
  });
}
