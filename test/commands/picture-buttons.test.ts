import { describe, expect, it } from "vitest";
import editButton from "../../commands/buttons/edit.ts";
import editPictureForm from "../../commands/buttons/edit-picture.ts";
import favourite from "../../commands/buttons/favourite.ts";
import info from "../../commands/buttons/info.ts";
import makeSquare from "../../commands/buttons/make-square.ts";
import more from "../../commands/buttons/more.ts";
import newPicture from "../../commands/buttons/new.ts";
import panDown from "../../commands/buttons/pan-down.ts";
import panLeft from "../../commands/buttons/pan-left.ts";
import panRight from "../../commands/buttons/pan-right.ts";
import panUp from "../../commands/buttons/pan-up.ts";
import upscale4x from "../../commands/buttons/upscale-4x.ts";
import use from "../../commands/buttons/use.ts";
import varyRegion from "../../commands/buttons/vary-region.ts";
import zoomCustom from "../../commands/buttons/zoom-custom.ts";
import zoomOut2x from "../../commands/buttons/zoom-out-2x.ts";
import zoomOut from "../../commands/buttons/zoom-out.ts";
import history from "../../commands/history.ts";
import type { Button } from "../../src/core/command.ts";
import { MAX_FAVOURITES, readFavourites, toggleFavourite } from "../../src/core/favourites.ts";
import { keepOptions } from "../../src/core/kept-options.ts";
import { sampleJob, sampleRequest } from "../core/sample-jobs.ts";
import { createSampleLibrary, painter, turbo, wide } from "../core/sample-models.ts";
import { createFakeContext } from "./fake-context.ts";

const models = createSampleLibrary([painter, wide, turbo]);
const sticker = sampleJob({ request: sampleRequest({ model: "painter", prompt: "a fox in the snow" }) });
const photo = sampleJob({
  request: sampleRequest({ model: "wide", widthPx: 512, heightPx: 512, steps: 20, style: "noto" }, 2),
});
const open = (options: Parameters<typeof createFakeContext>[0] = {}) =>
  createFakeContext({ models, jobs: [sticker], ...options });

async function press(button: Button, job = photo, index = 1) {
  const context = open();
  await button.run(context, { job, index });
  return context.submitted[0]![0]!;
}

describe("zoom and pan", () => {
  it.each([
    ["1.5x", zoomOut, { left: 128, top: 128, right: 128, bottom: 128 }, [512, 512]],
    ["2x", zoomOut2x, { left: 256, top: 256, right: 256, bottom: 256 }, [512, 512]],
    ["left", panLeft, { left: 256, top: 0, right: 0, bottom: 0 }, [768, 512]],
    ["right", panRight, { left: 0, top: 0, right: 256, bottom: 0 }, [768, 512]],
    ["up", panUp, { left: 0, top: 256, right: 0, bottom: 0 }, [512, 768]],
    ["down", panDown, { left: 0, top: 0, right: 0, bottom: 256 }, [512, 768]],
  ] as const)("%s adds around one picture", async (_, button, expand, [widthPx, heightPx]) => {
    const request = await press(button);

    expect(request).toMatchObject({
      mode: "outpaint",
      expand,
      widthPx,
      heightPx,
      strength: 1,
      prompt: "a fox",
      pictures: [{ prompt: "a fox" }, { prompt: "a fox" }],
      inputs: { image: { sha256: "1".repeat(64), widthPx: 512, heightPx: 512 } },
      parent: { job: photo.id, index: 1 },
    });
    expect(request.pictures[1]!.seed).toBe(request.pictures[0]!.seed + 1);
  });

  it("makes a square of what is none", async () => {
    const tall = sampleJob({ request: sampleRequest({ model: "wide", widthPx: 512, heightPx: 768 }, 1) });

    expect(await press(makeSquare, tall, 0)).toMatchObject({
      expand: { left: 128, right: 128, top: 0, bottom: 0 },
      widthPx: 512,
      heightPx: 512,
    });
  });

  it("is refused for a model that cannot extend, and for a picture that is not there", async () => {
    const job = sampleJob({ request: sampleRequest({ model: "sd-turbo" }) });

    await expect(press(zoomOut, job)).rejects.toThrow("sd-turbo cannot extend a picture.");
    await expect(press(panUp, photo, 7)).rejects.toMatchObject({ code: "picture-unknown" });
  });
});

describe("upscale 4x", () => {
  it("enlarges one picture", async () => {
    expect(await press(upscale4x, sticker)).toMatchObject({ mode: "upscale", factor: 4, widthPx: 512 });
  });
});

describe("buttons with forms", () => {
  it.each([
    [varyRegion, "v1:vary-region:k3f9x2ab:1", ["region", "prompt", "count"]],
    [zoomCustom, "v1:zoom-custom:k3f9x2ab:1", ["zoom", "ar", "prompt", "count"]],
    [use, "v1:use:k3f9x2ab:1", ["prompt", "strength", "count"]],
  ] as const)("%# ask what they need to know, and fit Discord", async (button, id, fields) => {
    const context = open({ forms: true });

    await button.run(context, { job: sticker, index: 1 });

    const [form] = context.forms;
    expect(form!.id).toBe(id);
    expect(form!.fields.map(({ name }) => name)).toEqual(fields);
    expect(form!.fields.find(({ name }) => name === "prompt")?.value).toBe("a fox in the snow");
    for (const { label } of form!.fields) expect(label.length).toBeLessThanOrEqual(45);
  });

  it("do what was filled in", async () => {
    const context = open();
    const pressed = { job: sticker, index: 1 };

    await varyRegion.submit(context, pressed, { region: "top", prompt: "a balloon", count: "" });
    await zoomCustom.submit(context, pressed, { zoom: "2", ar: "", prompt: "", count: "2" });
    await use.submit(context, pressed, { prompt: "a cat", strength: "0,5", count: "" });

    expect(context.submitted.map(([request]) => request)).toMatchObject([
      { mode: "inpaint", region: "top", prompt: "a balloon" },
      { mode: "outpaint", expand: { left: 64, right: 64, top: 64, bottom: 64 }, pictures: { length: 2 } },
      { mode: "image-to-image", prompt: "a cat", strength: 0.5 },
    ]);
    for (const [request] of context.submitted) expect(request!.parent).toEqual({ job: sticker.id, index: 1 });
  });

  it.each([
    [varyRegion, { region: "sky", prompt: "x" }, "region: “sky” is not one of the choices."],
    [zoomCustom, { zoom: "9" }, "zoom must be between 1.1 and 3; you gave 9."],
    [zoomCustom, { ar: "wide" }, "ar: “wide” is not an aspect ratio."],
    [use, { prompt: "x", strength: "2" }, "strength must be between 0 and 1; you gave 2."],
  ])("%# say what is wrong in a field", async (button, values, sentence) => {
    await expect(button.submit(open(), { job: sticker, index: 1 }, values)).rejects.toThrow(sentence);
  });

  it("say what to type where there are no forms", async () => {
    const context = open();

    await varyRegion.run(context, { job: sticker, index: 1 });

    expect(context.replies[0]!.text).toContain("`/edit a fox at night --job k3f9x2ab --picture 2 --region left`");
  });

  it("take over what a command was given", async () => {
    const context = open({
      upload: async () => ({ sha256: "u", mimeType: "image/png", uploaded: true, widthPx: 64, heightPx: 64 }),
    });
    const kept = await keepOptions(context, { image: "a.png", steps: 9, count: 3 });

    await editPictureForm.submit(context, kept, { prompt: "a cat", strength: "", count: "" });
    await newPicture.submit(context, kept, { prompt: "a dog", negative: "", ar: "", count: "2", seed: "" });

    expect(context.submitted.map(([request]) => request)).toMatchObject([
      {
        mode: "image-to-image",
        prompt: "a cat",
        steps: 9,
        pictures: { length: 1 },
        inputs: { image: { sha256: "u" } },
      },
      {
        mode: "image-to-image",
        prompt: "a dog",
        steps: 9,
        pictures: { length: 2 },
        inputs: { image: { sha256: "u" } },
      },
    ]);
  });

  it("forget what was kept after a while, and give it to nobody else", async () => {
    const context = open();
    const kept = await keepOptions(context, { image: "a.png" });
    const bob = open({ stored: context.stored, person: { id: "bob" } });

    await expect(editPictureForm.submit(bob, kept, { prompt: "x" })).rejects.toMatchObject({ code: "job-not-yours" });
    await expect(newPicture.submit(context, "gone", { prompt: "x" })).rejects.toMatchObject({ code: "button-expired" });
  });

  it("open again under their own id", async () => {
    const context = open({ forms: true });
    const kept = await keepOptions(context, { image: "a.png", count: 3 });

    await editPictureForm.run(context, kept);
    await newPicture.run(context, kept);

    expect(context.forms.map(({ id }) => id)).toEqual([`v1:edit-picture:${kept}`, `v1:new:${kept}`]);
  });
});

describe("edit", () => {
  it("keeps what a request was made from", async () => {
    const context = open();
    const expand = { left: 8, top: 0, right: 0, bottom: 0 };
    const image = { sha256: "a".repeat(64), mimeType: "image/png" };
    const job = sampleJob({ request: { ...photo.request, mode: "outpaint", expand, inputs: { image } } });

    await editButton.submit(context, { job, index: undefined }, { prompt: "a hill" });

    expect(context.submitted[0]).toMatchObject([{ mode: "outpaint", expand, inputs: { image }, prompt: "a hill" }]);
  });

  it("means the surroundings again, when the words stay the same", async () => {
    const context = open();
    const image = { sha256: "a".repeat(64), mimeType: "image/png" };
    const expand = { left: 64, top: 64, right: 64, bottom: 64 };
    const job = sampleJob({ request: { ...sticker.request, mode: "outpaint", expand, inputs: { image } } });

    await editButton.submit(context, { job, index: undefined }, { prompt: "a fox in the snow", count: "1" });
    await editButton.submit(context, { job, index: undefined }, { prompt: "a cat", count: "1" });

    const [same, other] = context.submitted.map(([request]) => request!);
    expect([same!.prompt, other!.prompt]).toEqual(["a fox in the snow", "a cat"]);
    expect(same!.pictures[0]!.prompt).toMatch(/^in the snow, /);
    expect(other!.pictures[0]!.prompt).toMatch(/^a cat, /);
  });

  it("draws an enlarged picture's words, not its size", async () => {
    const context = open();
    const image = { sha256: "a".repeat(64), mimeType: "image/png" };
    const large = { mode: "upscale", factor: 4, widthPx: 512, heightPx: 512, inputs: { image } } as const;

    await editButton.submit(
      context,
      { job: sampleJob({ request: { ...sticker.request, ...large } }), index: undefined },
      { prompt: "a cat" },
    );

    expect(context.submitted[0]).toMatchObject([{ mode: "text-to-image", widthPx: 128, prompt: "a cat" }]);
    expect(context.submitted[0]![0]).not.toHaveProperty("inputs");
  });
});

describe("more", () => {
  it("asks which picture, and shows it with all its buttons", async () => {
    const context = open();

    await more.run(context, { job: sticker, index: undefined });
    await more.run(context, { job: sticker, index: 2 });

    expect(context.replies[0]!.buttons).toMatchObject([
      [{ label: "Picture 1", shortcut: "p1" }, {}, {}, { id: "v1:more:k3f9x2ab:3" }],
      [{ id: "v1:delete:k3f9x2ab", style: "danger" }],
    ]);
    expect(context.replies[1]).toMatchObject({ private: true, pictures: [{ fileName: "easel-k3f9x2ab-3.png" }] });
  });
});

describe("info", () => {
  it("tells everything that made a picture", async () => {
    const context = open();
    const request = sampleRequest({
      model: "painter",
      negativePrompt: "text",
      mode: "outpaint",
      strength: 0.7,
      expand: { left: 0, right: 64, top: 0, bottom: 0 },
      parent: { job: "m4hq7c2d", index: 1 },
    });
    const [first, ...others] = request.pictures;
    const variation = { seed: 9, strength: 0.15, of: { seed: 5, strength: 0.45 } };

    await info.run(context, {
      job: sampleJob({ request: { ...request, pictures: [{ ...first!, variation }, ...others] } }),
      index: 0,
    });

    expect(context.replies[0]!.private).toBe(true);
    expect(context.replies[0]!.text.split("\n")).toEqual([
      `**Prompt**: ${first!.prompt}`,
      "**Not wanted**: text",
      "**Model**: painter",
      "**Mode**: outpaint",
      "**Size**: 128x128",
      "**Seed**: 7",
      `**Style**: ${first!.style}`,
      "**Steps**: 12",
      "**Guidance**: 2.5",
      "**Scheduler**: the model's own",
      "**Strength**: 0.7",
      "**Extended**: left 0, right 64, up 0, down 0 pixels",
      "**Variation**: towards seed 5 by 0.45, then towards seed 9 by 0.15",
      "**Based on**: `m4hq7c2d`, picture 2",
      "**Drawn in**: 0.8 s",
      "**Asked by**: Ann, 2026-01-02 00:00 UTC",
      "**Request**: `k3f9x2ab`, picture 1 of 4",
    ]);
  });

  it("of several pictures tells what they share once, and what differs by number", async () => {
    const context = open();
    const job = sampleJob({ request: sampleRequest({ model: "wide" }, 2) });
    const [one, two] = job.request.pictures;

    await info.run(context, { job, index: undefined });

    const lines = context.replies[0]!.text.split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "**Prompt**: a fox",
        `**Seed**: 1 ${one!.seed} · 2 ${two!.seed}`,
        `**Style**: 1 ${one!.style} · 2 ${two!.style}`,
        "**Request**: `k3f9x2ab`, 2 pictures",
      ]),
    );
    expect(context.replies[0]!.buttons).toMatchObject([[{ id: "v1:delete:k3f9x2ab" }]]);
  });

  it("of an only picture names it", async () => {
    const context = open();
    const job = sampleJob({ request: sampleRequest({}, 1) });

    await info.run(context, { job, index: undefined });

    expect(context.replies[0]!.text).toContain("**Request**: `k3f9x2ab`, picture 1 of 1");
  });

  it("says what to type for what words alone made", async () => {
    const context = open();

    await info.run(context, { job: sticker, index: 0 });

    expect(context.replies[0]!.text.split("\n").at(-1)).toMatch(/^`\/imagine a fox in the snow --size 128x128 /);
  });
});

describe("favourites", () => {
  const { person } = sticker;

  it("are marked, shown and taken back", async () => {
    const context = open();

    await favourite.run(context, { job: sticker, index: 2 });
    await history.run(context, { which: "favourites" });
    await favourite.run(context, { job: sticker, index: 2 });
    await history.run(context, { which: "favourites" });

    const [marked, shown, taken, none] = context.replies;
    expect(marked!.text).toContain("A favourite of yours now");
    expect(shown).toMatchObject({
      text: "`k3f9x2ab:3` a fox in the snow · painter",
      buttons: [[{ id: "v1:more:k3f9x2ab:2" }]],
    });
    expect(taken!.text).toContain("none of your favourites any more");
    expect(none!.text).toContain("You have no favourites yet.");
    expect(context.stored.size).toBe(0);
  });

  it("of several pictures asks which one, and stars those that are some", async () => {
    const context = open();

    await favourite.run(context, { job: sticker, index: 2 });
    await favourite.run(context, { job: sticker, index: undefined });

    expect(context.replies[1]).toMatchObject({
      private: true,
      buttons: [
        [{ label: "Picture 1" }, { label: "Picture 2" }, { label: "★ Picture 3", id: "v1:favourite:k3f9x2ab:2" }, {}],
      ],
    });
  });

  it("are everybody's own, and a purge finds them", async () => {
    const context = open();

    await favourite.run(context, { job: sticker, index: 0 });

    expect([...context.stored]).toEqual([
      ["favourites:test:ann", { platform: "test", person: "ann", favourites: [{ job: "k3f9x2ab", index: 0 }] }],
    ]);
    expect(await readFavourites(context.settings, { ...person, id: "bob" })).toEqual([]);
  });

  it("of requests that are gone, or somebody else's secret by now, are passed over", async () => {
    const secret = sampleJob({
      id: "s3cr3t00",
      person: { ...person, id: "bob" },
      request: sampleRequest({ private: true }),
    });
    const context = open({ jobs: [secret, sticker] });
    for (const job of ["gone0000", secret.id, sticker.id])
      await toggleFavourite(context.settings, person, { job, index: 0 });

    await history.run(context, { which: "favourites" });

    expect(context.replies[0]!.text).toBe("`k3f9x2ab:1` a fox in the snow · painter");
  });

  it("forget the oldest beyond their limit", async () => {
    const { settings } = open();
    for (let index = 0; index <= MAX_FAVOURITES; index++) await toggleFavourite(settings, person, { job: "a", index });

    const kept = await readFavourites(settings, person);

    expect([kept.length, kept[0]!.index, kept.at(-1)!.index]).toEqual([MAX_FAVOURITES, MAX_FAVOURITES, 1]);
  });

  it("need a picture", async () => {
    await expect(favourite.run(open(), { job: sticker, index: 9 })).rejects.toMatchObject({ code: "picture-unknown" });
  });
});
