import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Job, JobResult } from "../../src/core/job.ts";
import type { Asker, PurgeSelection } from "../../src/core/moderation.ts";
import { keepPending } from "../../src/core/pending-requests.ts";
import { toggleFavourite } from "../../src/core/favourites.ts";
import { writeSettings } from "../../src/core/person-settings.ts";
import { verifyAudit } from "../../src/moderation/audit-log.ts";
import { imageRequest } from "../support/image-request.ts";
import { asker, openModeration } from "../support/open-moderation.ts";
import { newJob } from "../support/open-test-queue.ts";
import { seededRandom } from "../support/seeded-random.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const mod = asker("mod", { moderator: true });
const ann = asker("ann");
const bob = asker("bob");

type World = Awaited<ReturnType<typeof openModeration>>;

/** All bytes below a folder, as one text: what a thief of the disk reads. */
function diskText(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

async function resultOf({ blobs }: World, words: string): Promise<JobResult> {
  const blob = await blobs.put(Buffer.from(`picture of ${words}`), "image/png");
  const picture = { blob, widthPx: 8, heightPx: 8, seed: 7, prompt: words, altText: words, spoiler: false };
  return {
    pictures: [{ ...picture, pixelsSha256: "0".repeat(64) }],
    timings: { textMs: 0, denoiseMs: 0, decodeMs: 0, filterMs: 0, totalMs: 1 },
    notes: [`about ${words}`],
  };
}

let keys = 0;

/** A request of somebody's with these words, in this state. */
async function ask(
  world: World,
  who: Asker,
  words: string,
  options: { state?: "queued" | "running" | "delivered" | "rendered" | "failed" | "held"; parent?: Job } = {},
): Promise<Job> {
  const { queue, room } = world;
  const { state = "delivered", parent } = options;
  const request = imageRequest({
    prompt: words,
    negativePrompt: `no ${words}`,
    pictures: [{ seed: 7, prompt: `${words}, styled` }],
    notes: [`unknown: ${words}`],
    ...(parent
      ? {
          parent: { job: parent.id },
          inputs: { image: parent.result?.pictures[0]?.blob ?? { sha256: "", mimeType: "" } },
        }
      : {}),
  });
  const { job } = await queue.enqueue(newJob(`purge test ${++keys}`, { ...who, request }));
  if (state === "queued") return job;
  // With several waiting, the fair queue may hand out another one first.
  const lease = (await queue.claim({ id: "gpu" }, HOUR_MS))!;
  const { prompt } = lease.job.request;
  if (state === "running") return lease.job;
  if (state === "failed") {
    await queue.fail(lease, { code: "unexpected", params: {}, message: `broke at ${prompt}` }, { retry: false });
  } else if (state === "held") {
    await room.holdPictures(lease.job, await resultOf(world, prompt), "nudity/picture");
    await queue.fail(lease, { code: "held", params: {}, message: "held" }, { retry: false, state: "refused" });
  } else {
    await queue.complete(lease, await resultOf(world, prompt), 1);
  }
  if (state !== "rendered") {
    for (let next = await queue.claimDelivery(1000); next; next = await queue.claimDelivery(1000)) {
      const message = { kind: "result", text: prompt, pictures: [], buttons: [], private: false } as const;
      await world.platform.deliver(next.job.address, message, next.job.id);
      await queue.finishDelivery(next, "delivered");
    }
  }
  return (await queue.get(lease.job.id))!;
}

describe("a purge", () => {
  it("of one job erases it, takes its message back, and leaves the rest alone", async () => {
    const world = await openModeration();
    const kept = await ask(world, ann, "a blue whale");
    const gone = await ask(world, bob, "a sentinel");

    const outcome = await world.room.purges.purge({ job: gone.id }, "fake:mod");

    expect(outcome).toEqual({ jobs: 1, pictures: 1, withdrawn: 1, left: 0 });
    expect(world.platform.posted.map(({ key }) => key)).toEqual([kept.id]);
    expect(await world.queue.get(kept.id)).toEqual(kept);
    expect(await world.blobs.get(kept.result!.pictures[0]!.blob)).toBeDefined();
    expect(await world.queue.get(gone.id)).toMatchObject({ state: "delivered", person: { id: "purged", name: "" } });
    expect(diskText(world.folder)).not.toContain("sentinel");
  });

  it("takes what was made from it, by anybody, and made from that", async () => {
    const world = await openModeration();
    const first = await ask(world, ann, "a sentinel");
    const second = await ask(world, bob, "a sentinel again", { parent: first });
    await ask(world, ann, "a sentinel once more", { parent: second, state: "queued" });
    await ask(world, bob, "a whale");
    for (const { id } of [first, second]) {
      await world.pictures.add({ sha256: id, job: id, model: "m", madeAt: 0 });
    }

    const counted = await world.room.purges.count({ job: first.id });
    const { jobs } = await world.room.purges.purge({ job: first.id }, "fake:mod");

    expect([counted, jobs]).toEqual([3, 3]);
    expect(await world.pictures.bySha256(first.id)).toBeUndefined();
    expect(await world.pictures.bySha256(second.id)).toBeUndefined();
    expect(diskText(world.folder)).not.toContain("sentinel");
    expect(diskText(world.folder)).toContain("a whale");
  });

  it("keeps a file that another request still uses", async () => {
    const world = await openModeration();
    const one = await ask(world, ann, "the same words");
    const two = await ask(world, bob, "the same words");

    const { pictures } = await world.room.purges.purge({ job: one.id }, "fake:mod");
    const { pictures: last } = await world.room.purges.purge({ job: two.id }, "fake:mod");

    expect([pictures, last]).toEqual([0, 1]);
    expect(await world.blobs.list()).toEqual([]);
  });

  it("stops what runs and drops what was not posted yet", async () => {
    const world = await openModeration();
    const running = await ask(world, ann, "a sentinel", { state: "running" });
    const lease = { job: running, token: "", expiresAt: 0 };
    await ask(world, bob, "another sentinel", { state: "rendered" });

    await world.room.purges.purge({ withinMs: HOUR_MS }, "operator");

    expect(await world.queue.claimDelivery(1000)).toBeUndefined();
    expect(await world.queue.stats()).toMatchObject({ running: 0, undelivered: 0 });
    expect(await world.queue.complete(lease, await resultOf(world, "x"), 1)).toBe(false);
  });

  it.each<[string, PurgeSelection, number]>([
    ["a person", { person: "bob", platform: "fake" }, 2],
    ["a person in one community", { person: "bob", platform: "fake", community: "club" }, 1],
    ["the last hour", { withinMs: HOUR_MS }, 2],
    ["the last hour of one community", { withinMs: HOUR_MS, community: "club" }, 1],
    ["all until now", { before: Date.UTC(2030, 0, 1) }, 3],
    ["a job elsewhere", { job: "none", community: "club" }, 0],
  ])("selects %s", async (_, selection, count) => {
    const world = await openModeration();
    await ask(world, bob, "one");
    await world.clock.advance(2 * HOUR_MS);
    await ask(world, ann, "two");
    await ask(world, asker("bob", { community: "elsewhere" }), "three");

    expect(await world.room.purges.count(selection)).toBe(count);
  });

  it("of nothing in particular is a mistake", async () => {
    const { room } = await openModeration();

    await expect(room.purges.purge({}, "operator")).rejects.toThrow("not asked for");
  });

  it("goes on when a message cannot be taken back", async () => {
    const world = await openModeration();
    const job = await ask(world, ann, "a sentinel");
    world.platforms.set("fake", { ...world.platform, withdraw: () => Promise.reject(new Error("403")) });

    const outcome = await world.room.purges.purge({ job: job.id }, "fake:mod");

    expect(outcome).toMatchObject({ jobs: 1, withdrawn: 0, left: 1 });
    expect(diskText(world.folder)).not.toContain("sentinel");
  });

  it("leaves no trace of words or pictures on the disk, whatever was going on", async () => {
    const random = seededRandom(11);
    const states = ["queued", "running", "delivered", "rendered", "failed", "held"] as const;
    for (let round = 0; round < 12; round++) {
      const world = await openModeration({ auditPrompts: "full" });
      const { room, settings } = world;
      const others: string[] = [];
      let last: Job | undefined;
      for (let n = 0; n < 12; n++) {
        const mine = random(2) === 0;
        const words = mine ? `sentinel${n} ${"long ".repeat(random(400))}` : `bystander${n}`;
        const state = states[random(states.length)]!;
        const parent = mine && last && random(3) === 0 ? { parent: last } : {};
        const job = await ask(world, mine ? ann : bob, words, { state, ...parent });
        const isAnns = job.person.id === "ann";
        if (isAnns) last = job;
        if (!mine) others.push(words);
        if (job.result) await room.cases.report(job, isAnns ? bob : ann, `sentinel reason ${n}`);
      }
      const held = newJob(`held ${round}`, { ...ann, request: imageRequest({ prompt: "sentinel held" }) });
      await room.requests.held([held], "gore/words");
      await room.requests.refused([{ ...held, key: `refused ${round}` }], "self-harm/words");
      await writeSettings(settings, ann.person, { style: "sentinel" });
      await toggleFavourite(settings, ann.person, { job: "sentinel", index: 1 });
      await keepPending(settings, ann.person, "abc", [imageRequest({ prompt: "sentinel pending" })]);
      expect(diskText(world.folder)).toContain("sentinel");

      await room.purges.forget(ann.person, "fake:ann");

      const left = diskText(world.folder);
      expect(left).not.toContain("sentinel");
      expect(others.filter((words) => !left.includes(words))).toEqual([]);
      expect(verifyAudit(world.database)).toMatchObject({ ok: true });
      expect(await room.purges.summary(ann.person)).toMatchObject({ jobs: 0, pictures: 0, reports: 0 });
      for (const { ref } of await world.blobs.list()) await expect(world.blobs.get(ref)).resolves.toBeDefined();
    }
  });

  it("keeps bans and strikes: forgetting oneself is no way around them", async () => {
    const { room, ...world } = await openModeration();
    await room.bans.ban("ann", { reason: "spam" }, mod);
    await ask({ room, ...world }, ann, "a sentinel");

    await room.purges.forget(ann.person, "fake:ann");

    expect(await room.bans.find(ann)).toMatchObject({ reason: "spam" });
    expect(room.audit.list({ limit: 9 })).toMatchObject([{ event: "purge", person: "fake:ann" }, { event: "ban" }]);
  });

  it("of a large database leaves the rewriting to the next round of clean-up", async () => {
    const world = await openModeration();
    const job = await ask(world, ann, "a sentinel");
    world.database.exec("CREATE TABLE filler (bytes BLOB) STRICT");
    world.database.prepare("INSERT INTO filler VALUES (zeroblob(?))").run(129 * 2 ** 20);
    const retention = world.room.startRetention();
    await world.room.purges.purge({ job: job.id }, "fake:mod");
    const atOnce = await world.settings.get("compact:wanted");
    world.database.exec("DROP TABLE filler");

    await retention.run();

    expect(atOnce).toBe(true);
    expect(await world.settings.get("compact:wanted")).toBeUndefined();
    expect(diskText(world.folder)).not.toContain("sentinel");
  });

  it("works on a full disk", async () => {
    const world = await openModeration();
    const job = await ask(world, ann, `a sentinel ${"long ".repeat(3000)}`);
    const pages = world.database.prepare<{ page_count: number }>("PRAGMA page_count").get()!.page_count;
    world.database.exec(`PRAGMA max_page_count = ${pages}`);

    await world.room.purges.purge({ job: job.id }, "fake:mod");

    expect((await world.queue.get(job.id))?.request.prompt).toBe("");
  });
});

describe("what was kept long enough", () => {
  it("goes, and newer things and people's messages stay", async () => {
    const world = await openModeration();
    await ask(world, ann, "an old sentinel");
    await world.clock.advance(31 * DAY_MS);
    const fresh = await ask(world, ann, "a fresh whale");
    const retention = world.room.startRetention();

    await retention.run();
    retention.stop();

    expect(diskText(world.folder)).not.toContain("sentinel");
    expect(await world.queue.get(fresh.id)).toEqual(fresh);
    expect(world.platform.posted).toHaveLength(2);
  });

  it("is looked for a minute after the start and every six hours, until the program stops", async () => {
    const world = await openModeration();
    await ask(world, ann, "an old sentinel");
    await world.clock.advance(31 * DAY_MS);
    const retention = world.room.startRetention();
    const personOf = async () => (await world.queue.list({ limit: 1 }))[0]?.person.id;

    const before = await personOf();
    await world.clock.advance(60_000);
    await retention.run();
    const after = await personOf();
    retention.stop();

    expect([before, after]).toEqual(["ann", "purged"]);
    expect(world.clock.pending()).toBe(0);
  });

  it("takes decisions and the start of the audit log, which stays sound", async () => {
    const { room, clock, database } = await openModeration();
    await room.requests.refused([newJob("one", ann)], "nudity/words");
    await clock.advance(91 * DAY_MS);
    await room.bans.ban("bob", { reason: "spam" }, mod);

    await room.startRetention().run();

    expect(room.audit.list({ limit: 9 }).map(({ event }) => event)).toEqual(["pruned", "ban"]);
    expect(verifyAudit(database)).toMatchObject({ ok: true, rows: 2 });
    expect(await room.purges.summary(ann.person)).toMatchObject({ strikes: 0 });
  });

  it("is never anything when the days are 0", async () => {
    const world = await openModeration({ keep: { jobDays: 0, auditDays: 0 } });
    const job = await ask(world, ann, "a whale");
    await world.clock.advance(3650 * DAY_MS);

    await world.room.startRetention().run();

    expect(await world.queue.get(job.id)).toEqual(job);
  });

  it("includes files that nothing refers to, after a day", async () => {
    const world = await openModeration();
    const job = await ask(world, ann, "a whale");
    await ask(world, bob, "held words", { state: "held" });
    const orphan = await world.blobs.put(Buffer.from("left by a crash"), "image/png");
    const retention = world.room.startRetention();

    await retention.run();
    const young = (await world.blobs.list()).length;
    await world.clock.advance(DAY_MS + 1);
    await retention.run();

    expect(young).toBe(3);
    expect((await world.blobs.list()).map(({ ref }) => ref.sha256)).not.toContain(orphan.sha256);
    expect(await world.blobs.list()).toHaveLength(2);
    expect(await world.blobs.get(job.result!.pictures[0]!.blob)).toBeDefined();
  });
});

describe("an export", () => {
  it("holds everything that is stored about somebody and nothing about others", async () => {
    const { room, ...world } = await openModeration({ auditPrompts: "full" });
    const job = await ask({ room, ...world }, ann, "a sentinel");
    const other = await ask({ room, ...world }, bob, "bystander");
    await room.cases.report(other, ann, "my reason");
    await room.requests.refused([newJob("two", ann)], "nudity/words");
    await writeSettings(world.settings, ann.person, { style: "ink" });
    await toggleFavourite(world.settings, ann.person, { job: other.id, index: 0 });

    const record = await room.exportPerson(ann.person, "operator");

    expect(record).toMatchObject({
      person: "fake:ann",
      accounts: ["fake:ann"],
      settings: { "fake:ann": { style: "ink" } },
      kept: [{ favourites: [{ job: other.id, index: 0 }] }, { rule: "nudity/words" }],
      jobs: [{ id: job.id }],
      reports: [{ reason: "my reason" }],
      strikes: [{ rule: "nudity/words" }],
    });
    expect(record.audit.map(({ event }) => event)).toEqual(["export", "request-refused", "report"]);
    expect(JSON.stringify(record)).not.toContain("bystander");
  });
});
