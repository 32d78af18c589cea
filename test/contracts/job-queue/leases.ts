import { describe, expect, it } from "vitest";
import {
  claim,
  type CreateQueueStorage,
  enqueue,
  FAILURE,
  LEASE_MS,
  openWorld,
  postAnswers,
  RESULT,
} from "./queue-world.ts";

/** The way of one job through a worker, and what happens when the worker does not come back. */
export function leaseContract(create: CreateQueueStorage): void {
  describe("running", () => {
    it("hands a job to one worker", async () => {
      const { queue, clock } = await openWorld(create);
      const { id } = await enqueue(queue);
      await clock.advance(500);

      const lease = await claim(queue);

      expect(lease.job).toMatchObject({ id, state: "running", attempts: 1, startedAt: clock.now() });
      expect(lease.expiresAt).toBe(clock.now() + LEASE_MS);
      expect(await queue.claim({ id: "gpu1" }, LEASE_MS)).toBeUndefined();
    });

    it("keeps the result and answers with it", async () => {
      const { queue, clock, restart } = await openWorld(create);
      const { id } = await enqueue(queue);
      const lease = await claim(queue);
      await clock.advance(2000);

      const stored = await queue.complete(lease, RESULT, 1900);

      expect(stored).toBe(true);
      const job = await (await restart()).get(id);
      expect(job).toMatchObject({ state: "rendered", finishedAt: clock.now(), result: RESULT });
      expect((await postAnswers(queue)).map(({ id, state }) => [id, state])).toEqual([[id, "rendered"]]);
      expect(await queue.get(id)).toMatchObject({ state: "delivered", result: RESULT });
    });

    it.each(["failed", "refused"] as const)("ends a job as %s with the reason", async (state) => {
      const { queue } = await openWorld(create);
      const { id } = await enqueue(queue);

      const stored = await queue.fail(await claim(queue), FAILURE, { retry: false, state });

      expect(stored).toBe(true);
      expect(await queue.get(id)).toMatchObject({ state, failure: FAILURE, attempts: 1 });
      expect((await postAnswers(queue)).map((job) => job.state)).toEqual([state]);
      expect(await queue.get(id)).toMatchObject({ state });
    });

    it("tries again once and fails then", async () => {
      const { queue } = await openWorld(create);
      const { id } = await enqueue(queue);

      await queue.fail(await claim(queue), FAILURE, { retry: true });
      const between = await queue.get(id);
      const answersBetween = await postAnswers(queue);
      await queue.fail(await claim(queue), FAILURE, { retry: true });

      expect(between).toMatchObject({ state: "queued", attempts: 1 });
      expect(between).not.toHaveProperty("startedAt");
      expect(answersBetween).toEqual([]);
      expect(await queue.get(id)).toMatchObject({ state: "failed", attempts: 2 });
      expect(await postAnswers(queue)).toHaveLength(1);
    });

    it("puts a released job back where it was, and counts no attempt", async () => {
      const { queue } = await openWorld(create);
      const first = await enqueue(queue, "ada", { key: "release 1" });
      await enqueue(queue, "ada", { key: "release 2" });

      for (let i = 0; i < 5; i++) await queue.release(await claim(queue));

      expect((await claim(queue)).job).toMatchObject({ id: first.id, attempts: 1 });
    });

    it("lets a beating worker keep its job", async () => {
      const { queue, clock } = await openWorld(create);
      await enqueue(queue);
      const lease = await claim(queue);

      for (let i = 0; i < 5; i++) {
        await clock.advance(LEASE_MS - 1);
        expect(await queue.claim({ id: "gpu1" }, LEASE_MS)).toBeUndefined();
        expect(await queue.beat(lease, LEASE_MS)).toBe("ok");
      }

      expect(await queue.complete(lease, RESULT, 5)).toBe(true);
    });

    it("gives the job of a silent worker to another, and the first one can do nothing more", async () => {
      const { queue, clock } = await openWorld(create);
      const { id } = await enqueue(queue);
      const lost = await claim(queue);
      await clock.advance(LEASE_MS);

      const lease = await claim(queue);

      expect(lease.job).toMatchObject({ id, attempts: 2 });
      expect(await queue.beat(lost, LEASE_MS)).toBe("lost");
      expect(await queue.complete(lost, RESULT, 5)).toBe(false);
      expect(await queue.fail(lost, FAILURE, { retry: true })).toBe(false);
      await queue.release(lost);
      expect(await queue.get(id)).toMatchObject({ state: "running" });
      expect(await queue.complete(lease, RESULT, 5)).toBe(true);
      expect(await queue.complete(lease, RESULT, 5)).toBe(false);
      expect(await postAnswers(queue)).toHaveLength(1);
    });

    it("fails a job that took two workers with it, with an answer", async () => {
      const { queue, clock } = await openWorld(create);
      const { id } = await enqueue(queue);
      await claim(queue);
      await clock.advance(LEASE_MS);
      await claim(queue);
      await clock.advance(LEASE_MS);

      expect(await queue.claim({ id: "gpu0" }, LEASE_MS)).toBeUndefined();

      expect(await queue.get(id)).toMatchObject({ state: "failed", failure: { code: "generation-failed" } });
      expect(await postAnswers(queue)).toHaveLength(1);
    });

    it("takes the late result of a worker whose job nobody else has yet", async () => {
      const { queue, clock } = await openWorld(create);
      await enqueue(queue);
      const lease = await claim(queue);
      await clock.advance(LEASE_MS * 2);

      expect(await queue.beat(lease, LEASE_MS)).toBe("ok");
      expect(await queue.complete(lease, RESULT, 5)).toBe(true);
    });
  });

  describe("cancelling", () => {
    it("ends a waiting job with an answer", async () => {
      const { queue, clock } = await openWorld(create);
      const { id } = await enqueue(queue);

      const answer = await queue.cancel(id, "eve");

      expect(answer).toBe("cancelled");
      expect(await queue.get(id)).toMatchObject({ state: "cancelled", cancelledBy: "eve", finishedAt: clock.now() });
      expect(await queue.claim({ id: "gpu0" }, LEASE_MS)).toBeUndefined();
      expect((await postAnswers(queue)).map(({ state }) => state)).toEqual(["cancelled"]);
    });

    it("ends a running job with an answer, and its worker learns of it", async () => {
      const { queue } = await openWorld(create);
      const { id } = await enqueue(queue);
      const lease = await claim(queue);

      const answer = await queue.cancel(id, "ada");

      expect(answer).toBe("cancelling");
      expect(await queue.beat(lease, LEASE_MS)).toBe("cancelled");
      expect(await queue.complete(lease, RESULT, 5)).toBe(false);
      expect(await queue.fail(lease, FAILURE, { retry: true })).toBe(false);
      expect(await queue.get(id)).toMatchObject({ state: "cancelled" });
      expect((await postAnswers(queue)).map(({ state }) => state)).toEqual(["cancelled"]);
    });

    it("says when it is too late, or when there is no such job", async () => {
      const { queue } = await openWorld(create);
      const { id } = await enqueue(queue);
      await queue.complete(await claim(queue), RESULT, 5);

      expect(await queue.cancel(id, "ada")).toBe("finished");
      expect(await queue.cancel("nothing", "ada")).toBe("unknown");
      expect(await queue.get(id)).toMatchObject({ state: "rendered" });
    });
  });

  describe("restarting", () => {
    it("gives the jobs of a dead process to the next one at once", async () => {
      const { queue, restart } = await openWorld(create);
      const first = await enqueue(queue, "ada");
      const second = await enqueue(queue, "bob");
      const lost = await claim(queue);

      const again = await restart();
      const recovered = await again.recover();

      expect(recovered).toBe(1);
      expect((await claim(again)).job).toMatchObject({ id: first.id, attempts: 2, request: first.request });
      expect((await claim(again)).job).toMatchObject({ id: second.id, attempts: 1 });
      expect(await again.beat(lost, LEASE_MS)).toBe("lost");
    });

    it("leaves the jobs of this process alone", async () => {
      const { queue } = await openWorld(create);
      await enqueue(queue);
      const lease = await claim(queue);

      expect(await queue.recover()).toBe(0);
      expect(await queue.beat(lease, LEASE_MS)).toBe("ok");
    });

    it("fails a job at which the process died twice", async () => {
      const { queue, restart } = await openWorld(create);
      const { id } = await enqueue(queue);
      await claim(queue);
      const second = await restart();
      await second.recover();
      await claim(second);

      const third = await restart();
      await third.recover();

      expect(await third.get(id)).toMatchObject({ state: "failed" });
      expect(await postAnswers(third)).toHaveLength(1);
    });

    it("hands out at once what a dead process was posting, and waits with what it had put off", async () => {
      const { queue, clock, restart } = await openWorld(create);
      const ids = [];
      for (const person of ["ada", "bob"]) {
        const { id } = await enqueue(queue, person);
        await queue.cancel(id, "eve");
        ids.push(id);
        await clock.advance(1);
      }
      await queue.deferDelivery((await queue.claimDelivery(60_000))!, 60_000);
      await queue.claimDelivery(60_000);

      const again = await restart();
      await again.recover();

      expect((await postAnswers(again)).map(({ id }) => id)).toEqual([ids[1]]);
      await clock.advance(60_000);
      expect((await postAnswers(again)).map(({ id }) => id)).toEqual([ids[0]]);
    });
  });
}
