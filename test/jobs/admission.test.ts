import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { NewJob } from "../../src/core/job.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { createAdmission, type AdmissionDeps } from "../../src/jobs/admission.ts";
import { createLimits, type LimitSettings } from "../../src/jobs/limits.ts";
import { createSqliteQueue } from "../../src/jobs/sqlite-queue.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createQuotaLedger } from "../../src/storage/quotas.ts";
import { newJob } from "../contracts/job-queue/queue-world.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const open = async (): Promise<void> => {};

function setUp(settings: LimitSettings = { person: {} }, gate: AdmissionDeps["gate"] = open) {
  const path = join(temporaryFolder(), "easel.db");
  const clock = createFakeClock();
  const database = openDatabase({ path, log: silentLogger });
  const quotas = createQuotaLedger({ database, clock });
  const queue = createSqliteQueue({ database, quotas, clock, random: seededRandom(1), log: silentLogger });
  const limits = createLimits(settings);
  const admission = createAdmission({ queue, limits, gate });
  return { admission, database, queue };
}

describe("admission", () => {
  it("stores the jobs of an interaction in order", async () => {
    const { admission, queue } = setUp();

    const jobs = await admission.submit([newJob("ada"), newJob("ada")]);

    expect(jobs.map(({ state }) => state)).toEqual(["queued", "queued"]);
    expect(await queue.list({ limit: 5 })).toEqual([...jobs].reverse());
  });

  it("stores all or none", async () => {
    const { admission, queue } = setUp({ person: { maxWaiting: 2 } });

    const outcome = admission.submit([newJob("ada"), newJob("ada"), newJob("ada")]);

    await expect(outcome).rejects.toMatchObject({
      code: "too-many-waiting",
      params: { waiting: 0, limit: 2 },
    });
    expect(await queue.list({ limit: 5 })).toEqual([]);
  });

  it.each([
    ["the place's", 5, { maxWaiting: 2 }],
    ["the operator's", 2, { maxWaiting: 5 }],
  ])("takes the stricter limit: %s", async (_, operators, caps) => {
    const { admission } = setUp({ person: { maxWaiting: operators } });

    await expect(admission.submit([newJob("ada"), newJob("ada"), newJob("ada")], caps)).rejects.toMatchObject({
      code: "too-many-waiting",
      params: { waiting: 0, limit: 2 },
    });
    expect(await admission.submit([newJob("ada"), newJob("ada")], caps)).toHaveLength(2);
  });

  it("gives an interaction that comes again its jobs, whatever the limits say", async () => {
    let paused = false;
    const gate = async () => {
      if (paused) throw new UserError("queue-paused");
    };
    const { admission } = setUp({ person: { rate: { perMinute: 1, burst: 1 }, maxWaiting: 2 } }, gate);
    const event = [newJob("ada"), newJob("ada")];
    const first = await admission.submit(event);
    paused = true;
    admission.close();

    const second = await admission.submit(event);

    expect(second).toEqual(first);
  });

  it("refuses who is too fast, and counts an interaction as one", async () => {
    const { admission } = setUp({ person: { rate: { perMinute: 1, burst: 2 } } });
    await admission.submit([newJob("ada"), newJob("ada"), newJob("ada")]);
    await admission.submit([newJob("ada")]);

    const outcome = admission.submit([newJob("ada")]);

    await expect(outcome).rejects.toMatchObject({ code: "too-fast", retryAfterMs: 60_000 });
  });

  it("gives roles their own quota", async () => {
    const { admission } = setUp({
      person: { quota: { limitMs: 1000, periodMs: 3_600_000 } },
      roles: { patron: { quota: { limitMs: 5000, periodMs: 3_600_000 } } },
    });

    await expect(admission.submit([newJob("ada", { cost: 5 })])).rejects.toMatchObject({ code: "quota-used-up" });
    await expect(admission.submit([newJob("bob", { cost: 5, roles: ["patron"] })])).resolves.toHaveLength(1);
  });

  it("accepts nothing that its gate refuses, and asks it about the person and the place", async () => {
    const asked: NewJob[] = [];
    const gate = async (job: NewJob) => {
      asked.push(job);
      throw new UserError("queue-paused");
    };
    const { admission, queue } = setUp({ person: {} }, gate);
    const job = newJob("ada");

    const outcome = admission.submit([job]);

    await expect(outcome).rejects.toMatchObject({ code: "queue-paused" });
    expect(asked).toEqual([job]);
    expect(await queue.list({ limit: 5 })).toEqual([]);
  });

  it("accepts nothing new when the process is about to end", async () => {
    const { admission } = setUp();
    admission.close();

    await expect(admission.submit([newJob("ada")])).rejects.toMatchObject({ code: "shutting-down" });
  });

  it("accepts nothing on a full disk, and loses nothing", async () => {
    const { admission, database, queue } = setUp();
    const [kept] = await admission.submit([newJob("ada")]);
    database.exec("PRAGMA max_page_count = 1");

    // The first jobs still find room in pages that exist.
    const fill = async () => {
      for (let i = 0; i < 100; i++) await admission.submit([newJob("bob")]);
    };

    await expect(fill()).rejects.toMatchObject({ code: "storage-full" });
    database.exec("PRAGMA max_page_count = 100000");
    expect(await queue.get(kept!.id)).toEqual(kept);
    await expect(admission.submit([newJob("eve")])).resolves.toHaveLength(1);
  });
});
