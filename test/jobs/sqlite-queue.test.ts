import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import type { ProcessIdentity } from "../../src/jobs/lease-owner.ts";
import { createSqliteQueue } from "../../src/jobs/sqlite-queue.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { createQuotaLedger } from "../../src/storage/quotas.ts";
import { jobQueueContract } from "../contracts/job-queue.ts";
import {
  claim,
  type CreateQueueStorage,
  enqueue,
  LEASE_MS,
  newJob,
  postAnswers,
  RESULT,
} from "../contracts/job-queue/queue-world.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const storage: CreateQueueStorage = ({ clock, random, weightOf, ...settings }) => {
  const path = join(temporaryFolder(), "easel.db");
  return {
    async open() {
      const database = openDatabase({ path, log: silentLogger });
      const quotas = createQuotaLedger({ database, clock });
      const weights = weightOf ? { weightOf } : {};
      return createSqliteQueue({ database, quotas, clock, random, log: silentLogger, settings, ...weights });
    },
  };
};

jobQueueContract("the SQLite queue", storage);

const clock = createFakeClock();

const here: ProcessIdentity = { host: "here", pid: 10, isAlive: (pid) => pid === 11 };

function openQueue(database: Database, identity = here, seed = 1) {
  const quotas = createQuotaLedger({ database, clock });
  return createSqliteQueue({ database, quotas, clock, random: seededRandom(seed), log: silentLogger, identity });
}

describe("the SQLite queue", () => {
  it("reads no table from end to end, so that a long queue and a long history cost nothing", async () => {
    const database = openDatabase({ path: ":memory:", log: silentLogger });
    const statements = new Set<string>();
    const queue = openQueue({
      ...database,
      prepare(sql) {
        statements.add(sql);
        return database.prepare(sql);
      },
    });
    for (const filter of [{}, { person: "p" }, { channel: "c", platform: "p" }, { states: ["queued"] as const }]) {
      await queue.list({ ...filter, limit: 5 });
    }
    await queue.claimDelivery(1000);

    const scans = [...statements].flatMap((sql) => {
      if (!/^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(sql)) return [];
      const plan = database.prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
      // A partial index holds only what waits or runs; the totals, speeds and virtual times are a few rows.
      const scan = plan.find(({ detail }) => /^SCAN (jobs|shares|deliveries|quota_uses)(?! USING)/.test(detail));
      return scan || plan.some(({ detail }) => /^SCAN .*(jobs_of_|jobs_in_)/.test(detail)) ? [{ sql, plan }] : [];
    });

    expect(statements.size).toBeGreaterThan(30);
    expect(scans).toEqual([]);
  });

  it("keeps a job running when its result finds no space, and takes it when there is space again", async () => {
    const database = openDatabase({ path: ":memory:", log: silentLogger });
    const queue = openQueue(database);
    const { id } = await enqueue(queue);
    const lease = await claim(queue);
    database.exec("PRAGMA max_page_count = 1");
    const large = { ...RESULT, notes: ["n".repeat(1_000_000)] };

    await expect(queue.complete(lease, large, 5)).rejects.toMatchObject({ code: "storage-full" });
    expect(await queue.get(id)).toMatchObject({ state: "running" });
    expect(await queue.stats()).toMatchObject({ running: 1, undelivered: 0 });
    database.exec("PRAGMA max_page_count = 100000");

    expect(await queue.complete(lease, large, 5)).toBe(true);
    expect(await postAnswers(queue)).toHaveLength(1);
  });

  it("can be used by two processes at once", async () => {
    const path = join(temporaryFolder(), "easel.db");
    const open = (pid: number) =>
      openQueue(openDatabase({ path, log: silentLogger }), { ...here, pid, isAlive: () => true }, pid);
    const one = open(1);
    const two = open(2);
    const jobs = await one.enqueueAll(["a", "b", "c"].map((person) => newJob(person)));
    const last = jobs[2]!.job.id;
    const before = await one.position(last);

    const leases = [await claim(two), await claim(one)];
    const after = await one.position(last);

    expect(leases.map(({ job }) => job.id)).toEqual(jobs.slice(0, 2).map(({ job }) => job.id));
    expect([before?.ahead, after?.ahead]).toEqual([2, 0]);
    expect(await two.recover()).toBe(0);
    expect(await one.beat(leases[1]!, LEASE_MS)).toBe("ok");
  });

  it("takes back at a start what dead processes of this host had, and nothing else", async () => {
    const database = openDatabase({ path: ":memory:", log: silentLogger });
    const identities = [here, { ...here, pid: 11 }, { ...here, host: "elsewhere" }];
    const owners = identities.map((identity, i) => openQueue(database, identity, i + 1));
    const leases = [];
    for (const owner of owners) {
      await enqueue(owner);
      leases.push(await claim(owner));
    }
    const queue = openQueue(database, { ...here, pid: 12 }, 9);

    const recovered = await queue.recover();

    expect(recovered).toBe(1);
    expect(await Promise.all(leases.map((lease) => queue.beat(lease, LEASE_MS)))).toEqual(["lost", "ok", "ok"]);
  });
});
