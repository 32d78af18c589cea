import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createModeration } from "../../src/moderation/create-moderation.ts";
import { createPausableQueue } from "../../src/moderation/pausable-queue.ts";
import { openModeration } from "../support/open-moderation.ts";
import { newJob } from "../support/open-test-queue.ts";

describe("the kill switch", () => {
  it("lets nothing in until somebody resumes, also after a restart", async () => {
    const open = await openModeration();
    await open.room.killSwitch.pause("fake:mod");

    const again = createModeration(open);

    await expect(again.gate(newJob("one"))).rejects.toMatchObject({ code: "queue-paused" });
    expect(await again.killSwitch.paused()).toEqual({ by: "fake:mod", at: open.clock.now() });
    await again.killSwitch.resume("fake:mod");
    await expect(again.gate(newJob("one"))).resolves.toBeUndefined();
    expect(open.room.audit.list({ limit: 5 }).map(({ event }) => event)).toEqual(["resume", "pause"]);
  });

  it("is also a file, which only an operator takes away", async () => {
    const { room, folder } = await openModeration();
    const file = join(folder, "PAUSE");
    writeFileSync(file, "");

    await expect(room.gate(newJob("one"))).rejects.toMatchObject({ code: "queue-paused" });
    await expect(room.killSwitch.resume("fake:mod")).rejects.toMatchObject({ code: "pause-file", params: { file } });
    expect(await room.killSwitch.paused()).toMatchObject({ by: "the operator's file" });
    rmSync(file);

    expect(await room.killSwitch.paused()).toBeUndefined();
  });

  it("is flipped by a signal", async () => {
    const { room } = await openModeration();

    const states = [await room.toggle("SIGUSR2"), await room.toggle("SIGUSR2"), await room.toggle("SIGUSR2")];

    expect(states).toEqual([true, false, true]);
    expect(await room.killSwitch.paused()).toMatchObject({ by: "SIGUSR2" });
  });

  it("starts and posts nothing, and loses nothing", async () => {
    const { room, queue } = await openModeration();
    const pausable = createPausableQueue(queue, room.killSwitch);
    await queue.enqueueAll([newJob("one"), newJob("two")]);
    const first = await pausable.claim({ id: "gpu" }, 1000);
    await room.killSwitch.pause("fake:mod");

    await queue.cancel(first!.job.id, "ada");
    const paused = [await pausable.claim({ id: "gpu" }, 1000), await pausable.claimDelivery(1000)];
    await room.killSwitch.resume("fake:mod");
    const resumed = [await pausable.claim({ id: "gpu" }, 1000), await pausable.claimDelivery(1000)];

    expect(paused).toEqual([undefined, undefined]);
    expect(resumed.map((one) => one?.job.key)).toEqual(["two", "one"]);
  });

  it("holds and strikes nobody while it is on", async () => {
    const { room } = await openModeration();
    await room.killSwitch.pause("fake:mod");

    await expect(room.requests.refused([newJob("one")], "x/y")).rejects.toMatchObject({ code: "queue-paused" });
    await expect(room.requests.held([newJob("one")], "x/y")).rejects.toMatchObject({ code: "queue-paused" });
  });
});
