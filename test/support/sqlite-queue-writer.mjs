// Works on a queue as a bot would, as fast as it can, until somebody kills it. Prints one line after each promise that it was given.
// Arguments: database file, seed, name of this run.
import { writeSync } from "node:fs";
import { silentLogger } from "../../dist/src/core/logger.js";
import { createSqliteQueue } from "../../dist/src/jobs/sqlite-queue.js";
import { openDatabase } from "../../dist/src/storage/database.js";
import { createQuotaLedger } from "../../dist/src/storage/quotas.js";

const [path, seed, run] = process.argv.slice(2);
let state = Number(seed);
const random = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const clock = { now: () => Date.now() };
const database = openDatabase({ path, log: silentLogger });
const quotas = createQuotaLedger({ database, clock });
const queue = createSqliteQueue({
  database,
  quotas,
  clock,
  random,
  log: silentLogger,
  settings: { maxAttempts: 1000 },
});
const say = (...words) => writeSync(1, `${words.join(" ")}\n`);

const request = {
  mode: "text-to-image",
  prompt: "a fox",
  negativePrompt: "",
  model: "m",
  widthPx: 512,
  heightPx: 512,
  steps: 4,
  guidanceScale: 1,
  scheduler: { name: "EulerDiscreteScheduler", config: {} },
  pictures: [{ seed: 7, prompt: "a fox" }],
  tile: false,
  private: false,
  notes: [],
};
const result = {
  pictures: [],
  timings: { textMs: 0, denoiseMs: 0, decodeMs: 0, filterMs: 0, totalMs: 0 },
  notes: ["n".repeat(2000)],
};
const failure = { code: "generation-failed", params: {}, message: "it rained" };

await queue.recover();
for (let i = 0; ; i++) {
  const count = 1 + random(3);
  const jobs = Array.from({ length: count }, (_, n) => {
    const id = `person ${random(5)}`;
    const person = { platform: "discord", id, name: id, moderator: false, roles: [] };
    const place = { platform: "discord", channel: "c", ageRestricted: false };
    return { key: `${run}/${i}/${n}`, request, tier: "interactive", person, place, address: { platform: "discord" } };
  });
  const rules = { quota: { limitMs: Number.MAX_SAFE_INTEGER, periodMs: 3_600_000 } };
  for (const { job } of await queue.enqueueAll(jobs, rules)) say("accepted", job.key, job.id);

  for (let n = random(4); n > 0; n--) {
    const lease = await queue.claim({ id: "gpu0" }, 600_000);
    if (!lease) break;
    await queue.beat(lease, 600_000);
    const end = random(5);
    if (end < 3) {
      await queue.complete(lease, result, 100);
      say("ended", lease.job.id, "rendered");
    } else if (end === 3) {
      await queue.fail(lease, failure, { retry: false });
      say("ended", lease.job.id, "failed");
    } else {
      await queue.cancel(lease.job.id, "somebody");
      say("ended", lease.job.id, "cancelled");
    }
  }
  for (let n = random(3); n > 0; n--) {
    const delivery = await queue.claimDelivery(600_000);
    if (!delivery) break;
    await queue.finishDelivery(delivery, "delivered");
    say("posted", delivery.job.id, ".");
  }
}
