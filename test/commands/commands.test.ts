import { describe, expect, it } from "vitest";
import cancel from "../../commands/cancel.ts";
import help from "../../commands/help.ts";
import history from "../../commands/history.ts";
import imagine from "../../commands/imagine.ts";
import models from "../../commands/models.ts";
import queue from "../../commands/queue.ts";
import settings from "../../commands/settings.ts";
import show from "../../commands/show.ts";
import styles from "../../commands/styles.ts";
import { openJob, sampleJob, sampleRequest } from "../core/sample-jobs.ts";
import { createFakeContext } from "./fake-context.ts";

const bob = { ...sampleJob().person, id: "bob", name: "Bob" };

describe("/imagine", () => {
  it("submits one complete request", async () => {
    const context = createFakeContext();

    await imagine.run(context, { prompt: "a fox --seed 7", count: 2 });

    expect(context.submitted).toHaveLength(1);
    expect(context.submitted[0]).toMatchObject([{ prompt: "a fox", pictures: [{ seed: 7 }, { seed: 8 }] }]);
    expect(context.replies).toEqual([]);
  });

  it("uses the person's own defaults", async () => {
    const context = createFakeContext({ stored: new Map([["settings:test:ann", { model: "sd-turbo", count: 3 }]]) });

    await imagine.run(context, { prompt: "a fox" });

    expect(context.submitted[0]).toMatchObject([{ model: "sd-turbo", pictures: { length: 3 } }]);
  });

  it("draws as many as the operator says, a server, a channel and a person say, the nearest first", async () => {
    const server = ["place-settings:test:server:club", { count: 3, model: "sd-turbo" }] as const;
    const channel = ["place-settings:test:channel:art", { count: 2, "max-count": 6 }] as const;
    const own = ["settings:test:ann", { count: 1 }] as const;
    const counts: number[] = [];

    for (const stored of [[], [server], [server, channel], [server, channel, own]]) {
      const context = createFakeContext({ defaults: { count: 4 }, stored: new Map<string, unknown>(stored) });
      await imagine.run(context, { prompt: "a fox" });
      counts.push(context.submitted[0]![0]!.pictures.length);
    }

    expect(counts).toEqual([4, 3, 2, 1]);
  });

  it("submits two prompts and asks before three", async () => {
    const context = createFakeContext();

    await imagine.run(context, { prompt: "a {red|blue} fox" });
    await imagine.run(context, { prompt: "a {red|blue|green} fox --count 2" });

    expect(context.submitted.map((requests) => requests.length)).toEqual([2]);
    expect(context.replies[0]).toMatchObject({
      private: true,
      text: "That is 3 prompts, 6 pictures together:\n1. a red fox\n2. a blue fox\n3. a green fox",
      buttons: [[{ id: expect.stringMatching(/^v1:confirm:[a-z0-9]{12}$/), label: "Draw them" }]],
    });
    expect([...context.stored.keys()]).toEqual([expect.stringMatching(/^pending:[a-z0-9]{12}$/)]);
  });

  it("opens a form without a prompt, where there are forms", async () => {
    const context = createFakeContext({ forms: true });

    await imagine.run(context, {});

    expect(context.forms).toMatchObject([
      { id: "v1:new:form", fields: [{ name: "prompt", required: true }, {}, {}, {}, {}] },
    ]);
    await expect(imagine.run(createFakeContext(), {})).rejects.toThrow("The prompt is empty.");
  });
});

describe("/cancel", () => {
  const mine = openJob({ id: "mine1" });
  const older = openJob({ id: "mine2", state: "running" });
  const bobs = openJob({ id: "bobs1", person: bob });
  const jobs = [mine, older, bobs, sampleJob({ id: "done1" })];

  it.each([
    [{}, ["mine1"], "Cancelled `mine1`."],
    [{ job: "mine2" }, ["mine2"], "Cancelled `mine2`."],
    [{ job: "all" }, ["mine1", "mine2"], "Cancelled: 2 of 2."],
  ])("with %j cancels %j", async (options, ids, text) => {
    const context = createFakeContext({ jobs });

    await cancel.run(context, options);

    expect(context.cancelled).toEqual(ids.map((id) => ({ id, by: "ann" })));
    expect(context.replies).toMatchObject([{ text, private: true }]);
  });

  it("says so when nothing waits", async () => {
    const context = createFakeContext({ jobs: [bobs] });

    await cancel.run(context, {});

    expect(context.replies).toMatchObject([{ text: "You have nothing waiting." }]);
  });

  it("leaves other people's jobs alone, but lets a moderator stop them", async () => {
    const moderator = createFakeContext({ jobs, person: { moderator: true } });

    await expect(cancel.run(createFakeContext({ jobs }), { job: "bobs1" })).rejects.toThrow("belongs to somebody else");
    await cancel.run(moderator, { job: "bobs1" });

    expect(moderator.cancelled).toEqual([{ id: "bobs1", by: "ann" }]);
  });

  it("knows unknown and finished jobs", async () => {
    await expect(cancel.run(createFakeContext({ jobs }), { job: "nope" })).rejects.toThrow("There is no job “nope”.");
    await expect(cancel.run(createFakeContext({ jobs }), { job: "done1" })).rejects.toThrow("already finished");
  });
});

describe("/queue", () => {
  it("shows what is one's own with its place, and what others do here", async () => {
    const secret = openJob({ id: "hidden", person: bob, request: sampleRequest({ private: true }) });
    const jobs = [openJob({ id: "mine1" }), openJob({ id: "bobs1", person: bob, state: "running" }), secret];
    const context = createFakeContext({ jobs });

    await queue.run(context);

    expect(context.replies[0]!.text.split("\n")).toEqual([
      "Waiting: 2. Being drawn: 1.",
      "",
      "**Yours**",
      "`mine1` a fox · 2 ahead of you, about 12 s",
      "",
      "**In this channel**",
      "`bobs1` a fox · Bob · being drawn",
    ]);
    expect(context.replies[0]!.buttons).toMatchObject([[{ id: "v1:cancel:mine1" }]]);
  });

  it("gives a moderator buttons for the others too", async () => {
    const context = createFakeContext({ jobs: [openJob({ id: "bobs1", person: bob })], person: { moderator: true } });

    await queue.run(context);

    expect(context.replies[0]!.buttons).toMatchObject([[{ id: "v1:cancel:bobs1" }]]);
  });

  it("is short when there is nothing", async () => {
    const context = createFakeContext();

    await queue.run(context);

    expect(context.replies[0]).toMatchObject({ text: "Waiting: 0. Being drawn: 0.", buttons: [], private: true });
  });
});

describe("/history", () => {
  it("lists what is finished, newest first, with buttons for what has pictures", async () => {
    const jobs = [
      sampleJob({ id: "new1" }),
      openJob({ id: "bad1", state: "failed" }),
      sampleJob({ id: "one1", request: sampleRequest({}, 1) }),
      openJob({ id: "open1" }),
      sampleJob({ id: "bobs1", person: bob }),
    ];
    const context = createFakeContext({ jobs });

    await history.run(context, {});

    expect(context.replies[0]!.text.split("\n")).toEqual([
      "`new1` a fox · 4 pictures · 2026-01-02",
      "`bad1` a fox · failed · 2026-01-02",
      "`one1` a fox · 1 picture · 2026-01-02",
    ]);
    expect(context.replies[0]!.buttons[0]!.map(({ id }) => id)).toEqual(["v1:show:new1", "v1:show:one1"]);
  });

  it("shows as many as asked for", async () => {
    const context = createFakeContext({ jobs: Array.from({ length: 12 }, (_, i) => sampleJob({ id: `job${i}` })) });

    await history.run(context, { count: 12 });
    await history.run(context, {});

    expect(context.replies.map(({ text }) => text.split("\n").length)).toEqual([12, 10]);
  });
});

describe("/show", () => {
  it("gives the whole answer again, and what to type for it", async () => {
    const context = createFakeContext({ jobs: [sampleJob()] });

    await show.run(context, { job: "k3f9x2ab" });

    const [reply] = context.replies;
    expect(reply).toMatchObject({ private: true, pictures: { length: 4 }, buttons: { length: 4 } });
    expect(reply!.text).toContain("\n`/imagine a fox --size 128x128 --count 4 --seed 7 ");
  });

  it("keeps a private job to its person", async () => {
    const secret = sampleJob({ person: bob, request: sampleRequest({ private: true }) });

    await expect(show.run(createFakeContext({ jobs: [secret] }), { job: secret.id })).rejects.toThrow(
      "There is no job",
    );
    await expect(show.run(createFakeContext(), { job: "nope" })).rejects.toThrow("There is no job “nope”.");
  });
});

describe("/models and /styles", () => {
  it("describe all models in short and one whole", async () => {
    const context = createFakeContext();

    await models.run(context, {});
    await models.run(context, { model: "stickers" });

    const [all, one] = context.replies.map(({ text }) => text);
    expect(all).toContain("**stickers** (default) · Stickers v0: small scenes · Apache-2.0");
    expect(all).toContain("**sdxl**");
    expect(one).toContain("It knows 7 things: fox, cat, ");
    expect(one).toContain("It can draw from words, redraw a picture, enlarge a picture.");
    await expect(models.run(context, { model: "nope" })).rejects.toThrow("There is no model named “nope”.");
  });

  it("list each style with the words for it", async () => {
    const context = createFakeContext();

    await styles.run(context);

    expect(context.replies[0]!.text).toContain("`--style fluent-3d` or in the prompt: 3d, 3d style");
    expect(context.replies[0]!.text).not.toContain("sd-turbo");
  });
});

describe("/settings", () => {
  it("lets moderators set defaults and limits of a channel or the server, which everybody sees", async () => {
    const context = createFakeContext({ person: { moderator: true } });

    await settings.run(context, { for: "server", count: 4, "max-count": 4 });
    await settings.run(context, { for: "channel", "max-steps": 20 });
    await settings.run(context, {});
    await settings.run(context, { for: "server", reset: true });

    expect(context.stored).toEqual(new Map([["place-settings:test:channel:art", { "max-steps": 20 }]]));
    expect(context.replies[0]!.text).toContain("Defaults and limits of this server");
    expect(context.replies[2]!.text.split("\n").slice(1)).toEqual([
      "This channel's:",
      "max-steps: `20`",
      "This server's:",
      "count: `4`",
      "max-count: `4`",
    ]);
  });

  it("lets nobody else decide for a place, keeps limits to places and privacy to people", async () => {
    const member = createFakeContext();
    const moderator = createFakeContext({ person: { moderator: true } });

    await expect(settings.run(member, { for: "server", count: 4 })).rejects.toMatchObject({ code: "moderators-only" });
    await expect(settings.run(member, { "max-count": 4 })).rejects.toMatchObject({ code: "options-conflict" });
    await expect(settings.run(moderator, { for: "channel", private: true })).rejects.toMatchObject({
      code: "options-conflict",
    });
    expect([member.stored.size, moderator.stored.size]).toEqual([0, 0]);
  });

  it("keeps, shows, changes and forgets a person's defaults", async () => {
    const context = createFakeContext();

    await settings.run(context, { count: 4, style: "3D style" });
    await settings.run(context, { count: 2 });
    expect(context.stored.get("settings:test:ann")).toEqual({ count: 2, style: "fluent-3d" });
    await settings.run(context, {});
    await settings.run(context, { reset: true });

    expect(context.stored.size).toBe(0);
    expect(context.replies.map(({ text }) => text.split("\n").slice(1))).toEqual([
      ["count: `4`", "style: `fluent-3d`"],
      ["count: `2`", "style: `fluent-3d`"],
      ["count: `2`", "style: `fluent-3d`"],
      [],
    ]);
  });

  it("takes no name that means nothing", async () => {
    const context = createFakeContext();

    await expect(settings.run(context, { model: "nope" })).rejects.toThrow("There is no model named “nope”.");
    await expect(settings.run(context, { style: "nope" })).rejects.toThrow("There is no style named “nope”.");
    expect(context.stored.size).toBe(0);
  });
});

describe("/help", () => {
  it("lists the commands, or one command's options", async () => {
    const context = createFakeContext({ commands: [imagine, help] });

    await help.run(context, {});
    await help.run(context, { command: "/Imagine" });

    const [all, one] = context.replies.map(({ text }) => text);
    expect(all).toContain("`/imagine` Draw pictures from words\n`/help` What I can do");
    expect(one).toContain("• `--seed <number>` Same seed, same picture");
    await expect(help.run(context, { command: "imagin" })).rejects.toThrow("Did you mean imagine?");
  });
});
