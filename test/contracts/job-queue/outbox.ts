import { describe, expect, it } from "vitest";
import type { JobQueue } from "../../../src/core/job-queue.ts";
import { claim, type CreateQueueStorage, enqueue, openWorld, postAnswers, RESULT } from "./queue-world.ts";

async function rendered(queue: JobQueue): Promise<string> {
  const { id } = await enqueue(queue);
  await queue.complete(await claim(queue), RESULT, 5);
  return id;
}

/** One terminal answer per job, handed out until somebody says that it is posted. */
export function outboxContract(create: CreateQueueStorage): void {
  describe("answers", () => {
    it("are handed out in the order of the ends, to one at a time", async () => {
      const { queue, clock } = await openWorld(create);
      const first = await rendered(queue);
      await clock.advance(1);
      const second = await rendered(queue);

      const deliveries = [await queue.claimDelivery(1000), await queue.claimDelivery(1000)];

      expect(deliveries.map((delivery) => delivery?.job.id)).toEqual([first, second]);
      expect(deliveries.map((delivery) => delivery?.tries)).toEqual([1, 1]);
      expect(await queue.claimDelivery(1000)).toBeUndefined();
    });

    it("come again when nobody reports back", async () => {
      const { queue, clock } = await openWorld(create);
      const id = await rendered(queue);
      await queue.claimDelivery(1000);
      await clock.advance(999);
      expect(await queue.claimDelivery(1000)).toBeUndefined();

      await clock.advance(1);

      expect(await queue.claimDelivery(1000)).toMatchObject({ job: { id }, tries: 2 });
    });

    it("come again after the time they were put off for", async () => {
      const { queue, clock } = await openWorld(create);
      const id = await rendered(queue);
      await queue.deferDelivery((await queue.claimDelivery(1000))!, 5000);
      await clock.advance(4999);
      expect(await queue.claimDelivery(1000)).toBeUndefined();

      await clock.advance(1);

      expect(await queue.claimDelivery(1000)).toMatchObject({ job: { id }, tries: 2 });
    });

    it("never come again once they are posted", async () => {
      const { queue, clock, restart } = await openWorld(create);
      const id = await rendered(queue);
      const delivery = (await queue.claimDelivery(1000))!;
      await queue.finishDelivery(delivery, "delivered");
      await queue.finishDelivery(delivery, "delivered");
      await queue.deferDelivery(delivery, 1);

      await clock.advance(1_000_000);
      const again = await restart();
      await again.recover();

      expect(await again.claimDelivery(1000)).toBeUndefined();
      expect(await again.get(id)).toMatchObject({ state: "delivered", result: RESULT });
    });

    it("never come again when they cannot be delivered; the result stays", async () => {
      const { queue, clock } = await openWorld(create);
      const id = await rendered(queue);

      await queue.finishDelivery((await queue.claimDelivery(1000))!, "undeliverable");
      await clock.advance(1_000_000);

      expect(await queue.claimDelivery(1000)).toBeUndefined();
      expect(await queue.get(id)).toMatchObject({ state: "rendered", result: RESULT });
      expect((await queue.stats()).undelivered).toBe(0);
    });

    it("are posted even when the one who posted was late", async () => {
      const { queue, clock } = await openWorld(create);
      const id = await rendered(queue);
      const late = (await queue.claimDelivery(1000))!;
      await clock.advance(1000);
      const second = (await queue.claimDelivery(1000))!;

      await queue.finishDelivery(late, "delivered");
      await queue.deferDelivery(second, 1);
      await clock.advance(1_000_000);

      expect(await queue.claimDelivery(1000)).toBeUndefined();
      expect(await queue.get(id)).toMatchObject({ state: "delivered" });
    });

    it("are not given up or put off by one who was late", async () => {
      const { queue, clock } = await openWorld(create);
      const id = await rendered(queue);
      const late = (await queue.claimDelivery(1000))!;
      await clock.advance(1000);
      await queue.claimDelivery(1000);

      await queue.finishDelivery(late, "undeliverable");
      await queue.deferDelivery(late, 1_000_000);
      await clock.advance(1000);

      expect((await postAnswers(queue)).map((job) => job.id)).toEqual([id]);
    });

    it("of jobs without a result leave the state as it is", async () => {
      const { queue } = await openWorld(create);
      const { id } = await enqueue(queue);
      await queue.cancel(id, "ada");

      await postAnswers(queue);

      expect(await queue.get(id)).toMatchObject({ state: "cancelled" });
    });
  });
}
