import { describe, expect, it } from "vitest";
import cancel from "../../commands/buttons/cancel.ts";
import confirm from "../../commands/buttons/confirm.ts";
import edit from "../../commands/buttons/edit.ts";
import newPicture from "../../commands/buttons/new.ts";
import reroll from "../../commands/buttons/reroll.ts";
import retry from "../../commands/buttons/retry.ts";
import show from "../../commands/buttons/show.ts";
import upscale from "../../commands/buttons/upscale.ts";
import variationSubtle from "../../commands/buttons/variation-subtle.ts";
import variation from "../../commands/buttons/variation.ts";
import { UserError } from "../../src/core/errors.ts";
import { keepPending } from "../../src/core/pending-requests.ts";
import { openJob, sampleJob, sampleRequest } from "../core/sample-jobs.ts";
import { createFakeContext } from "./fake-context.ts";

const job = sampleJob();
const press = { job, index: undefined };

describe("reroll, variation, upscale, retry", () => {
  it("submit what their names say", async () => {
    const context = createFakeContext();

    await reroll.run(context, press);
    await variation.run(context, { job, index: 2 });
    await variationSubtle.run(context, { job, index: 2 });
    await upscale.run(context, { job, index: 1 });
    await retry.run(context, press);

    const [rerolled, strong, subtle, large, again] = context.submitted.map(([request]) => request!);
    expect(rerolled!.pictures[0]!.seed).not.toBe(7);
    expect(strong!.pictures[0]).toMatchObject({ seed: 9, variation: { strength: 0.45 } });
    expect(subtle!.pictures[0]).toMatchObject({ seed: 9, variation: { strength: 0.15 } });
    expect(large).toMatchObject({ mode: "upscale", widthPx: 256, parent: { job: job.id, index: 1 } });
    expect(again).toEqual(job.request);
  });

  it("are for anybody who sees the picture", async () => {
    const context = createFakeContext({ person: { id: "bob" } });

    await reroll.run(context, press);

    expect(context.submitted).toHaveLength(1);
  });
});

describe("cancel", () => {
  const waiting = openJob();

  it("is for the one who asked and for moderators", async () => {
    const [own, moderator, other] = [{}, { id: "mod", moderator: true }, { id: "bob" }].map((person) =>
      createFakeContext({ jobs: [waiting], person }),
    );

    await cancel.run(own!, { job: waiting, index: undefined });
    await cancel.run(moderator!, { job: waiting, index: undefined });
    await expect(cancel.run(other!, { job: waiting, index: undefined })).rejects.toThrow("belongs to somebody else");

    expect([own!.cancelled, moderator!.cancelled, other!.cancelled]).toEqual([
      [{ id: job.id, by: "ann" }],
      [{ id: job.id, by: "mod" }],
      [],
    ]);
    expect(own!.replies).toMatchObject([{ text: "Cancelled `k3f9x2ab`.", private: true }]);
  });

  it("comes too late for a finished job", async () => {
    await expect(cancel.run(createFakeContext({ jobs: [job] }), press)).rejects.toThrow("already finished");
  });
});

describe("show", () => {
  it("answers the person alone", async () => {
    const context = createFakeContext();

    await show.run(context, press);

    expect(context.replies).toMatchObject([{ private: true, kind: "result", pictures: { length: 4 } }]);
  });
});

const rejectAsFull = () => Promise.reject(new UserError("queue-full", { waiting: 9 }));

describe("confirm", () => {
  const requests = [sampleRequest(), sampleRequest({ prompt: "a cat" })];

  it("submits what was kept, once", async () => {
    const context = createFakeContext();
    await keepPending(context.settings, context.interaction.person, "abc", requests);

    await confirm.run(context, "abc");

    expect(context.submitted).toEqual([requests]);
    await expect(confirm.run(context, "abc")).rejects.toThrow("That button has expired.");
  });

  it("is for the person who was asked", async () => {
    const context = createFakeContext({ person: { id: "bob" } });
    await keepPending(context.settings, job.person, "abc", requests);

    await expect(confirm.run(context, "abc")).rejects.toThrow("belongs to somebody else");
    expect(context.stored.size).toBe(1);
  });

  it("can be pressed again when there was no room", async () => {
    const full = createFakeContext({ submit: rejectAsFull });
    await keepPending(full.settings, job.person, "abc", requests);

    await expect(confirm.run(full, "abc")).rejects.toThrow("The queue is full");

    const later = createFakeContext({ stored: full.stored });
    await confirm.run(later, "abc");
    expect(later.submitted).toEqual([requests]);
  });
});

describe("edit", () => {
  const turbo = sampleJob({
    request: sampleRequest(
      { model: "sd-turbo", prompt: "a fox -- {x}", widthPx: 512, heightPx: 768, steps: 4, negativePrompt: "text" },
      2,
    ),
  });

  it("opens the request in a form", async () => {
    const context = createFakeContext({ forms: true });

    await edit.run(context, { job: turbo, index: undefined });

    expect(context.forms).toMatchObject([
      {
        id: "v1:edit:k3f9x2ab",
        fields: [
          { name: "prompt", value: String.raw`a fox -- \{x\}` },
          { name: "negative", value: "text" },
          { name: "ar" },
          { name: "count", value: "2" },
          { name: "seed", value: "7" },
        ],
      },
    ]);
  });

  it("draws the changed request, and keeps what the form does not show", async () => {
    const context = createFakeContext();

    await edit.submit(
      context,
      { job: turbo, index: undefined },
      { prompt: "a cat --seed 9", negative: "", ar: "", count: "1", seed: " " },
    );

    expect(context.submitted[0]).toMatchObject([
      {
        prompt: "a cat",
        model: "sd-turbo",
        widthPx: 512,
        heightPx: 768,
        steps: 4,
        negativePrompt: "blurry",
        pictures: [{ seed: 9 }],
        parent: { job: "k3f9x2ab" },
      },
    ]);
  });

  it("draws a new seed when the field was emptied", async () => {
    const context = createFakeContext();

    await edit.submit(context, { job: turbo, index: undefined }, { prompt: "a cat", seed: "" });

    expect(context.submitted[0]![0]!.pictures[0]!.seed).not.toBe(7);
  });

  it("says what is wrong in a field", async () => {
    const filled = { prompt: "a cat", seed: "seven" };

    await expect(edit.submit(createFakeContext(), press, filled)).rejects.toThrow(
      "seed: “seven” is not a whole number.",
    );
  });

  it("gives text to copy where there are no forms", async () => {
    const context = createFakeContext();

    await edit.run(context, press);

    expect(context.replies[0]!.text).toContain("`/imagine a fox --size 128x128 --count 4 --seed 7 ");
  });
});

describe("new", () => {
  it("opens an empty form and draws what comes back", async () => {
    const context = createFakeContext({ forms: true });

    await newPicture.run(context, "form");
    await newPicture.submit(context, "form", { prompt: "a fox", negative: "", ar: "", count: "2", seed: "" });

    expect(context.forms).toMatchObject([{ id: "v1:new:form", title: "New picture" }]);
    expect(context.submitted[0]).toMatchObject([{ prompt: "a fox", pictures: { length: 2 } }]);
  });

  it("says what to type where there are no forms", async () => {
    const context = createFakeContext();

    await newPicture.run(context, "form");

    expect(context.replies[0]!.text).toContain("/imagine");
  });
});
