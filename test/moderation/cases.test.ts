import { describe, expect, it } from "vitest";
import type { Job, JobResult, NewJob } from "../../src/core/job.ts";
import type { Platform } from "../../src/core/platform.ts";
import { asker, openModeration } from "../support/open-moderation.ts";
import { newJob } from "../support/open-test-queue.ts";

const DAY_MS = 24 * 3_600_000;
const mod = asker("mod", { moderator: true });
const bob = asker("bob");

async function setUp() {
  const open = await openModeration();
  const { room, queue, blobs } = open;

  async function makeResult(text: string): Promise<JobResult> {
    const blob = await blobs.put(new TextEncoder().encode(text), "image/png");
    return {
      pictures: [
        {
          blob,
          widthPx: 8,
          heightPx: 8,
          seed: 7,
          prompt: text,
          pixelsSha256: "0".repeat(64),
          altText: "",
          spoiler: false,
        },
      ],
      timings: { textMs: 0, denoiseMs: 0, decodeMs: 0, filterMs: 0, totalMs: 1 },
      notes: [],
    };
  }

  /** A job of somebody's that is drawn, and posted where the platform is connected. */
  async function drawn(key: string, who = bob, fields: Partial<NewJob> = {}): Promise<Job> {
    await queue.enqueue(newJob(key, { ...who, ...fields }));
    const lease = await queue.claim({ id: "gpu" }, 1000);
    await queue.complete(lease!, await makeResult(key), 1);
    const delivery = await queue.claimDelivery(1000);
    await open.platform.deliver(delivery!.job.address, { ...EMPTY, text: "the picture" }, delivery!.job.id);
    await queue.finishDelivery(delivery!, "delivered");
    return (await queue.get(lease!.job.id))!;
  }

  /** A job whose pictures a filter held: it ended refused. */
  async function heldPictures(key: string) {
    await queue.enqueue(newJob(key, bob));
    const lease = await queue.claim({ id: "gpu" }, 1000);
    const result = await makeResult(key);
    await room.holdPictures(lease!.job, result, "nudity/picture");
    await queue.fail(lease!, { code: "held", params: {}, message: "held" }, { retry: false, state: "refused" });
    return { job: (await queue.get(lease!.job.id))!, blob: result.pictures[0]!.blob };
  }

  const only = async () => {
    const waiting = await room.cases.waiting(mod, 5);
    expect(waiting).toHaveLength(1);
    return waiting[0]!;
  };
  return { ...open, drawn, heldPictures, only, posted: () => open.platform.posted.map(({ key }) => key) };
}

const EMPTY = { kind: "result", pictures: [], buttons: [], private: false } as const;

describe("reports", () => {
  it("wait for the moderators of their community, with every reason", async () => {
    const { room, drawn } = await setUp();
    const job = await drawn("one");
    await room.cases.report(job, asker("eve"), "a real person");
    await room.cases.report(job, asker("joe"));

    const waiting = await room.cases.waiting(mod, 5);

    expect(waiting).toMatchObject([
      {
        kind: "report",
        person: "bob",
        community: "club",
        job: { id: job.id },
        requests: [job.request],
        reports: [{ reporter: "eve", reason: "a real person" }, { reporter: "joe" }],
      },
    ]);
    expect(await room.cases.waiting(asker("x", { moderator: true, community: "elsewhere" }), 5)).toEqual([]);
    await expect(room.cases.waiting(asker("eve"), 5)).rejects.toMatchObject({ code: "moderators-only" });
  });

  it("count once per person, also after a decision", async () => {
    const { room, drawn, only } = await setUp();
    const job = await drawn("one");
    await room.cases.report(job, asker("eve"), "first");
    await room.cases.report(job, asker("eve"), "second");
    expect((await only()).reports).toEqual([{ reporter: "eve", reason: "first" }]);
    await room.cases.decide((await only()).id, "approve", mod);

    await room.cases.report(job, asker("eve"), "again");

    expect(await room.cases.waiting(mod, 5)).toEqual([]);
  });

  it("are limited to ten a day", async () => {
    const { room, drawn, clock } = await setUp();
    for (let i = 0; i < 10; i++) await room.cases.report(await drawn(`job ${i}`), asker("eve"));
    const eleventh = await drawn("job 11");

    await expect(room.cases.report(eleventh, asker("eve"))).rejects.toMatchObject({ code: "too-many-reports" });
    await expect(room.cases.report(eleventh, asker("joe"))).resolves.toBeUndefined();
    await clock.advance(DAY_MS);
    await expect(room.cases.report(eleventh, asker("eve"))).resolves.toBeUndefined();
  });

  it("that are unfounded leave the picture where it is", async () => {
    const { room, drawn, only, queue, posted, blobs } = await setUp();
    const job = await drawn("one");
    await room.cases.report(job, asker("eve"));

    await room.cases.decide((await only()).id, "approve", mod);

    expect(await queue.get(job.id)).toEqual(job);
    expect(posted()).toEqual([job.id]);
    expect(await blobs.list()).toHaveLength(1);
    expect(await room.bans.find(bob)).toBeUndefined();
  });

  it("that are founded take the picture away, from the chat and from the disk", async () => {
    const { room, drawn, only, queue, posted, blobs } = await setUp();
    const job = await drawn("one");
    await room.cases.report(job, asker("eve"));

    await room.cases.decide((await only()).id, "deny", mod);

    expect(posted()).toEqual([]);
    expect(await blobs.list()).toEqual([]);
    expect((await queue.get(job.id))?.request.prompt).toBe("");
    expect(await room.bans.find(bob)).toBeUndefined();
  });

  it("say how many messages could not be taken back", async () => {
    const { room, drawn, platform, platforms } = await setUp();
    const reports = [await drawn("one"), await drawn("two")];
    for (const job of reports) await room.cases.report(job, asker("eve"));
    const [first, second] = await room.cases.waiting(mod, 5);

    const taken = await room.cases.decide(first!.id, "deny", mod);
    platforms.set("fake", { ...platform, withdraw: async () => false });
    const stays = await room.cases.decide(second!.id, "deny", mod);

    expect([taken.left, stays.left]).toEqual([0, 1]);
    expect(taken.decided.id).toBe(first!.id);
  });

  it("can end in a week's ban", async () => {
    const { room, drawn, only, clock } = await setUp();
    await room.cases.report(await drawn("one"), asker("eve"));

    await room.cases.decide((await only()).id, "ban", mod);

    expect(await room.bans.find(bob)).toMatchObject({ expiresAt: clock.now() + 7 * DAY_MS, by: "fake:mod" });
    expect(room.audit.list({ limit: 9 }).map(({ event }) => event)).toEqual(["decision", "ban", "purge", "report"]);
  });
});

describe("decisions", () => {
  it("are for moderators of that community, and are made once", async () => {
    const { room, drawn, only } = await setUp();
    await room.cases.report(await drawn("one"), asker("eve"));
    const { id } = await only();

    await expect(room.cases.decide(id, "approve", asker("eve"))).rejects.toMatchObject({ code: "moderators-only" });
    const stranger = asker("x", { moderator: true, community: "elsewhere" });
    await expect(room.cases.decide(id, "approve", stranger)).rejects.toMatchObject({ code: "case-unknown" });
    const both = await Promise.allSettled([
      room.cases.decide(id, "approve", mod),
      room.cases.decide(id, "ban", asker("mod2", { moderator: true })),
    ]);

    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await expect(room.cases.decide(id, "deny", mod)).rejects.toMatchObject({ code: "case-unknown" });
    expect(await room.bans.find(bob)).toBeUndefined();
    expect(await room.stats(mod)).toMatchObject({ openCases: 0, decisions: 1 });
  });
});

describe("held requests", () => {
  it("are drawn when a moderator approves, once", async () => {
    const { room, only, queue } = await setUp();
    const jobs = [newJob("one", bob), newJob("two", bob)];
    await room.requests.held(jobs, "gore/words");
    await room.requests.held(jobs, "gore/words");
    const held = await only();

    await room.cases.decide(held.id, "approve", mod);

    expect(held).toMatchObject({
      kind: "held-request",
      rule: "gore/words",
      requests: jobs.map(({ request }) => request),
    });
    expect((await queue.list({ limit: 5 })).map(({ key, state }) => `${key} ${state}`)).toEqual([
      "two queued",
      "one queued",
    ]);
  });

  it("are forgotten when a moderator declines, and the person is told", async () => {
    const { room, only, queue, platform, database } = await setUp();
    await room.requests.held([newJob("one", bob)], "gore/words");

    await room.cases.decide((await only()).id, "deny", mod);

    expect(await queue.list({ limit: 5 })).toEqual([]);
    expect(platform.posted).toMatchObject([
      { address: { message: "one" }, message: { text: "A moderator declined your request (gore/words)." } },
    ]);
    expect(database.prepare("SELECT body FROM cases").all()).toEqual([{ body: null }]);
  });

  it("are declined even when the person cannot be told", async () => {
    const { room, only, platform } = await setUp();
    await room.requests.held([newJob("one", bob)], "gore/words");
    platform.answerWith(() => Promise.reject(new Error("502")));

    await room.cases.decide((await only()).id, "ban", mod);

    expect(await room.cases.waiting(mod, 5)).toEqual([]);
    expect(await room.bans.find(bob)).toMatchObject({ reason: "a request that was declined (gore/words)" });
  });

  it("of one person are five at most", async () => {
    const { room } = await setUp();
    for (let i = 0; i < 5; i++) await room.requests.held([newJob(`one ${i}`, bob)], "gore/words");

    const sixth = room.requests.held([newJob("six", bob)], "gore/words");

    await expect(sixth).rejects.toMatchObject({ code: "too-many-waiting", params: { waiting: 5, limit: 5 } });
  });
});

describe("held pictures", () => {
  it("are posted when a moderator approves, with their buttons, and stay in the history", async () => {
    const { room, heldPictures, only, queue, platform } = await setUp();
    const { job, blob } = await heldPictures("one");
    const held = await only();

    await room.cases.decide(held.id, "approve", mod);

    expect(held.job?.result?.pictures[0]?.blob).toEqual(blob);
    expect(platform.posted).toMatchObject([
      { key: `${job.id}-approved`, address: job.address, message: { kind: "result", pictures: [{ blob }] } },
    ]);
    const shown = await queue.get(job.id);
    expect(shown).toMatchObject({ state: "delivered", result: { pictures: [{ blob }] } });
    expect(shown).not.toHaveProperty("failure");
  });

  it("wait on when they could not be posted, and are posted once in the end", async () => {
    const { room, heldPictures, only, platform, queue } = await setUp();
    const { job } = await heldPictures("one");
    const { id } = await only();
    platform.answerWith(() => Promise.reject(new Error("502")));

    await expect(room.cases.decide(id, "approve", mod)).rejects.toThrow("502");
    expect((await queue.get(job.id))?.state).toBe("refused");
    platform.answerWith(() => ({ state: "delivered" }));
    await room.cases.decide(id, "approve", mod);

    expect(platform.posted).toHaveLength(1);
  });

  it("are deleted when a moderator declines", async () => {
    const { room, heldPictures, only, blobs, platform } = await setUp();
    await heldPictures("one");

    await room.cases.decide((await only()).id, "deny", mod);

    expect(await blobs.list()).toEqual([]);
    expect(platform.posted).toMatchObject([
      { message: { text: "A moderator declined your request (nudity/picture)." } },
    ]);
  });

  it("are one case, however often a crash repeats them", async () => {
    const { room, heldPictures, only, queue } = await setUp();
    const { job } = await heldPictures("one");
    const { job: held } = await only();

    await room.holdPictures(job, held!.result!, "nudity/picture");

    expect(await room.cases.waiting(mod, 5)).toHaveLength(1);
    expect((await queue.get(job.id))?.state).toBe("refused");
  });
});

const refusedId = async ({ room }: Awaited<ReturnType<typeof setUp>>, key = "one") =>
  (await room.requests.refused([newJob(key, bob)], "self-harm/words"))!;

describe("appeals", () => {
  it("bring a refusal before the moderators, and draw it when they agree", async () => {
    const world = await setUp();
    const { room, only, queue } = world;
    await room.cases.appeal(await refusedId(world), bob);

    const appeal = await only();
    await room.cases.decide(appeal.id, "approve", mod);

    expect(appeal).toMatchObject({ kind: "appeal", rule: "self-harm/words", person: "bob" });
    expect(await queue.list({ limit: 5 })).toMatchObject([{ key: "one", state: "queued" }]);
  });

  it("are for the person who was refused, once, within a day", async () => {
    const world = await setUp();
    const { room, clock } = world;
    const id = await refusedId(world);

    await expect(room.cases.appeal(id, asker("eve"))).rejects.toMatchObject({ code: "job-not-yours" });
    await room.cases.appeal(id, bob);
    await expect(room.cases.appeal(id, bob)).rejects.toMatchObject({ code: "button-expired" });
    const late = await refusedId(world, "two");
    await clock.advance(DAY_MS);

    await expect(room.cases.appeal(late, bob)).rejects.toMatchObject({ code: "button-expired" });
  });

  it("are five a day", async () => {
    const world = await setUp();
    const { room, clock } = world;
    for (let i = 0; i < 5; i++) await room.cases.appeal(await refusedId(world, `event ${i}`), bob);

    const sixth = await refusedId(world, "six");

    await expect(room.cases.appeal(sixth, bob)).rejects.toMatchObject({ code: "too-many-appeals" });
    await clock.advance(DAY_MS);
    await expect(room.cases.appeal(await refusedId(world, "seven"), bob)).resolves.toBeUndefined();
  });

  it("are not offered where no moderator may say yes, and those words are not kept", async () => {
    const { room, database } = await setUp();

    const id = await room.requests.refused([newJob("one", bob)], "sexual-minors/combination");

    expect(id).toBeUndefined();
    expect(database.prepare("SELECT * FROM key_values").all()).toEqual([]);
  });
});

describe("the moderators' channel", () => {
  const address = { platform: "fake", channel: "mods" };

  it("hears of each new case once, with its buttons", async () => {
    const { room, drawn, platform, only } = await setUp();
    await room.setChannel(address, mod);
    const job = await drawn("one");
    await room.cases.report(job, asker("eve"), "bad");
    await room.cases.report(job, asker("joe"), "bad");

    const { id } = await only();
    const [, told, ...more] = platform.posted;

    expect(more).toEqual([]);
    expect(told).toMatchObject({
      key: `case-${id}`,
      address,
      message: { private: false, pictures: [{ spoiler: true }] },
    });
    expect(told!.message.buttons.flat().map((button) => button.id)).toEqual([
      `v1:approve:${id}`,
      `v1:deny:${id}`,
      `v1:ban:${id}`,
    ]);
  });

  it("that is down keeps nobody from reporting", async () => {
    const { room, drawn, platform } = await setUp();
    await room.setChannel(address, mod);
    const job = await drawn("one");
    platform.answerWith(() => Promise.reject(new Error("502")));

    await room.cases.report(job, asker("eve"));

    expect(await room.cases.waiting(mod, 5)).toHaveLength(1);
  });

  it("is set by moderators, where the platform can post", async () => {
    const { room, platforms } = await setUp();

    await expect(room.setChannel(address, bob)).rejects.toMatchObject({ code: "moderators-only" });
    const mute: Partial<Platform> = { ...platforms.get("fake")! };
    delete mute.post;
    platforms.set("fake", mute as Platform);

    await expect(room.setChannel(address, mod)).rejects.toMatchObject({ code: "channel-without-posts" });
  });
});
