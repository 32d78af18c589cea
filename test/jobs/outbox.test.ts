import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { Job, JobResult } from "../../src/core/job.ts";
import type { JobQueue } from "../../src/core/job-queue.ts";
import { notice } from "../../src/core/message.ts";
import type { Platform, ReplyAddress } from "../../src/core/platform.ts";
import { createOutbox, type OutboxDeps } from "../../src/jobs/outbox.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createFakePlatform } from "../support/fake-platform.ts";
import { newJob, openTestQueue } from "../support/open-test-queue.ts";
import { createRecordingLog } from "../support/recording-log.ts";

const HOUR_MS = 3_600_000;
const RESULT: JobResult = {
  pictures: [],
  timings: { textMs: 0, denoiseMs: 0, decodeMs: 0, filterMs: 0, totalMs: 10 },
  notes: [],
};
const DOWN = () => Promise.reject(new Error("502"));

const nothing = () => {};

const ends: (() => Promise<void>)[] = [];

function setUp(options: Partial<OutboxDeps> & { wrap?: (queue: JobQueue) => Partial<JobQueue> } = {}) {
  const clock = createFakeClock();
  const plain = openTestQueue(clock);
  const queue: JobQueue = { ...plain, ...options.wrap?.(plain) };
  const platform = createFakePlatform();
  const platforms = new Map<string, Platform>([[platform.name, platform]]);
  const log = createRecordingLog();
  const start = () =>
    createOutbox({
      queue,
      platforms,
      compose: (job) => notice(`${job.state} ${job.key}`),
      clock,
      log,
      ...options,
    });
  const outbox = start();
  ends.push(async () => {
    const drained = outbox.drain({ graceMs: 0 });
    await clock.advance(0);
    await drained;
  });

  /** Brings a new job to its end; its answer is due. */
  async function finish(key: string, address: ReplyAddress = { platform: "fake", message: key }): Promise<Job> {
    const { job } = await plain.enqueue(newJob(key, { address }));
    const lease = await plain.claim({ id: "worker" }, 1000);
    await plain.complete(lease!, RESULT, 10);
    await clock.advance(0);
    return job;
  }

  const stateOf = async ({ id }: Job) => (await queue.get(id))?.state;
  return { clock, queue, platform, platforms, log, outbox, start, finish, stateOf };
}

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

describe("the outbox", () => {
  it("posts the answer of a finished job at once, under the job's id", async () => {
    const { platform, finish, stateOf } = setUp();

    const job = await finish("one");

    expect(platform.posted).toEqual([{ key: job.id, address: job.address, message: notice("rendered one") }]);
    expect(await stateOf(job)).toBe("delivered");
  });

  it("answers failed and cancelled jobs too", async () => {
    const { clock, queue, platform } = setUp();
    const { job: cancelled } = await queue.enqueue(newJob("one"));
    await queue.cancel(cancelled.id, "ada");
    await queue.enqueue(newJob("two"));
    const lease = await queue.claim({ id: "worker" }, 1000);
    const failure = { code: "unexpected", params: {}, message: "" } as const;

    await queue.fail(lease!, failure, { retry: false });
    await clock.advance(0);

    expect(platform.posted.map(({ message }) => message.text)).toEqual(["cancelled one", "failed two"]);
  });

  it("tries again after 0.5, 1, 2 ... at most 60 seconds, and posts once", async () => {
    const { clock, platform, finish, stateOf } = setUp();
    const times: number[] = [];
    const startedAt = clock.now();
    platform.answerWith(() => {
      times.push((clock.now() - startedAt) / 1000);
      return times.length < 11 ? DOWN() : { state: "delivered" };
    });

    const job = await finish("one");
    await clock.advance(HOUR_MS);

    const waits = times.slice(1).map((time, i) => time - times[i]!);
    expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(platform.posted).toHaveLength(1);
    expect(await stateOf(job)).toBe("delivered");
  });

  it("waits as long as the platform asks for", async () => {
    const { clock, platform, finish } = setUp();
    platform.answerWith(() => Promise.reject(new UserError("too-fast", { seconds: 90 }, { retryAfterMs: 90_000 })));
    await finish("one");

    await clock.advance(89_999);
    const before = platform.attempts.length;
    await clock.advance(1);

    expect([before, platform.attempts.length]).toEqual([1, 2]);
  });

  it("gives an answer up after a day, and the result stays", async () => {
    const { clock, queue, platform, log, finish } = setUp({ timings: { pollMs: 30_000 } });
    platform.answerWith(DOWN);
    const job = await finish("one");

    await clock.advance(24 * HOUR_MS + 60_000);
    const attempts = platform.attempts.length;
    await clock.advance(HOUR_MS);

    expect(platform.attempts).toHaveLength(attempts);
    expect(await queue.get(job.id)).toMatchObject({ state: "rendered", result: RESULT });
    expect((await queue.stats()).undelivered).toBe(0);
    expect(log.lines).toContainEqual(expect.objectContaining({ level: "error", message: "answer given up" }));
  });

  it("tries once what became too old while the program was down", async () => {
    const { clock, queue, platform, start, outbox, finish, stateOf } = setUp();
    await outbox.drain({ graceMs: 0 });
    const job = await finish("one");
    await clock.advance(48 * HOUR_MS);

    const later = start();
    await clock.advance(0);
    await later.drain({ graceMs: 0 });

    expect(platform.posted).toHaveLength(1);
    expect(await stateOf(job)).toBe("delivered");
    expect((await queue.stats()).undelivered).toBe(0);
  });

  it("does not try again what can never be delivered", async () => {
    const { clock, queue, platform, finish } = setUp();
    platform.answerWith(() => ({ state: "undeliverable", reason: "channel deleted" }));

    await finish("one");
    await clock.advance(HOUR_MS);

    expect(platform.attempts).toHaveLength(1);
    expect((await queue.stats()).undelivered).toBe(0);
  });

  it("keeps an answer for a platform until it is connected", async () => {
    const { clock, platforms, finish } = setUp();
    const slack = createFakePlatform("slack");
    await finish("one", { platform: "slack" });

    platforms.set("slack", slack);
    await clock.advance(500);

    expect(slack.posted).toHaveLength(1);
  });

  it("tries an answer again that could not be composed", async () => {
    let faults = 1;
    const { clock, platform, finish } = setUp({
      compose: () => {
        if (faults-- > 0) throw new Error("blob missing");
        return notice("ready");
      },
    });

    await finish("one");
    await clock.advance(500);

    expect(platform.posted).toHaveLength(1);
  });

  it("posts at most eight answers at the same time", async () => {
    const { clock, platform, finish } = setUp();
    const releases: (() => void)[] = [];
    platform.answerWith(() => new Promise((resolve) => releases.push(() => resolve({ state: "delivered" }))));

    for (let i = 0; i < 10; i++) await finish(`job ${i}`);
    const atOnce = releases.length;
    for (const release of releases) release();
    await clock.advance(0);

    expect(atOnce).toBe(8);
    expect(releases).toHaveLength(10);
    for (const release of releases) release();
  });
});

describe("exactly one answer", () => {
  it("is posted when an attempt hangs and ends only after a later one", async () => {
    const { clock, platform, finish } = setUp();
    let endFirst = nothing;
    platform.answerWith(() => {
      if (platform.attempts.length > 1) return { state: "delivered" };
      return new Promise((resolve) => (endFirst = () => resolve({ state: "delivered" })));
    });
    await finish("one");
    await clock.advance(120_000);
    await clock.advance(500);

    endFirst();
    await clock.advance(0);

    expect(platform.attempts).toHaveLength(2);
    expect(platform.posted).toHaveLength(1);
  });

  it("is posted when the program dies between the post and the note that it was posted", async () => {
    let isDead = false;
    const { clock, queue, platform, start, finish, stateOf } = setUp({
      wrap: (plain) => ({
        finishDelivery: (delivery, outcome) =>
          isDead ? new Promise(() => {}) : plain.finishDelivery(delivery, outcome),
      }),
    });
    isDead = true;
    const job = await finish("one");
    isDead = false;

    const reborn = start();
    await clock.advance(HOUR_MS);
    await reborn.drain({ graceMs: 0 });

    expect(platform.attempts).toEqual([job.id, job.id]);
    expect(platform.posted).toHaveLength(1);
    expect(await stateOf(job)).toBe("delivered");
    expect((await queue.stats()).undelivered).toBe(0);
  });
});

describe("answers to one address", () => {
  const thread = { platform: "fake", message: "thread" };

  it("keep their order while the first is tried again, and do not hold up others", async () => {
    const { clock, platform, finish } = setUp();
    let isDown = true;
    platform.answerWith(() => (isDown ? DOWN() : { state: "delivered" }));
    const first = await finish("first", thread);
    const second = await finish("second", thread);
    await clock.advance(10_000);
    isDown = false;
    const third = await finish("third", thread);
    const other = await finish("other");

    await clock.advance(60_000);

    const keys = platform.posted.map(({ key }) => key);
    expect(keys).toEqual([other.id, first.id, second.id, third.id]);
  });

  it("keep their order while the first is being posted", async () => {
    const { clock, platform, finish } = setUp();
    let endFirst = nothing;
    platform.answerWith(() => {
      if (platform.attempts.length > 1) return { state: "delivered" };
      return new Promise((resolve) => (endFirst = () => resolve({ state: "delivered" })));
    });
    const first = await finish("first", thread);
    const second = await finish("second", thread);
    await clock.advance(5_000);

    endFirst();
    await clock.advance(1_000);

    expect(platform.attempts).toEqual([first.id, second.id]);
  });

  it("are not blocked for ever by one that another process settled", async () => {
    const { clock, queue, platform, finish, stateOf } = setUp();
    platform.answerWith(DOWN);
    const first = await finish("first", thread);
    await clock.advance(499);
    platform.answerWith(() => ({ state: "delivered" }));
    const elsewhere = { job: first, token: "", tries: 1 };
    await queue.finishDelivery(elsewhere, "delivered");

    const second = await finish("second", thread);
    await clock.advance(10 * 60_000);

    expect(await stateOf(second)).toBe("delivered");
  });
});

describe("draining", () => {
  it("waits for the attempt under way and starts no other", async () => {
    const { clock, platform, outbox, finish, stateOf } = setUp();
    let end = nothing;
    platform.answerWith(() => new Promise((resolve) => (end = () => resolve({ state: "delivered" }))));
    const first = await finish("one");
    const drained = outbox.drain({ graceMs: 10_000 });
    const second = await finish("two");

    end();
    await drained;
    await clock.advance(0);

    expect(platform.attempts).toEqual([first.id]);
    expect([await stateOf(first), await stateOf(second)]).toEqual(["delivered", "rendered"]);
  });

  it("waits no longer than the grace period", async () => {
    const { clock, platform, outbox, finish } = setUp();
    platform.answerWith(() => new Promise(() => {}));
    await finish("one");
    let isDrained = false;

    void outbox.drain({ graceMs: 10_000 }).then(() => (isDrained = true));
    await clock.advance(9_999);
    const before = isDrained;
    await clock.advance(1);

    expect([before, isDrained]).toEqual([false, true]);
  });
});
