// A small whole program for tests that kill it: queue, dispatcher, outbox, pool with the built-in model, and a chat service that is a file.
// Arguments: the data folder, where to stop ("running", "encoding", "rendered", "posted" ... or "end"), the requests as JSON.
// Writes one line: "reached" where it stops, or the jobs as JSON at the end.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { notice } from "../../dist/src/core/message.js";
import { createResultEncoder } from "../../dist/src/encode-result.js";
import { createPool } from "../../dist/src/inference/pool.js";
import { createDispatcher } from "../../dist/src/jobs/dispatcher.js";
import { createOutbox } from "../../dist/src/jobs/outbox.js";
import { createSqliteQueue } from "../../dist/src/jobs/sqlite-queue.js";
import { openBlobStore } from "../../dist/src/storage/blob-store.js";
import { openDatabase } from "../../dist/src/storage/database.js";
import { createQuotaLedger } from "../../dist/src/storage/quotas.js";
import { systemClock as clock } from "../../dist/src/system-clock.js";

const [folder, stopAt, requestsJson] = process.argv.slice(2);
const postedFile = join(folder, "posted.jsonl");
const log = { debug() {}, info() {}, warn() {}, error: (line) => process.stderr.write(`${line}\n`), child: () => log };

const database = openDatabase({ path: join(folder, "easel.db"), log });
const blobs = await openBlobStore({ folder: join(folder, "blobs"), clock });
const quotas = createQuotaLedger({ database, clock });
const queue = createSqliteQueue({ database, quotas, clock, random: (below) => randomInt(below), log });
await queue.recover();

/** Tells the test and goes no further. */
function reach(point) {
  if (point !== stopAt) return undefined;
  process.stdout.write("reached\n");
  // Keeps the process alive, whatever else it does, until it is killed.
  setInterval(() => {}, 1000);
  return new Promise(() => {});
}

const jobs = await queue.enqueueAll(
  JSON.parse(requestsJson).map((request, index) => ({
    key: `job ${index}`,
    request,
    tier: "interactive",
    person: { platform: "file", id: "ada", name: "Ada", moderator: false, roles: [] },
    place: { platform: "file", channel: "general", ageRestricted: false },
    address: { platform: "file", message: `job ${index}` },
  })),
);
await reach("queued");

const postedKeys = () =>
  existsSync(postedFile)
    ? readFileSync(postedFile, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line).key)
    : [];
const platform = {
  async deliver(_address, message, key) {
    await reach("rendered");
    if (!postedKeys().includes(key)) appendFileSync(postedFile, `${JSON.stringify({ key, text: message.text })}\n`);
    await reach("posted");
    return { state: "delivered" };
  },
};

const pool = createPool({
  devices: [
    { id: "cpu-0", device: "cpu", threads: 1, classifiers: fileURLToPath(new URL("../../models", import.meta.url)) },
  ],
  childEntry: fileURLToPath(new URL("../../dist/src/inference/child.js", import.meta.url)),
  modelPath: (model) => fileURLToPath(new URL(`../../models/${model}`, import.meta.url)),
  clock,
  log,
});
// What the labels are is not this test's: pictures go out as they were drawn.
const provenance = { mark: async (picture) => picture, publish: async (bytes) => bytes };
const encodeResult = createResultEncoder({ blobs, program: "test", provenance, clock });
const dispatcher = createDispatcher({
  queue,
  slots: pool.slots,
  clock,
  log,
  loadInputs: async () => ({}),
  encode: async (generated, job) => {
    await reach("encoding");
    return encodeResult(generated, job);
  },
  onStatus(_job, { step }) {
    if (stopAt !== "running" || step === undefined) return;
    // The test kills while the run is in the middle, however slow the test is.
    process.kill(pool.devices()[0].pid, "SIGSTOP");
    void reach("running");
  },
});
const outbox = createOutbox({
  queue,
  platforms: new Map([["file", platform]]),
  compose: (job) => notice(job.state),
  clock,
  log,
});

async function allJobs() {
  return Promise.all(jobs.map(({ job }) => queue.get(job.id)));
}

async function isOpen() {
  return (await allJobs()).some(({ state }) => ["queued", "running", "rendered"].includes(state));
}

while (await isOpen()) await sleep(20);
await dispatcher.drain({ graceMs: 10_000 });
await outbox.drain({ graceMs: 10_000 });
await pool.stop({ graceMs: 10_000 });
const told = (await allJobs()).map(({ id, state, attempts, result }) => ({
  id,
  state,
  attempts,
  pixels: result?.pictures.map(({ pixelsSha256 }) => pixelsSha256),
}));
process.stdout.write(`${JSON.stringify(told)}\n`);
