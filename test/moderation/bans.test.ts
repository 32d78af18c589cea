import { describe, expect, it } from "vitest";
import { asker, openModeration } from "../support/open-moderation.ts";
import { newJob } from "../support/open-test-queue.ts";

const HOUR_MS = 3_600_000;

const mod = asker("mod", { moderator: true });

function jobOf(id: string, community = "club") {
  return newJob(`event ${id}`, asker(id, { community }));
}

describe("bans", () => {
  it("keep a person from drawing, and say why and until when", async () => {
    const { room, clock } = await openModeration();
    await room.bans.ban("bob", { reason: "spam", hours: 2 }, mod);

    const outcome = room.gate(jobOf("bob"));

    await expect(outcome).rejects.toMatchObject({
      code: "banned",
      message: "You cannot draw here until 2026-01-01 02:00 UTC. Reason: spam",
      retryAfterMs: 2 * HOUR_MS,
    });
    await clock.advance(2 * HOUR_MS);
    await expect(room.gate(jobOf("bob"))).resolves.toBeUndefined();
  });

  it("without an end last until they are lifted", async () => {
    const { room, clock } = await openModeration();
    await room.bans.ban("bob", { reason: "spam" }, mod);
    await clock.advance(10_000 * HOUR_MS);

    await expect(room.gate(jobOf("bob"))).rejects.toThrow("until a moderator lifts the ban");
    const lifted = [await room.bans.lift("bob", mod), await room.bans.lift("bob", mod)];

    expect(lifted).toEqual([true, false]);
    await expect(room.gate(jobOf("bob"))).resolves.toBeUndefined();
  });

  it("hold in one community and for one person", async () => {
    const { room } = await openModeration();
    await room.bans.ban("bob", { reason: "spam" }, mod);

    await expect(room.gate(jobOf("eve"))).resolves.toBeUndefined();
    await expect(room.gate(jobOf("bob", "elsewhere"))).resolves.toBeUndefined();
    expect(await room.bans.list(asker("other", { moderator: true, community: "elsewhere" }))).toEqual([]);
    expect(await room.bans.lift("bob", asker("other", { moderator: true, community: "elsewhere" }))).toBe(false);
    expect(await room.bans.list(mod)).toMatchObject([{ person: "bob", by: "fake:mod" }]);
    expect(await room.bans.find(asker("bob"))).toMatchObject({ reason: "spam" });
  });

  it("are for moderators", async () => {
    const { room } = await openModeration();
    const eve = asker("eve");

    await expect(room.bans.ban("bob", { reason: "x" }, eve)).rejects.toMatchObject({ code: "moderators-only" });
    await expect(room.bans.lift("bob", eve)).rejects.toMatchObject({ code: "moderators-only" });
    await expect(room.bans.list(eve)).rejects.toMatchObject({ code: "moderators-only" });
  });

  it("replace each other, and are written down", async () => {
    const { room } = await openModeration();
    await room.bans.ban("bob", { reason: "spam", hours: 1 }, mod);
    await room.bans.ban("bob", { reason: "more spam" }, mod);
    await room.bans.lift("bob", mod);

    expect(room.audit.list({ limit: 5 })).toMatchObject([
      { event: "unban", person: "fake:bob", by: "fake:mod", community: "club" },
      { event: "ban", detail: "until lifted" },
      { event: "ban", detail: "until 2026-01-01T01:00:00.000Z" },
    ]);
  });
});

const refuse = async (open: Awaited<ReturnType<typeof openModeration>>, rule: string, times: number, id = "bob") => {
  for (let i = 0; i < times; i++) await open.room.requests.refused([jobOf(id)], rule);
};

describe("strikes", () => {
  it("lead to a ban at the first step, and to a longer one at the next", async () => {
    const open = await openModeration();
    await refuse(open, "nudity/words", 2);
    const before = await open.room.bans.find(asker("bob"));

    await refuse(open, "nudity/words", 1);
    const first = await open.room.bans.find(asker("bob"));
    await open.clock.advance(HOUR_MS);
    await refuse(open, "nudity/words", 2);
    const second = await open.room.bans.find(asker("bob"));

    expect(before).toBeUndefined();
    expect(first).toMatchObject({ by: "easel", expiresAt: first!.at + HOUR_MS });
    expect(first!.reason).toContain("nudity/words");
    expect(second).toMatchObject({ expiresAt: second!.at + 24 * HOUR_MS });
  });

  it("are not collected while somebody is banned", async () => {
    const open = await openModeration();
    await refuse(open, "nudity/words", 3);

    await expect(refuse(open, "nudity/words", 1)).rejects.toMatchObject({ code: "banned" });
    expect(await open.room.purges.summary(asker("bob").person)).toMatchObject({ strikes: 3 });
  });

  it("are forgotten after a week", async () => {
    const open = await openModeration();
    await refuse(open, "nudity/words", 2);
    await open.clock.advance(7 * 24 * HOUR_MS);

    await refuse(open, "nudity/words", 2);

    expect(await open.room.bans.find(asker("bob"))).toBeUndefined();
  });

  it("cost nothing for rules that are no fault", async () => {
    const open = await openModeration();

    await refuse(open, "self-harm/words", 20);

    expect(await open.room.purges.summary(asker("bob").person)).toMatchObject({ strikes: 0, bans: 0 });
  });

  it("ban at once where one is enough", async () => {
    const open = await openModeration();

    await refuse(open, "sexual-minors/combination", 1);

    expect(await open.room.bans.find(asker("bob"))).toMatchObject({ by: "easel" });
  });

  it("ban nobody when there are no steps", async () => {
    const open = await openModeration({ strikes: { free: [], severe: ["sexual-minors"], steps: [], windowMs: 1000 } });

    await refuse(open, "sexual-minors/combination", 30);

    expect(await open.room.bans.find(asker("bob"))).toBeUndefined();
  });

  it("belong to one person in one community", async () => {
    const open = await openModeration();
    await refuse(open, "nudity/words", 2);
    await open.room.requests.refused([jobOf("bob", "elsewhere")], "nudity/words");
    await refuse(open, "nudity/words", 1, "eve");

    expect(await open.room.bans.find(asker("bob"))).toBeUndefined();
    expect(await open.room.stats(mod)).toEqual({ openCases: 0, strikes: 3, bans: 0, decisions: 0 });
  });
});

describe("bans of the operator", () => {
  const operator = {
    person: { platform: "terminal", id: "owner", name: "owner", moderator: true, roles: [] },
    place: { platform: "terminal", channel: "terminal", ageRestricted: false },
  };

  it("hold in every community of a platform, and end", async () => {
    const { room, clock } = await openModeration();
    await room.bans.ban("fake:bob", { reason: "illegal things", hours: 3 }, operator);

    const outcomes = await Promise.allSettled([
      room.gate(jobOf("bob")),
      room.gate(jobOf("bob", "elsewhere")),
      room.gate(jobOf("eve")),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(await room.bans.list(mod)).toMatchObject([{ person: "bob", community: "*", reason: "illegal things" }]);
    expect(await room.bans.list(operator)).toMatchObject([{ platform: "fake", person: "bob" }]);
    await clock.advance(3 * HOUR_MS);
    await expect(room.gate(jobOf("bob"))).resolves.toBeUndefined();
  });

  it("cannot be made or lifted from a community", async () => {
    const { room } = await openModeration();
    await room.bans.ban("fake:bob", { reason: "illegal things" }, operator);

    expect(await room.bans.lift("bob", mod)).toBe(false);
    await room.bans.ban("fake:eve", { reason: "spam" }, mod);
    await expect(room.gate(jobOf("eve", "elsewhere"))).resolves.toBeUndefined();
    expect(await room.bans.lift("fake:bob", operator)).toBe(true);
    await expect(room.gate(jobOf("bob"))).resolves.toBeUndefined();
  });
});
