import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobQueue } from "../src/core/job-queue.ts";
import type { JobResult, NewJob } from "../src/core/job.ts";
import { silentLogger } from "../src/core/logger.ts";
import { createSqliteQueue } from "../src/jobs/sqlite-queue.ts";
import { openDatabase } from "../src/storage/database.ts";
import { createQuotaLedger } from "../src/storage/quotas.ts";
import { systemClock } from "../src/system-clock.ts";

/**
 * How the embedded queue behaves with 10, 1,000 and 100,000 waiting jobs of 1,000 people (of 10 with 10 jobs). Every operation is a
 * transaction of its own. Run with `npm run bench -- queue`. Prints operations per second as a markdown table.
 */
const WAITING = [10, 1000, 100_000];
const SAMPLE = 1000;
const RESULT: JobResult = {
  pictures: [],
  timings: { textMs: 1, denoiseMs: 1, decodeMs: 1, filterMs: 1, totalMs: 1000 },
  notes: [],
};

let made = 0;

function newJob(people: number): NewJob {
  const number = ++made;
  const person = `person ${number % people}`;
  return {
    key: `event ${number}`,
    tier: "interactive",
    request: {
      mode: "text-to-image",
      prompt: "a red fox on a snowy hill under a starry sky",
      negativePrompt: "",
      model: "m",
      widthPx: 512,
      heightPx: 512,
      steps: 20,
      guidanceScale: 7.5,
      scheduler: { name: "EulerDiscreteScheduler", config: {} },
      pictures: [1, 2, 3, 4].map((seed) => ({ seed, prompt: "a red fox on a snowy hill under a starry sky" })),
      tile: false,
      private: false,
      notes: [],
    },
    person: { platform: "discord", id: person, name: person, moderator: false, roles: [] },
    place: { platform: "discord", channel: `channel ${number % 50}`, ageRestricted: false },
    address: { platform: "discord", token: "x".repeat(200) },
  };
}

async function fill(queue: JobQueue, waiting: number, people: number): Promise<string[]> {
  const ids: string[] = [];
  for (let left = waiting; left > 0; left -= 1000) {
    const jobs = Array.from({ length: Math.min(left, 1000) }, () => newJob(people));
    for (const { job } of await queue.enqueueAll(jobs)) ids.push(job.id);
  }
  return ids;
}

/** Runs operations and adds up their times by name. */
function createStopwatch() {
  const times = new Map<string, { count: number; ms: number }>();
  return {
    async time<T>(name: string, operation: () => Promise<T>): Promise<T> {
      const start = performance.now();
      const result = await operation();
      const { count, ms } = times.get(name) ?? { count: 0, ms: 0 };
      times.set(name, { count: count + 1, ms: ms + performance.now() - start });
      return result;
    },
    rates: () => [...times].map(([name, { count, ms }]) => [name, Math.round((count / ms) * 1000)] as const),
  };
}

async function measure(waiting: number) {
  const folder = mkdtempSync(join(tmpdir(), "easel-bench-"));
  const database = openDatabase({ path: join(folder, "easel.db"), log: silentLogger });
  const quotas = createQuotaLedger({ database, clock: systemClock });
  const queue = createSqliteQueue({ database, quotas, clock: systemClock, random: randomInt, log: silentLogger });
  const people = Math.min(waiting, 1000);
  const ids = await fill(queue, waiting, people);
  const watch = createStopwatch();

  // One comes and one goes: the queue stays as long as it is.
  for (let i = 0; i < SAMPLE; i++) {
    await watch.time("enqueue", () => queue.enqueue(newJob(people)));
    const lease = await watch.time("claim", () => queue.claim({ id: "gpu0", affinity: "m" }, 60_000));
    await watch.time("beat", () => queue.beat(lease!, 60_000));
    await watch.time("complete", () => queue.complete(lease!, RESULT, 1000));
    await watch.time("post", async () => queue.finishDelivery((await queue.claimDelivery(60_000))!, "delivered"));
    await watch.time("stats", () => queue.stats());
    if (i % 20 === 0) await watch.time("position", () => queue.position(ids.at(-1)!));
    if (i % 20 === 0) await watch.time("list", () => queue.list({ states: ["queued"], limit: 10 }));
  }

  database.close();
  rmSync(folder, { recursive: true });
  return watch.rates();
}

const rows = [];
for (const waiting of WAITING) rows.push({ waiting, rates: await measure(waiting) });
const names = rows[0]?.rates.map(([name]) => `${name}/s`) ?? [];
console.log(`| waiting | ${names.join(" | ")} |\n|${"---:|".repeat(names.length + 1)}`);
for (const { waiting, rates } of rows) {
  console.log(`| ${[waiting, ...rates.map(([, rate]) => rate)].map((n) => n.toLocaleString("en")).join(" | ")} |`);
}
