import { describe, expect, it } from "vitest";
import admin from "../../commands/admin.ts";
import appeal from "../../commands/buttons/appeal.ts";
import approve from "../../commands/buttons/approve.ts";
import ban from "../../commands/buttons/ban.ts";
import deleteButton from "../../commands/buttons/delete.ts";
import deleteForever from "../../commands/buttons/delete-forever.ts";
import deny from "../../commands/buttons/deny.ts";
import reportButton from "../../commands/buttons/report.ts";
import showButton from "../../commands/buttons/show.ts";
import privacy from "../../commands/privacy.ts";
import report from "../../commands/report.ts";
import show from "../../commands/show.ts";
import { decodeButtonId } from "../../src/core/button-id.ts";
import type { Message } from "../../src/core/message.ts";
import { openJob, sampleJob, sampleRequest } from "../core/sample-jobs.ts";
import { asker, openModeration } from "../support/open-moderation.ts";
import { imageRequest } from "../support/image-request.ts";
import { newJob } from "../support/open-test-queue.ts";
import { createFakeContext } from "./fake-context.ts";

const job = sampleJob();
const press = { job, index: undefined };
const MODERATOR = { id: "mod", moderator: true };

/** Somebody's context; several share one moderation when it is given. */
function contextOf(person: { id: string; moderator?: boolean }, more: Parameters<typeof createFakeContext>[0] = {}) {
  return createFakeContext({ jobs: [job], person, ...more });
}

/** The ids of a message's buttons, by action. */
function subjects({ buttons }: Message): Record<string, string> {
  return Object.fromEntries(
    buttons.flat().map(({ id }) => {
      const ref = decodeButtonId(id);
      return [ref.action, ref.job];
    }),
  );
}

describe("/report and its button", () => {
  it("bring a picture before the moderators, with the reason", async () => {
    const eve = contextOf({ id: "eve" });
    const { moderation } = eve;
    const joe = contextOf({ id: "joe" }, { moderation, forms: true });
    const mod = contextOf(MODERATOR, { moderation });

    await report.run(eve, { job: job.id, reason: "a real person" });
    await reportButton.run(joe, press);
    await reportButton.submit(joe, press, { reason: "spam" });
    await admin.run(mod, {});

    expect(eve.replies).toMatchObject([{ private: true, text: expect.stringContaining("Thank you") }]);
    expect(joe.forms).toMatchObject([{ id: "v1:report:k3f9x2ab", fields: [{ name: "reason", required: false }] }]);
    expect(mod.replies[0]!.text).toMatch(
      /^\*\*Reported\*\*.*\nAsked by Ann.*\nPrompt: a fox\nReported by 2: “a real person”, “spam”$/,
    );
    expect(mod.replies[0]!.pictures.map(({ spoiler }) => spoiler)).toEqual([true, true, true, true]);
  });

  it("need a picture that one may see", async () => {
    const hidden = sampleJob({ request: sampleRequest({ private: true }) });

    await expect(report.run(contextOf({ id: "eve" }), { job: "nothing" })).rejects.toMatchObject({
      code: "job-unknown",
    });
    await expect(report.run(contextOf({ id: "eve" }, { jobs: [hidden] }), { job: job.id })).rejects.toMatchObject({
      code: "job-unknown",
    });
    await expect(reportButton.run(contextOf({ id: "eve" }), { job: openJob(), index: undefined })).rejects.toThrow(
      "There is no picture",
    );
  });
});

describe("/admin", () => {
  it("is for moderators, whatever is asked", async () => {
    for (const action of [
      "queue",
      "ban",
      "unban",
      "bans",
      "pause",
      "resume",
      "purge",
      "stats",
      "limits",
      "channel",
      "model",
      "model-use",
      "model-rollback",
    ]) {
      const context = contextOf({ id: "eve" });

      await expect(admin.run(context, { action, person: "bob", yes: true })).rejects.toMatchObject({
        code: "moderators-only",
      });
      expect(context.replies).toEqual([]);
    }
  });

  it("has nothing to show when nothing waits, and says how much does", async () => {
    const mod = contextOf(MODERATOR);
    const other = sampleJob({ id: "abc" });
    await admin.run(mod, {});
    await mod.moderation.cases.report(job, asker("eve"));
    await mod.moderation.cases.report(other, asker("eve"));
    await admin.run(mod, { action: "queue" });

    expect(mod.replies.map(({ text }) => text.split("\n").at(-1))).toEqual([
      "Nothing waits for you.",
      "1 more wait behind it.",
    ]);
  });

  it.each(["bob", "@bob", "<@bob>", "<@!bob>", "<@bob|Bob B.>"])("bans %s, lists and lifts it", async (person) => {
    const mod = contextOf(MODERATOR);

    await admin.run(mod, { action: "ban", person, hours: 24, reason: "spam `x`" });
    await admin.run(mod, { action: "bans" });
    await admin.run(mod, { action: "unban", person });
    await admin.run(mod, { action: "unban", person });
    await admin.run(mod, { action: "bans" });

    expect(mod.replies.map(({ text }) => text)).toEqual([
      "Banned: `bob` until 2026-01-02 00:00 UTC, by test:mod: spam ˋxˋ",
      "• `bob` until 2026-01-02 00:00 UTC, by test:mod: spam ˋxˋ",
      "`bob` may draw again.",
      "`bob` was not banned here.",
      "Nobody is banned here.",
    ]);
  });

  it("needs to know whom, and what to purge", async () => {
    await expect(admin.run(contextOf(MODERATOR), { action: "ban" })).rejects.toThrow("--person needs a value");
    await expect(admin.run(contextOf(MODERATOR), { action: "unban", person: "<@>" })).rejects.toThrow("--person needs");
    await expect(admin.run(contextOf(MODERATOR), { action: "purge", yes: true })).rejects.toThrow(
      "purge needs a value",
    );
  });

  it("pauses and resumes everything", async () => {
    const mod = contextOf(MODERATOR);

    await admin.run(mod, { action: "pause" });
    await admin.run(mod, { action: "stats" });
    await admin.run(mod, { action: "resume" });
    await admin.run(mod, { action: "stats" });

    expect(mod.replies.map(({ text }) => text.startsWith("**Paused** by test:mod since 2026-01-01 00:00 UTC"))).toEqual(
      [false, true, false, false],
    );
    expect(mod.replies[3]!.text).toBe(
      "Cases that wait: 0. In 24 hours: 0 decisions, 0 refusals. Bans: 0.\nJobs: 0 waiting, 0 running, 0 not posted yet.",
    );
    expect(await mod.moderation.killSwitch.paused()).toBeUndefined();
  });

  it("says where reports cannot be posted", async () => {
    await expect(admin.run(contextOf(MODERATOR), { action: "channel" })).rejects.toMatchObject({
      code: "channel-without-posts",
    });
  });

  it("purges only in its own community, and only when it is sure", async () => {
    const world = await openModeration();
    const { room, queue } = world;
    for (const community of ["club", "elsewhere"]) {
      await queue.enqueue(newJob(community, { ...asker("bob", { community }), request: imageRequest() }));
    }
    const mod = contextOf({ ...MODERATOR }, { moderation: room });
    const inFake = {
      ...mod,
      interaction: { ...mod.interaction, ...asker("mod", { moderator: true }) },
      moderation: room,
    };

    await admin.run(inFake, { action: "purge", person: "bob" });
    const before = await queue.list({ limit: 5, person: "bob" });
    await admin.run(inFake, { action: "purge", hours: 1, yes: true });
    const after = await queue.list({ limit: 5, person: "bob" });

    expect(mod.replies[0]!.text).toContain("That erases 1 requests");
    expect(mod.replies[1]!.text).toBe("Erased: 1 request, 0 files.");
    expect([before.length, after.map(({ place }) => place.community)]).toEqual([2, ["elsewhere"]]);
  });
});

describe("the buttons of a case", () => {
  it.each([
    [approve, "It stays"],
    [deny, "It was deleted"],
    [ban, "It was deleted, and the person may not draw here for 7 days"],
  ])("decide it, for moderators", async (button, outcome) => {
    const mod = contextOf(MODERATOR);
    const { moderation } = mod;
    await moderation.cases.report(job, asker("eve"));
    await admin.run(mod, {});
    const id = subjects(mod.replies[0]!)[button.action]!;

    await expect(button.run(contextOf({ id: "eve" }, { moderation }), id)).rejects.toMatchObject({
      code: "moderators-only",
    });
    await button.run(mod, id);

    expect(mod.replies[1]!.text).toBe(`Case \`${id}\`: ${outcome}. /admin queue shows the next.`);
    await expect(button.run(mod, id)).rejects.toMatchObject({ code: "case-unknown" });
  });
});

describe("appeal", () => {
  it("asks the moderators, once", async () => {
    const ann = contextOf({ id: "ann" });
    const id = (await ann.moderation.requests.refused([job], "self-harm/words"))!;

    await appeal.run(ann, id);

    expect(ann.replies).toMatchObject([{ private: true, text: expect.stringContaining("moderators will look") }]);
    await expect(appeal.run(ann, id)).rejects.toMatchObject({ code: "button-expired" });
  });
});

describe("/privacy", () => {
  it("says what is stored and for how long", async () => {
    const ann = contextOf({ id: "ann" });

    await privacy.run(ann, {});

    expect(ann.replies[0]!.text).toContain("requests: 0, pictures: 0, cases: 0, reports: 0, strikes: 0, bans: 0.");
    expect(ann.replies[0]!.text).toContain("Requests and pictures are kept 30 days");
    expect(ann.replies[0]!.private).toBe(true);
  });

  it("says how an operator exports it", async () => {
    const ann = contextOf({ id: "ann" });

    await privacy.run(ann, { action: "export" });

    expect(ann.replies[0]!.text).toContain("`easel privacy export test ann`");
  });

  it("deletes only when one is sure", async () => {
    const world = await openModeration();
    const ann = createFakeContext({ person: { platform: "fake", id: "ann" }, moderation: world.room });
    await world.queue.enqueue(newJob("one", asker("ann")));

    await privacy.run(ann, { action: "delete" });
    const kept = await world.room.purges.summary(ann.interaction.person);
    await privacy.run(ann, { action: "delete", yes: true });

    expect(kept).toMatchObject({ jobs: 1 });
    expect(ann.replies[1]!.text).toBe("Erased: 1 request, 0 files.");
    expect(await world.room.purges.summary(ann.interaction.person)).toMatchObject({ jobs: 0 });
  });
});

describe("delete", () => {
  it("is offered with /show to the one who asked and to moderators, and obeys nobody else", async () => {
    const [ann, mod, eve] = [{ id: "ann" }, MODERATOR, { id: "eve" }].map((person) => contextOf(person));

    for (const context of [ann!, mod!, eve!]) {
      await show.run(context, { job: job.id });
      await showButton.run(context, press);
    }
    await deleteButton.run(ann!, press);
    const asked = ann!.replies[2]!;
    await deleteForever.run(ann!, press);

    const offered = [ann!, mod!, eve!].map(({ replies }) =>
      replies.slice(0, 2).map((one) => "delete" in subjects(one)),
    );
    expect(offered).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ]);
    expect(asked).toMatchObject({ private: true, buttons: [[{ id: "v1:delete-forever:k3f9x2ab", style: "danger" }]] });
    expect(asked.text).toBe("**Delete for ever?** The pictures, and what was made from them, are erased.");
    expect(ann!.replies[3]!.text).toMatch(/^Erased: /);
    for (const button of [deleteButton, deleteForever]) {
      await expect(button.run(eve!, press)).rejects.toMatchObject({ code: "job-not-yours" });
    }
  });
});
