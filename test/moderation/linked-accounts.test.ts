import { describe, expect, it } from "vitest";
import { readFavourites, toggleFavourite } from "../../src/core/favourites.ts";
import { checkMaySee, isOwn } from "../../src/core/job-access.ts";
import type { NewJob } from "../../src/core/job.ts";
import type { Asker } from "../../src/core/moderation.ts";
import { readSettings, writeSettings } from "../../src/core/person-settings.ts";
import { verifyAudit } from "../../src/moderation/audit-log.ts";
import { createQuotaLedger } from "../../src/storage/quotas.ts";
import { imageRequest } from "../support/image-request.ts";
import { openModeration } from "../support/open-moderation.ts";
import { newJob } from "../support/open-test-queue.ts";

type World = Awaited<ReturnType<typeof openModeration>>;

function asker(platform: string, id: string, community: string): Asker {
  return {
    person: { platform, id, name: id, moderator: false, roles: [] },
    place: { platform, community, channel: `${community}-art`, ageRestricted: false },
  };
}

const inDiscord = asker("discord", "123456", "server");
const inSlack = asker("slack", "T1:U2", "T1");
const inTeam = asker("slack", "T9:U9", "T9");
const bob = asker("slack", "T1:U3", "T1");

/** Enqueues as the running program does: by the person whom the account belongs to. */
async function ask({ room, queue }: World, by: Asker, key: string, change: Partial<NewJob> = {}) {
  const person = room.people.recognise(by.person);
  const fields = { person, place: by.place, address: { platform: by.place.platform }, ...change };
  return (await queue.enqueue(newJob(key, fields))).job;
}

/** What /history lists. */
async function history({ room, queue }: World, { person }: Asker): Promise<string[]> {
  const { id, platform } = room.people.recognise(person);
  return (await queue.list({ person: id, platform, limit: 20 })).map(({ key }) => key).sort();
}

/** Whose turn it is, one after the other. */
async function turns({ queue }: World): Promise<string[]> {
  const keys: string[] = [];
  for (let lease = await queue.claim({ id: "w" }, 1000); lease; lease = await queue.claim({ id: "w" }, 1000))
    keys.push(lease.job.key);
  return keys;
}

const letters = (keys: readonly string[]) => keys.map((key) => key[0]).join("");

const link = ({ room }: World, main = inDiscord, other = inSlack) =>
  room.people.link(main.person, other.person, "operator");

describe("linked accounts", () => {
  it("are two people until an operator links them", async () => {
    const world = await openModeration();
    const one = await ask(world, inDiscord, "d1", { request: imageRequest({ private: true }) });

    expect(world.room.people.recognise(inSlack.person)).toEqual(inSlack.person);
    expect(await history(world, inSlack)).toEqual([]);
    expect(() => checkMaySee(one, inSlack.person, inSlack.place)).toThrow("There is no job");
  });

  it("have one history, of what each asked for before and since, and may see what is private", async () => {
    const world = await openModeration();
    const before = await ask(world, inSlack, "s1", { request: imageRequest({ private: true }) });
    await ask(world, inDiscord, "d1");

    const linked = await link(world);
    await ask(world, inSlack, "s2");

    const all = ["d1", "s1", "s2"];
    const person = world.room.people.recognise(inSlack.person);
    const old = (await world.queue.get(before.id))!;
    expect(linked).toBe(true);
    expect(person).toMatchObject({ platform: "discord", id: "123456", account: { platform: "slack", id: "T1:U2" } });
    expect(await history(world, inDiscord)).toEqual(all);
    expect(await history(world, inSlack)).toEqual(all);
    expect(isOwn(old, world.room.people.recognise(inDiscord.person))).toBe(true);
    expect(old.place).toEqual(inSlack.place);
    expect(old.person.account).toEqual({ platform: "slack", id: "T1:U2" });
  });

  it("use one quota", async () => {
    const world = await openModeration();
    const quotas = createQuotaLedger({ database: world.database, clock: world.clock });
    const quota = { limitMs: 100, periodMs: 3_600_000 };
    const reserve = (job: string, { person }: Asker) => {
      const { platform, id } = world.room.people.recognise(person);
      quotas.reserve({ job, platform, person: id, predictedMs: 60, ...quota });
    };
    reserve("a", inSlack);

    await link(world);

    expect(() => reserve("b", inDiscord)).toThrow("Your quota is used up");
    expect(() => reserve("c", bob)).not.toThrow();
  });

  it("share one place in the queue, also when they are linked while they wait, and have two again afterwards", async () => {
    const world = await openModeration();
    const asking = async () => {
      for (const [by, key] of [
        [inDiscord, "d1"],
        [inSlack, "s1"],
        [inDiscord, "d2"],
        [inSlack, "s2"],
        [bob, "b1"],
        [bob, "b2"],
      ] as const)
        await ask(world, by, `${key}-${turn}`);
    };
    let turn = 0;
    await asking();
    await link(world);
    const linked = await turns(world);
    turn += 1;
    await asking();
    await world.room.people.unlink(inSlack.person, "operator");
    const apart = await turns(world);

    // Of the first four turns, two are bob's; afterwards one of three each.
    expect(letters(linked.slice(0, 4)).replaceAll("s", "d")).toMatch(/^(?=.*b.*b)(?=.*d.*d)/);
    expect(letters(apart.slice(0, 3).sort())).toBe("bds");
    expect([linked, apart].map(({ length }) => length)).toEqual([6, 6]);
  });

  it("have one set of favourites and settings, those of the main account first", async () => {
    const world = await openModeration();
    const [d1, s1] = [await ask(world, inDiscord, "d1"), await ask(world, inSlack, "s1")];
    await toggleFavourite(world.settings, inDiscord.person, { job: d1.id, index: 0 });
    await toggleFavourite(world.settings, inSlack.person, { job: s1.id, index: 1 });
    await writeSettings(world.settings, inSlack.person, { style: "ink" });

    await link(world);

    const person = world.room.people.recognise(inSlack.person);
    expect(await readFavourites(world.settings, person)).toEqual([
      { job: d1.id, index: 0 },
      { job: s1.id, index: 1 },
    ]);
    expect(await readSettings(world.settings, person)).toEqual({ style: "ink" });
    await world.room.people.unlink(inSlack.person, "operator");
    expect(await readFavourites(world.settings, inDiscord.person)).toEqual([{ job: d1.id, index: 0 }]);
    expect(await readFavourites(world.settings, inSlack.person)).toEqual([{ job: s1.id, index: 1 }]);
  });

  it("lose and double no favourites when the process ends while they are linked or made two again", async () => {
    const world = await openModeration();
    const [d1, s1] = [await ask(world, inDiscord, "d1"), await ask(world, inSlack, "s1")];
    await toggleFavourite(world.settings, inDiscord.person, { job: d1.id, index: 0 });
    await toggleFavourite(world.settings, inSlack.person, { job: s1.id, index: 1 });
    await writeSettings(world.settings, inSlack.person, { style: "ink" });
    const set = world.settings.set.bind(world.settings);
    const endsAt = (nth: number) => {
      let calls = 0;
      world.settings.set = (...args) => (++calls === nth ? Promise.reject(new Error("ended")) : set(...args));
    };

    endsAt(2);
    await expect(link(world)).rejects.toThrow("ended");
    const apart = world.room.people.accountsOf(inSlack.person);
    await link(world);
    const together = await readFavourites(world.settings, inDiscord.person);
    endsAt(2);
    await expect(world.room.people.unlink(inSlack.person, "operator")).rejects.toThrow("ended");

    const [mine, theirs] = [
      { job: d1.id, index: 0 },
      { job: s1.id, index: 1 },
    ];
    expect(apart).toHaveLength(1);
    expect(together).toEqual([mine, theirs]);
    expect(await readFavourites(world.settings, inSlack.person)).toEqual([theirs]);
    expect(await readFavourites(world.settings, inDiscord.person)).toContainEqual(mine);
  });

  it("are banned together: where one is banned here, or one everywhere on its platform", async () => {
    const world = await openModeration();
    const terminal = asker("terminal", "operator", "terminal");
    const operator = { ...terminal, person: { ...terminal.person, moderator: true } };
    await world.room.bans.ban("discord:123456", { reason: "spam" }, operator);
    const gate = (by: Asker) =>
      world.room.gate({ ...newJob("x"), ...by, person: world.room.people.recognise(by.person) });
    await expect(gate(inSlack)).resolves.toBeUndefined();

    await link(world);

    await expect(gate(inSlack)).rejects.toMatchObject({ code: "banned" });
    await world.room.people.unlink(inSlack.person, "operator");
    await expect(gate(inSlack)).resolves.toBeUndefined();
    await expect(gate(inDiscord)).rejects.toMatchObject({ code: "banned" });
  });

  it("are banned by a moderator where they act, and only there", async () => {
    const world = await openModeration();
    await link(world);
    const mod: Asker = { ...inSlack, person: { ...bob.person, moderator: true } };
    await world.room.bans.ban("T1:U2", { reason: "spam" }, mod);
    const gate = (by: Asker) =>
      world.room.gate({ ...newJob("x"), ...by, person: world.room.people.recognise(by.person) });

    await expect(gate(inSlack)).rejects.toMatchObject({ code: "banned" });
    await expect(gate(inDiscord)).resolves.toBeUndefined();
    expect(await world.room.bans.list(mod)).toMatchObject([{ platform: "slack", community: "T1", person: "T1:U2" }]);
  });

  it("collect strikes and cases by the account that acted", async () => {
    const world = await openModeration();
    await link(world);
    const person = world.room.people.recognise(inSlack.person);
    const refused = newJob("r", { person, place: inSlack.place });
    for (let n = 0; n < 3; n++) await world.room.requests.refused([refused], "nudity/words").catch(() => {});
    await world.room.bans.lift("T1:U2", { ...inSlack, person: { ...bob.person, moderator: true } });
    await world.room.requests.held([newJob("h", { person, place: inSlack.place })], "nudity/words");

    const { strikes, cases } = await world.room.purges.summary(inDiscord.person);
    expect([strikes, cases]).toEqual([3, 1]);
    expect(world.room.audit.list({ limit: 20, person: "slack:T1:U2" }).map(({ event }) => event)).toContain(
      "request-held",
    );
  });

  it("are one person for a purge by a moderator only as far as they asked there", async () => {
    const world = await openModeration();
    await link(world);
    await ask(world, inSlack, "s1");
    await ask(world, inDiscord, "d1");

    const outcome = await world.room.purges.purge({ platform: "slack", community: "T1", person: "T1:U2" }, "slack:mod");

    expect(outcome.jobs).toBe(1);
    expect(await history(world, inDiscord)).toEqual(["d1"]);
  });

  it("are exported and erased together, whichever account asks for it", async () => {
    const world = await openModeration();
    const s1 = await ask(world, inSlack, "s1");
    await ask(world, inDiscord, "d1");
    await ask(world, bob, "b1");
    await writeSettings(world.settings, inSlack.person, { style: "ink" });
    await toggleFavourite(world.settings, inSlack.person, { job: s1.id, index: 0 });
    await link(world);
    await ask(world, inSlack, "s2");

    const record = await world.room.exportPerson(inSlack.person, "operator");
    const outcome = await world.room.purges.forget(inSlack.person, "operator");
    const left = await world.room.exportPerson(inDiscord.person, "operator");

    expect(record.accounts).toEqual(["discord:123456", "slack:T1:U2"]);
    expect(record.jobs.map(({ key }) => key).sort()).toEqual(["d1", "s1", "s2"]);
    expect(outcome.jobs).toBe(3);
    expect(left).toMatchObject({ jobs: [], kept: [], settings: {} });
    expect(left.accounts).toEqual(record.accounts);
    expect(await history(world, bob)).toEqual(["b1"]);
    expect(JSON.stringify(world.database.prepare("SELECT * FROM key_values").all())).not.toContain("ink");
  });

  it("get back what each asked for when they are unlinked", async () => {
    const world = await openModeration();
    await ask(world, inSlack, "s1");
    await link(world);
    await ask(world, inSlack, "s2");
    await ask(world, inDiscord, "d1");

    const unlinked = await world.room.people.unlink(inSlack.person, "operator");

    expect(unlinked).toBe(true);
    expect(await history(world, inSlack)).toEqual(["s1", "s2"]);
    expect(await history(world, inDiscord)).toEqual(["d1"]);
    const [job] = await world.queue.list({ person: "T1:U2", platform: "slack", limit: 1 });
    expect(job!.person).toEqual(inSlack.person);
    expect(world.room.people.list()).toEqual([]);
  });

  it("of three stay two when the main one leaves", async () => {
    const world = await openModeration();
    await link(world, inSlack, inTeam);
    await link(world, inDiscord, inTeam);
    for (const by of [inDiscord, inSlack, inTeam]) await ask(world, by, by.person.id);

    const together = world.room.people.list();
    await world.room.people.unlink(inDiscord.person, "operator");

    expect(together.map((accounts) => accounts.map(({ id }) => id))).toEqual([["123456", "T1:U2", "T9:U9"]]);
    expect(await history(world, inDiscord)).toEqual(["123456"]);
    expect(await history(world, inTeam)).toEqual(["T1:U2", "T9:U9"]);
    expect(world.room.people.accountsOf(inTeam.person)).toEqual([
      { platform: "slack", id: "T1:U2" },
      { platform: "slack", id: "T9:U9" },
    ]);
  });

  it("cannot be linked to themselves or twice, and what is not linked cannot be unlinked", async () => {
    const world = await openModeration();

    const itself = await link(world, inSlack, inSlack);
    await link(world);
    const again = [await link(world), await link(world, inSlack, inDiscord)];
    const stranger = await world.room.people.unlink(bob.person, "operator");

    expect([itself, ...again, stranger]).toEqual([false, false, false, false]);
    expect(world.room.people.list()).toHaveLength(1);
  });

  it("leave a row for each link and each end of one in the audit log", async () => {
    const world = await openModeration();

    await link(world);
    await world.room.people.unlink(inSlack.person, "operator");

    const rows = world.room.audit.list({ limit: 5 });
    expect(rows).toMatchObject([
      { event: "unlink", by: "operator", person: "discord:123456", detail: "slack:T1:U2" },
      { event: "link", by: "operator", person: "discord:123456", detail: "slack:T1:U2" },
    ]);
    expect(verifyAudit(world.database)).toMatchObject({ ok: true, rows: 2 });
  });

  it("count in the channel where they asked", async () => {
    const world = await openModeration();
    await link(world);
    await ask(world, inSlack, "s1");
    const person = bob.person;
    const third = newJob("b1", { person, place: inSlack.place });

    await expect(world.queue.enqueueAll([third], { maxWaitingPerChannel: 1 })).rejects.toMatchObject({
      code: "too-many-in-channel",
    });
    const here = await world.queue.list({ platform: "slack", channel: inSlack.place.channel, limit: 5 });
    expect(here.map(({ key }) => key)).toEqual(["s1"]);
  });
});
