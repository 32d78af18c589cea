import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { CrashError, type Generated } from "../../src/core/generator.ts";
import type { Job, JobResult } from "../../src/core/job.ts";
import type { JobQueue } from "../../src/core/job-queue.ts";
import { createDispatcher, type DispatcherDeps } from "../../src/jobs/dispatcher.ts";
import type { JobStatus } from "../../src/jobs/status-throttle.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createFakeSlot, fakePicture } from "../support/fake-generator.ts";
import { newJob, openTestQueue } from "../support/open-test-queue.ts";
import { createRecordingLog } from "../support/recording-log.ts";

const ends: (() => Promise<void>)[] = [];

function resultOf(generated: Generated): JobResult {
  return {
    pictures: generated.pictures.map(({ widthPx, heightPx, seed }) => ({
      blob: { sha256: "0".repeat(64), mimeType: "image/png" },
      widthPx,
      heightPx,
      seed,
      prompt: "a fox",
      pixelsSha256: String(seed),
      altText: "",
      spoiler: false,
    })),
    timings: generated.timings,
    notes: generated.notes,
  };
}

function setUp(options: Partial<DispatcherDeps> & { wrap?: (queue: JobQueue) => Partial<JobQueue> } = {}) {
  const clock = createFakeClock();
  const plain = openTestQueue(clock);
  const queue: JobQueue = { ...plain, ...options.wrap?.(plain) };
  const slot = createFakeSlot();
  const log = createRecordingLog();
  const statuses: JobStatus[] = [];
  const dispatcher = createDispatcher({
    queue,
    slots: [slot],
    clock,
    log,
    loadInputs: async () => ({}),
    encode: async (generated) => resultOf(generated),
    onStatus: (_job, status) => statuses.push(status),
    ...options,
  });
  ends.push(async () => {
    const drained = dispatcher.drain({ graceMs: 0 });
    await clock.advance(0);
    await drained;
  });

  /** Enqueues a job and lets everything that is ready happen. */
  async function enqueue(key: string): Promise<Job> {
    const { job } = await queue.enqueue(newJob(key));
    await clock.advance(0);
    return job;
  }

  const stateOf = async ({ id }: Job) => (await queue.get(id))?.state;
  return { clock, queue, slot, log, statuses, dispatcher, enqueue, stateOf };
}

/** A promise that the test resolves. */
function gate() {
  const opens: (() => void)[] = [];
  const opened = new Promise<void>((resolve) => opens.push(resolve));
  return { opened, open: () => opens[0]!() };
}

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

describe("the dispatcher", () => {
  it("draws a job as soon as it is queued and stores its result", async () => {
    const { clock, queue, slot, enqueue } = setUp();

    const job = await enqueue("one");
    slot.runs[0]!.finish();
    await clock.advance(0);

    expect(slot.runs[0]!.task).toMatchObject({ job: job.id, request: job.request, previews: true });
    expect(await queue.get(job.id)).toMatchObject({
      state: "rendered",
      result: { pictures: [{ pixelsSha256: "7" }, { pixelsSha256: "8" }], timings: { totalMs: 10 } },
    });
  });

  it("hands the stored input pictures to the device", async () => {
    const image = fakePicture(1);
    const { slot, enqueue } = setUp({ loadInputs: async () => ({ image }) });

    await enqueue("one");

    expect(slot.runs[0]!.task.inputs).toEqual({ image });
  });

  it("draws on all devices at once", async () => {
    const slots = [createFakeSlot("a"), createFakeSlot("b")];
    const { enqueue } = setUp({ slots });

    await enqueue("one");
    await enqueue("two");

    expect(slots.map(({ runs }) => runs.length)).toEqual([1, 1]);
  });

  it("claims nothing for a device that is not ready", async () => {
    const slot = createFakeSlot();
    slot.setReady(false);
    const { clock, enqueue, stateOf } = setUp({ slots: [slot] });

    const job = await enqueue("one");
    const before = await stateOf(job);
    slot.setReady(true);
    await clock.advance(0);

    expect(before).toBe("queued");
    expect(await stateOf(job)).toBe("running");
  });

  it("asks for the model that the device has loaded", async () => {
    const asked: unknown[] = [];
    const slot = createFakeSlot();
    slot.setModel("sd-turbo");

    const { enqueue } = setUp({
      slots: [slot],
      wrap: (queue) => ({
        claim: (worker, leaseMs) => {
          asked.push(worker);
          return queue.claim(worker, leaseMs);
        },
      }),
    });
    await enqueue("one");

    expect(asked[0]).toEqual({ id: "fake-0", affinity: "sd-turbo" });
  });

  it("finds jobs of other processes by looking now and then", async () => {
    const { clock, queue, slot } = setUp({ wrap: () => ({ watch: () => () => {} }) });
    await clock.advance(0);
    await queue.enqueue(newJob("one"));
    await clock.advance(200);
    const before = slot.runs.length;

    await clock.advance(50);

    expect(before).toBe(0);
    expect(slot.runs).toHaveLength(1);
  });

  it("draws the next job while the last one is encoded, and never piles up more than one", async () => {
    const encoding = gate();
    const { clock, slot, enqueue, stateOf } = setUp({
      encode: async (generated) => {
        await encoding.opened;
        return resultOf(generated);
      },
    });
    const first = await enqueue("one");
    const second = await enqueue("two");
    const third = await enqueue("three");
    slot.runs[0]!.finish();
    await clock.advance(0);
    const duringFirst = await Promise.all([first, second, third].map(stateOf));
    slot.runs[1]!.finish();
    await clock.advance(0);
    const duringSecond = await Promise.all([first, second, third].map(stateOf));

    encoding.open();
    await clock.advance(0);

    expect(duringFirst).toEqual(["running", "running", "queued"]);
    expect(duringSecond).toEqual(["running", "running", "queued"]);
    expect(await Promise.all([first, second, third].map(stateOf))).toEqual(["rendered", "rendered", "running"]);
  });

  it("goes on after the queue had trouble", async () => {
    let faults = 1;
    const { clock, log, slot, enqueue } = setUp({
      wrap: (queue) => ({
        claim: (worker, leaseMs) =>
          faults-- > 0 ? Promise.reject(new Error("disk I/O error")) : queue.claim(worker, leaseMs),
      }),
    });
    await enqueue("one");
    const before = slot.runs.length;

    await clock.advance(1000);

    expect(before).toBe(0);
    expect(slot.runs).toHaveLength(1);
    expect(log.lines).toContainEqual(expect.objectContaining({ level: "error", device: "fake-0" }));
  });
});

describe("a job that ends badly", () => {
  it.each([
    ["refuse", "refused"],
    ["hold", "held"],
  ] as const)("is refused by the verdict %s, and nothing is encoded", async (level, code) => {
    let encoded = 0;
    const { clock, queue, slot, enqueue } = setUp({
      encode: async (generated) => ((encoded += 1), resultOf(generated)),
    });
    const job = await enqueue("one");

    slot.runs[0]!.finish({ pictures: [fakePicture(7), fakePicture(8, { verdict: { level, rule: "gore" } })] });
    await clock.advance(0);

    expect(await queue.get(job.id)).toMatchObject({ state: "refused", failure: { code, params: { rule: "gore" } } });
    expect(encoded).toBe(0);
  });

  it("keeps held pictures for a moderator, and still ends refused", async () => {
    const kept: { job: string; pictures: number; rule: string }[] = [];
    const { clock, queue, slot, enqueue } = setUp({
      hold: async ({ id }, { pictures }, rule) => void kept.push({ job: id, pictures: pictures.length, rule }),
    });
    const job = await enqueue("one");

    slot.runs[0]!.finish({ pictures: [fakePicture(7, { verdict: { level: "hold", rule: "gore" } }), fakePicture(8)] });
    await clock.advance(0);

    expect(kept).toEqual([{ job: job.id, pictures: 2, rule: "gore" }]);
    expect(await queue.get(job.id)).toMatchObject({ state: "refused", failure: { code: "held" } });
    expect(await queue.get(job.id)).not.toHaveProperty("result");
  });

  it("holds nothing of a job that was cancelled meanwhile", async () => {
    let kept = 0;
    const { clock, queue, slot, enqueue } = setUp({ hold: async () => void (kept += 1) });
    const job = await enqueue("one");
    await queue.cancel(job.id, "ada");
    await clock.advance(5000);

    slot.runs[0]!.finish({ pictures: [fakePicture(7, { verdict: { level: "hold", rule: "gore" } })] });
    await clock.advance(0);

    expect(kept).toBe(0);
    expect(await queue.get(job.id)).toMatchObject({ state: "cancelled" });
  });

  it("fails with the sentence of a UserError and is not tried again", async () => {
    const { clock, queue, slot, enqueue } = setUp();
    const job = await enqueue("one");

    slot.runs[0]!.fail(new UserError("model-broken", { model: "m", reason: "no unet" }));
    await clock.advance(0);

    expect(await queue.get(job.id)).toMatchObject({ state: "failed", attempts: 1, failure: { code: "model-broken" } });
    expect(slot.runs).toHaveLength(1);
  });

  it("fails when its result cannot be stored", async () => {
    const { clock, queue, slot, enqueue } = setUp({ encode: () => Promise.reject(new UserError("storage-full")) });
    const job = await enqueue("one");

    slot.runs[0]!.finish();
    await clock.advance(0);

    expect(await queue.get(job.id)).toMatchObject({ state: "failed", failure: { code: "storage-full" } });
  });

  it("gives people a reference to a bug and the log its text", async () => {
    const { clock, queue, log, slot, enqueue } = setUp();
    const job = await enqueue("one");
    const bug = new TypeError("x is undefined");

    slot.runs[0]!.fail(bug);
    await clock.advance(0);

    expect((await queue.get(job.id))?.failure).toMatchObject({ code: "unexpected", params: { reference: job.id } });
    expect(log.lines).toContainEqual(expect.objectContaining({ level: "error", error: bug, reference: job.id }));
  });

  it("is tried once more after a crash of the device", async () => {
    const { clock, slot, enqueue, stateOf } = setUp();
    const job = await enqueue("one");

    slot.runs[0]!.fail(new CrashError("signal SIGKILL"));
    await clock.advance(0);
    slot.runs[1]!.finish();
    await clock.advance(0);

    expect(slot.runs[1]!.task.request).toEqual(slot.runs[0]!.task.request);
    expect(await stateOf(job)).toBe("rendered");
  });

  it("fails after the second crash", async () => {
    const { clock, queue, slot, enqueue } = setUp();
    const job = await enqueue("one");

    slot.runs[0]!.fail(new CrashError("exit code 134"));
    await clock.advance(0);
    slot.runs[1]!.fail(new CrashError("exit code 134"));
    await clock.advance(0);

    expect(await queue.get(job.id)).toMatchObject({
      state: "failed",
      attempts: 2,
      failure: { code: "generation-failed", params: { reference: job.id } },
    });
    expect(slot.runs).toHaveLength(2);
  });
});

describe("a running job", () => {
  it("is stopped at once when it is cancelled", async () => {
    const { clock, queue, slot, enqueue, stateOf } = setUp();
    const job = await enqueue("one");

    await queue.cancel(job.id, "ada");
    await clock.advance(0);

    expect(slot.runs[0]!.signal.aborted).toBe(true);
    expect(await stateOf(job)).toBe("cancelled");
  });

  it("is stopped at the next beat when another process cancelled it", async () => {
    const { clock, queue, slot, enqueue } = setUp({ wrap: () => ({ watch: () => () => {} }) });
    await clock.advance(0);
    const job = await enqueue("one");
    await clock.advance(250);
    await queue.cancel(job.id, "ada");

    await clock.advance(1000);

    expect(slot.runs[0]!.signal.aborted).toBe(true);
  });

  it("keeps its result to itself when it was cancelled while it was encoded", async () => {
    const encoding = gate();
    const { clock, queue, slot, enqueue } = setUp({
      encode: async (generated) => {
        await encoding.opened;
        return resultOf(generated);
      },
    });
    const job = await enqueue("one");
    slot.runs[0]!.finish();
    await clock.advance(0);

    await queue.cancel(job.id, "ada");
    encoding.open();
    await clock.advance(0);

    expect(await queue.get(job.id)).toMatchObject({ state: "cancelled" });
    expect((await queue.get(job.id))?.result).toBeUndefined();
  });

  it("keeps its lease for as long as it runs", async () => {
    const { clock, queue, slot, enqueue, stateOf } = setUp();
    const job = await enqueue("one");

    await clock.advance(10 * 60_000);
    const other = await queue.claim({ id: "other" }, 30_000);
    slot.runs[0]!.finish();
    await clock.advance(0);

    expect(other).toBeUndefined();
    expect(await stateOf(job)).toBe("rendered");
  });

  it("is given up when its lease could not be extended in time", async () => {
    const { clock, slot, log, enqueue } = setUp({
      wrap: () => ({ beat: () => Promise.reject(new Error("database is locked")) }),
    });
    await enqueue("one");
    await clock.advance(29_000);
    const before = slot.runs[0]!.signal.aborted;

    await clock.advance(1_000);

    expect(before).toBe(false);
    expect(slot.runs[0]!.signal.aborted).toBe(true);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "warn", message: "lease could not be extended" }),
    );
  });

  it("reports its step to the queue with the next beat", async () => {
    const { clock, queue, slot, enqueue } = setUp();
    const events: unknown[] = [];
    queue.watch((event) => event.type === "progress" && events.push(event.progress));
    await enqueue("one");

    slot.runs[0]!.event({ type: "step", step: 1, steps: 3 });
    slot.runs[0]!.event({ type: "step", step: 2, steps: 3 });
    await clock.advance(1000);

    expect(events).toEqual([{ step: 2, steps: 3 }]);
  });
});

describe("what people see of a running job", () => {
  it("is the phase at once, and the time from the measured step time", async () => {
    const { clock, slot, statuses, enqueue } = setUp();
    const { id } = await enqueue("one");
    const [run] = slot.runs;

    run!.event({ type: "loading", model: "m" });
    run!.event({ type: "step", step: 1, steps: 10 });
    await clock.advance(2000);
    run!.event({ type: "step", step: 5, steps: 10 });
    run!.event({ type: "decoding" });

    expect(statuses).toEqual([
      { job: id, state: "loading" },
      { job: id, state: "running", step: 1, steps: 10 },
      { job: id, state: "running", step: 5, steps: 10, etaMs: 2500 },
      { job: id, state: "finishing" },
    ]);
  });

  it("is only the latest step and preview within two seconds", async () => {
    const { clock, slot, statuses, enqueue } = setUp();
    await enqueue("one");
    const [run] = slot.runs;

    for (let step = 1; step <= 40; step++) {
      run!.event({ type: "step", step, steps: 100 });
      run!.event({ type: "preview", picture: fakePicture(step) });
      await clock.advance(100);
    }

    expect(statuses.map(({ step, preview }) => [step, preview?.data[0]])).toEqual([
      [1, undefined],
      [20, 20],
      [40, 40],
    ]);
  });

  it("ends with its end: nothing is told late", async () => {
    const { clock, slot, statuses, enqueue } = setUp();
    await enqueue("one");
    slot.runs[0]!.event({ type: "step", step: 1, steps: 2 });
    slot.runs[0]!.event({ type: "step", step: 2, steps: 2 });
    slot.runs[0]!.fail(new UserError("model-cannot"));

    await clock.advance(10_000);

    expect(statuses.map(({ step }) => step)).toEqual([1]);
  });
});

describe("draining", () => {
  it("lets running work finish and claims nothing more", async () => {
    const { clock, slot, dispatcher, enqueue, stateOf } = setUp();
    const first = await enqueue("one");
    const second = await enqueue("two");

    const drained = dispatcher.drain({ graceMs: 60_000 });
    slot.runs[0]!.finish();
    await clock.advance(0);
    await drained;

    expect([await stateOf(first), await stateOf(second)]).toEqual(["rendered", "queued"]);
  });

  it("puts work back unharmed that takes longer than the grace period", async () => {
    const { clock, queue, slot, dispatcher, enqueue } = setUp();
    const job = await enqueue("one");

    const drained = dispatcher.drain({ graceMs: 5_000 });
    await clock.advance(4_999);
    const before = slot.runs[0]!.signal.aborted;
    await clock.advance(1);
    await drained;

    expect(before).toBe(false);
    expect(await queue.get(job.id)).toMatchObject({ state: "queued", attempts: 0 });
  });

  it("waits for what is being encoded", async () => {
    const encoding = gate();
    const { clock, slot, dispatcher, enqueue, stateOf } = setUp({
      encode: async (generated) => {
        await encoding.opened;
        return resultOf(generated);
      },
    });
    const job = await enqueue("one");
    slot.runs[0]!.finish();
    await clock.advance(0);

    const drained = dispatcher.drain({ graceMs: 0 });
    await clock.advance(100);
    encoding.open();
    await drained;

    expect(await stateOf(job)).toBe("rendered");
  });
});
