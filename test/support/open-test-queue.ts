import type { Clock } from "../../src/core/clock.ts";
import type { JobQueue } from "../../src/core/job-queue.ts";
import type { NewJob } from "../../src/core/job.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { createSqliteQueue } from "../../src/jobs/sqlite-queue.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createQuotaLedger } from "../../src/storage/quotas.ts";
import { imageRequest } from "./image-request.ts";
import { seededRandom } from "./seeded-random.ts";

/** The real queue on a database in memory. */
export function openTestQueue(clock: Clock): JobQueue {
  const database = openDatabase({ path: ":memory:", log: silentLogger });
  const quotas = createQuotaLedger({ database, clock });
  return createSqliteQueue({ database, quotas, clock, random: seededRandom(1), log: silentLogger });
}

/** A job of one person in one channel; `key` tells jobs apart. */
export function newJob(key: string, fields: Partial<NewJob> = {}): NewJob {
  return {
    key,
    request: imageRequest(),
    tier: "interactive",
    person: { platform: "fake", id: "ada", name: "Ada", moderator: false, roles: [] },
    place: { platform: "fake", channel: "general", ageRestricted: false },
    address: { platform: "fake", message: key },
    ...fields,
  };
}
