import { afterEach, describe, expect, it } from "vitest";
import { createWaitingStatus, type WaitingStatus } from "../../src/jobs/waiting-status.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { newJob, openTestQueue } from "../support/open-test-queue.ts";
import { createRecordingLog } from "../support/recording-log.ts";

const started: WaitingStatus[] = [];

function setUp() {
  const clock = createFakeClock();
  const queue = openTestQueue(clock);
  const told: string[] = [];
  const log = createRecordingLog();
  const waiting = createWaitingStatus({
    queue,
    clock,
    log,
    onStatus: (job, { state, ahead }) => told.push(`${job.key} ${state} ${ahead}`),
  });
  started.push(waiting);
  return { clock, queue, told, waiting };
}

afterEach(() => {
  for (const waiting of started.splice(0)) waiting.stop();
});

describe("waiting people", () => {
  it("hear their place soon after they came", async () => {
    const { clock, queue, told } = setUp();
    await queue.enqueue(newJob("one"));
    await queue.enqueue(newJob("two"));

    await clock.advance(300);

    expect(told.sort()).toEqual(["one queued 0", "two queued 1"]);
  });

  it("hear nothing when their job starts at once", async () => {
    const { clock, queue, told } = setUp();
    await queue.enqueue(newJob("one"));
    await queue.claim({ id: "worker" }, 1000);

    await clock.advance(10_000);

    expect(told).toEqual([]);
  });

  it("hear again when the queue has moved, at most every two seconds", async () => {
    const { clock, queue, told } = setUp();
    for (const key of ["one", "two", "three"]) await queue.enqueue(newJob(key));
    await clock.advance(300);
    told.length = 0;
    await queue.claim({ id: "a" }, 60_000);
    await clock.advance(1_000);
    await queue.claim({ id: "b" }, 60_000);
    await clock.advance(999);
    const before = [...told];

    await clock.advance(1);

    expect(before).toEqual([]);
    expect(told).toEqual(["three queued 0"]);
  });

  it("hear nothing after the stop", async () => {
    const { clock, queue, told, waiting } = setUp();
    await queue.enqueue(newJob("one"));

    waiting.stop();
    await clock.advance(10_000);

    expect(told).toEqual([]);
  });
});
