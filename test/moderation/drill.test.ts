import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createAdmission } from "../../src/jobs/admission.ts";
import type { JobResult } from "../../src/core/job.ts";
import { notice } from "../../src/core/message.ts";
import { verifyAudit } from "../../src/moderation/audit-log.ts";
import { createPausableQueue } from "../../src/moderation/pausable-queue.ts";
import { asker, openModeration } from "../support/open-moderation.ts";
import { newJob } from "../support/open-test-queue.ts";

const mod = asker("mod", { moderator: true });
const eve = asker("eve");
const ann = asker("ann");

describe("the drill of RUNBOOK.md: pictures were posted that must not be seen", () => {
  it("stops, takes away, keeps out, accounts for it and goes on, and loses nobody else's work", async () => {
    const { room, queue, platform, blobs, database, folder, clock } = await openModeration();
    const seen = createPausableQueue(queue, room.killSwitch);
    const limits = { take: async () => {}, rulesFor: () => ({}) };
    const admission = createAdmission({ queue, limits, gate: (job) => room.gate(job) });

    /** What devices and the outbox do when they look once. */
    async function work(): Promise<void> {
      for (let lease = await seen.claim({ id: "gpu" }, 1000); lease; lease = await seen.claim({ id: "gpu" }, 1000)) {
        const blob = await blobs.put(Buffer.from(lease.job.key), "image/png");
        const picture = { blob, widthPx: 8, heightPx: 8, seed: 1, prompt: "", altText: "", spoiler: false };
        const timings = { textMs: 0, denoiseMs: 0, decodeMs: 0, filterMs: 0, totalMs: 1 };
        const result: JobResult = { pictures: [{ ...picture, pixelsSha256: "" }], timings, notes: [] };
        await seen.complete(lease, result, 1);
      }
      for (let next = await seen.claimDelivery(1000); next; next = await seen.claimDelivery(1000)) {
        await platform.deliver(next.job.address, notice(next.job.key), next.job.id);
        await seen.finishDelivery(next, "delivered");
      }
    }

    const [bad] = await admission.submit([newJob("eve one", eve)]);
    await admission.submit([newJob("ann one", ann)]);
    await work();
    await admission.submit([newJob("eve two", eve)]);
    await admission.submit([newJob("ann two", ann)]);

    // 1. Stop, from the machine and from the chat.
    writeFileSync(join(folder, "PAUSE"), "");
    await room.killSwitch.pause("fake:mod");
    await work();
    expect(platform.posted.map(({ message }) => message.text)).toEqual(["eve one", "ann one"]);
    await expect(admission.submit([newJob("eve three", eve)])).rejects.toMatchObject({ code: "queue-paused" });

    // 2. and 3. Look, take away, keep out.
    await room.cases.report((await queue.get(bad!.id))!, ann, "see for yourself");
    const [one] = await room.cases.waiting(mod, 1);
    await room.cases.decide(one!.id, "ban", mod);
    const outcome = await room.purges.purge({ person: "eve", platform: "fake", community: "club" }, "fake:mod");
    expect(outcome).toMatchObject({ jobs: 1 });
    expect(platform.posted.map(({ message }) => message.text)).toEqual(["ann one"]);

    // 7. Go on: the file first, then the chat.
    await expect(room.killSwitch.resume("fake:mod")).rejects.toMatchObject({ code: "pause-file" });
    await rm(join(folder, "PAUSE"));
    await room.killSwitch.resume("fake:mod");
    await work();

    expect(platform.posted.map(({ message }) => message.text)).toEqual(["ann one", "ann two"]);
    expect(await blobs.list()).toHaveLength(2);
    await expect(admission.submit([newJob("eve four", eve)])).rejects.toMatchObject({ code: "banned" });
    await clock.advance(7 * 24 * 3_600_000);
    await expect(admission.submit([newJob("eve five", eve)])).resolves.toHaveLength(1);
    expect(verifyAudit(database)).toMatchObject({ ok: true });
    const events = room.audit.list({ limit: 20 }).map(({ event }) => event);
    expect(events.toReversed()).toEqual(["pause", "report", "purge", "ban", "decision", "purge", "resume"]);
  });
});
