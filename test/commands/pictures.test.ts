import { describe, expect, it } from "vitest";
import blend from "../../commands/blend.ts";
import describeCommand from "../../commands/describe.ts";
import edit from "../../commands/edit.ts";
import imagine from "../../commands/imagine.ts";
import upscale from "../../commands/upscale.ts";
import { createRouter } from "../../src/bot/router.ts";
import type { Command } from "../../src/core/command.ts";
import { UserError } from "../../src/core/errors.ts";
import type { PictureRef } from "../../src/core/image-request.ts";
import type { OptionValues } from "../../src/core/interaction.ts";
import type { PictureReport } from "../../src/core/provenance.ts";
import { ALLOW } from "../../src/core/verdict.ts";
import { openJob, sampleJob, sampleRequest } from "../core/sample-jobs.ts";
import { createSampleLibrary, painter, stickers, turbo, wide } from "../core/sample-models.ts";
import { createFakeContext } from "./fake-context.ts";

const models = createSampleLibrary([painter, stickers, turbo, wide]);
const fox = sampleJob({ request: sampleRequest({ model: "painter", prompt: "a fox in the snow" }) });
const cat = sampleJob({ id: "m4hq7c2d", request: sampleRequest({ model: "painter", prompt: "a cat" }, 1) });
const secret = sampleJob({
  id: "s3cr3t00",
  person: { ...fox.person, id: "bob" },
  request: sampleRequest({ model: "painter", private: true }),
});
const REPORT: PictureReport = {
  verdict: "unknown",
  reasons: [{ evidence: "none", points: "unknown", text: "Nothing in it says who made it." }],
  parameters: "a dog\nSteps: 20, Seed: 3",
};

/** Uploads have the size that their name says: 640x480.png. */
function setUp(more: Parameters<typeof createFakeContext>[0] = {}) {
  const uploads: string[] = [];
  const context = createFakeContext({
    models,
    jobs: [fox, cat, secret, openJob({ id: "w41t1ng0" })],
    async upload(url) {
      uploads.push(url);
      const [, width, height] = /(\d+)x(\d+)/.exec(url) ?? [];
      const size = { widthPx: Number(width ?? 128), heightPx: Number(height ?? 128) };
      return { sha256: `u${uploads.length}`, mimeType: "image/png", uploaded: true, ...size } satisfies PictureRef;
    },
    verify: async () => REPORT,
    ...more,
  });
  return { context, uploads };
}

/** What a command submits for options that somebody gave. */
async function requestOf(command: Command, options: OptionValues) {
  const { context } = setUp();
  await command.run(context, options);
  return context.submitted[0]![0]!;
}

describe("/edit", () => {
  it("restyles a picture that is attached", async () => {
    const request = await requestOf(edit, { prompt: "a blue fox --strength 0.5", image: "a.png", seed: 4 });

    expect(request).toMatchObject({
      mode: "image-to-image",
      prompt: "a blue fox",
      model: "painter",
      strength: 0.5,
      inputs: { image: { sha256: "u1", uploaded: true } },
      pictures: [{ seed: 4 }],
    });
    expect(request).not.toHaveProperty("parent");
  });

  it("takes a picture that was made here, with its words, its style and its model", async () => {
    const request = await requestOf(edit, { job: fox.id, picture: 2, mode: "restyle" });

    const { style } = fox.request.pictures[1]!;
    expect(request).toMatchObject({
      prompt: "a fox in the snow",
      model: "painter",
      style,
      inputs: { image: { sha256: "1".repeat(64), widthPx: 128 } },
      parent: { job: fox.id, index: 1 },
    });
  });

  it("repaints a region, or what a mask says", async () => {
    const region = await requestOf(edit, { prompt: "a cat", job: fox.id, region: "left" });
    const mask = await requestOf(edit, { prompt: "a cat", image: "640x480.png", mask: "320x240.png", model: "wide" });

    expect(region).toMatchObject({ mode: "inpaint", region: "left", prompt: "a cat" });
    expect(mask).toMatchObject({
      mode: "inpaint",
      widthPx: 640,
      heightPx: 480,
      inputs: { image: { sha256: "u1" }, mask: { sha256: "u2" } },
    });
    expect(mask).not.toHaveProperty("region");
  });

  it("extends a picture: evenly, in a direction, or to a shape", async () => {
    const zoomed = await requestOf(edit, { image: "512x512.png", zoom: 2, model: "wide", prompt: "a hill" });
    const panned = await requestOf(edit, { image: "512x512.png", direction: "right", model: "wide" });
    const shaped = await requestOf(edit, { image: "512x512.png", ar: "16:9", model: "wide" });

    expect(zoomed).toMatchObject({
      mode: "outpaint",
      widthPx: 512,
      heightPx: 512,
      strength: 1,
      expand: { left: 256, top: 256, right: 256, bottom: 256 },
    });
    expect(panned).toMatchObject({ widthPx: 768, heightPx: 512, expand: { left: 0, right: 256, top: 0, bottom: 0 } });
    expect(shaped).toMatchObject({ widthPx: 912, heightPx: 512, expand: { left: 199, right: 199, top: 0, bottom: 0 } });
  });

  it("tells a model with few words only what is around a picture", async () => {
    const request = await requestOf(edit, { job: fox.id, zoom: 1.5 });
    const [picture] = request.pictures;

    expect(request).toMatchObject({ prompt: "a fox in the snow", mode: "outpaint", strength: 0.7 });
    expect(picture!.prompt).toMatch(/^in the snow, /);
    expect((await requestOf(edit, { job: fox.id, zoom: 1.5, prompt: "a cat" })).pictures[0]!.prompt).toMatch(
      /^a cat, /,
    );
  });

  it("moves the view where the model draws one shape, and says so", async () => {
    const request = await requestOf(edit, { job: fox.id, direction: "left" });

    expect(request).toMatchObject({ expand: { left: 64, right: -64, top: 0, bottom: 0 }, widthPx: 128, heightPx: 128 });
    expect(request.notes.join(" ")).toContain("the view moved");
  });

  it("follows an instruction where a model can", async () => {
    expect(await requestOf(edit, { prompt: "make it winter", image: "a.png", mode: "instruct" })).toMatchObject({
      mode: "instruct",
      model: "wide",
    });
  });

  it("redraws a sketch with the model that can", async () => {
    const canvas = { ...painter, id: "canvas", memory: true } as const;
    const { context } = setUp({ models: createSampleLibrary([painter, canvas]) });

    await edit.run(context, { prompt: "a fox", image: "a.png", mode: "sketch" });

    expect(context.submitted[0]).toMatchObject([{ mode: "image-to-image", model: "canvas", strength: 1 }]);
    await expect(edit.run(setUp().context, { prompt: "a fox", image: "a.png", mode: "sketch" })).rejects.toThrow(
      "painter cannot redraw a sketch",
    );
  });

  it("asks in a form what to do with a picture, and goes on with what it was given", async () => {
    const { context, uploads } = setUp({ forms: true });

    await edit.run(context, { image: "a.png", count: 2 });

    expect(context.forms).toMatchObject([
      {
        id: expect.stringMatching(/^v1:edit-picture:[a-z0-9]{12}$/),
        fields: [{ name: "prompt" }, { name: "strength" }, { name: "count", value: "2" }],
      },
    ]);
    expect(uploads).toEqual([]);
    expect([...context.stored.values()]).toEqual([
      { platform: "test", person: "ann", options: { image: "a.png", count: 2 } },
    ]);
  });

  it.each<[string, OptionValues, string, string]>([
    ["no picture", { prompt: "a cat" }, "picture-missing", "/history shows yours"],
    ["two pictures", { prompt: "a cat", image: "a.png", job: fox.id }, "options-conflict", "image and job"],
    ["nothing to do", { image: "a.png" }, "edit-nothing", "restyle, inpaint, outpaint, sketch, instruct"],
    ["no part", { image: "a.png", mode: "inpaint", prompt: "a cat" }, "edit-place-missing", "left, right, top"],
    [
      "two parts",
      { image: "a.png", mask: "b.png", region: "left", prompt: "a cat" },
      "options-conflict",
      "mask and region",
    ],
    [
      "a mask of another shape",
      { image: "640x480.png", mask: "64x64.png", prompt: "a cat" },
      "mask-mismatch",
      "64x64 pixels, the picture 640x480",
    ],
    ["a shape and a direction", { job: fox.id, ar: "1:1", direction: "left" }, "options-conflict", "ar and direction"],
    ["a shape and a zoom", { job: fox.id, ar: "1:1", zoom: 2 }, "options-conflict", "ar and zoom"],
    ["a shape that the model has not", { job: fox.id, ar: "16:9" }, "aspect-not-supported", "It draws 128x128."],
    ["a model that cannot", { job: fox.id, zoom: 2, model: "sd-turbo" }, "model-cannot", "sd-turbo cannot extend"],
    ["a job that is not there", { prompt: "a cat", job: "zzzz" }, "job-unknown", "zzzz"],
    ["somebody's private job", { prompt: "a cat", job: secret.id }, "job-unknown", secret.id],
    ["a job without pictures", { prompt: "a cat", job: "w41t1ng0" }, "picture-unknown", "it has 0"],
    ["a picture too many", { prompt: "a cat", job: fox.id, picture: 5 }, "picture-unknown", "it has 4"],
    ["a flag given twice", { prompt: "a cat --seed 4", seed: 5, image: "a.png" }, "option-repeated", "seed"],
  ])("explains %s", async (_, options, code, sentence) => {
    const { context } = setUp();

    const error = await edit.run(context, options).then(
      () => undefined,
      (error: unknown) => error,
    );

    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(sentence) as string });
    expect(context.submitted).toEqual([]);
  });

  it("says what the picture's refusal says", async () => {
    const { context } = setUp({
      upload: () => Promise.reject(new UserError("upload-refused", { rule: "nudity/classifier" })),
    });

    await expect(edit.run(context, { prompt: "a cat", image: "a.png" })).rejects.toThrow(
      "I cannot use that picture (nudity/classifier).",
    );
    expect(context.submitted).toEqual([]);
  });
});

describe("/imagine with a picture", () => {
  it("starts from it, wherever it is named", async () => {
    const field = await requestOf(imagine, { prompt: "a cat", image: "640x480.png", model: "wide", strength: 0.4 });
    const flag = await requestOf(imagine, { prompt: "a cat --image 640x480.png --model wide --strength 0.4" });

    expect(field).toMatchObject({
      mode: "image-to-image",
      strength: 0.4,
      widthPx: 640,
      heightPx: 480,
      inputs: { image: { uploaded: true } },
    });
    expect(flag.inputs).toEqual(field.inputs);
    expect(flag.prompt).toBe("a cat");
  });

  it("fetches one picture for all prompts, and none when the words are wrong", async () => {
    const { context, uploads } = setUp();

    await imagine.run(context, { prompt: "a {red|blue} fox --image a.png" });
    await expect(imagine.run(context, { prompt: "a fox --image a.png --steps 99" })).rejects.toThrow(
      "between 1 and 50",
    );
    await expect(imagine.run(context, { prompt: "a fox {--image a.png|--image b.png}" })).rejects.toMatchObject({
      code: "option-repeated",
    });

    expect(uploads).toEqual(["a.png"]);
    expect(context.submitted[0]!.map(({ inputs }) => inputs?.image?.sha256)).toEqual(["u1", "u1"]);
  });

  it("asks for the words in a form and keeps the picture for it", async () => {
    const { context } = setUp({ forms: true });

    await imagine.run(context, { image: "a.png" });

    expect(context.forms[0]!.id).toMatch(/^v1:new:[a-z0-9]{12}$/);
    expect([...context.stored.values()]).toMatchObject([{ options: { image: "a.png" } }]);
  });
});

describe("/blend", () => {
  it("blends pictures that were made here and pictures that are attached, in that order", async () => {
    const request = await requestOf(blend, { jobs: `${cat.id} ${fox.id}:2`, image: "a.png", weights: "2, 1 0.5" });

    expect(request).toMatchObject({
      mode: "blend",
      model: "painter",
      prompt: "a cat and a fox in the snow",
      blendWeights: [2, 1, 0.5],
      inputs: { image: { sha256: "0".repeat(64) }, second: { sha256: "1".repeat(64) }, third: { uploaded: true } },
      parent: { job: cat.id, index: 0 },
    });
  });

  it("blends five, with words of one's own", async () => {
    const images = { image: "a", image2: "b", image3: "c", image4: "d", image5: "e" };

    const request = await requestOf(blend, { ...images, prompt: "a --fox" });

    expect(Object.keys(request.inputs!)).toEqual(["image", "second", "third", "fourth", "fifth"]);
    expect(request.prompt).toBe("a --fox");
    expect(request).not.toHaveProperty("blendWeights");
  });

  it.each<[string, OptionValues, string, string]>([
    ["no picture", {}, "blend-too-few", "I count 0"],
    ["one picture", { image: "a" }, "blend-too-few", "I count 1"],
    ["six pictures", { jobs: "a b c d e", image: "f" }, "blend-too-few", "I count 6"],
    ["too few weights", { image: "a", image2: "b", weights: "1" }, "weights-mismatch", "1 numbers for 2 pictures"],
    ["weights that are none", { image: "a", image2: "b", weights: "1 x" }, "weights-mismatch", "for 2 pictures"],
    ["weights that say nothing", { image: "a", image2: "b", weights: "0 0" }, "weights-mismatch", "for 2 pictures"],
    ["negative weights", { image: "a", image2: "b", weights: "1 -1" }, "weights-mismatch", "for 2 pictures"],
    ["no id", { jobs: "../x y" }, "job-unknown", "../x"],
    ["a picture that is not there", { jobs: `${cat.id}:2 ${fox.id}` }, "picture-unknown", "no picture 2"],
    ["a model that cannot", { image: "a", image2: "b", model: "wide" }, "model-cannot", "wide cannot blend pictures"],
  ])("explains %s", async (_, options, code, sentence) => {
    const { context } = setUp();

    await expect(blend.run(context, options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(sentence) as string,
    });
    expect(context.submitted).toEqual([]);
  });
});

describe("/upscale", () => {
  it("enlarges a picture that was made here", async () => {
    const request = await requestOf(upscale, { job: fox.id, picture: 3, factor: 4 });

    expect(request).toMatchObject({
      mode: "upscale",
      factor: 4,
      widthPx: 512,
      heightPx: 512,
      pictures: [fox.request.pictures[2]],
      parent: { job: fox.id, index: 2 },
    });
  });

  it("enlarges a picture that is attached, without words", async () => {
    const request = await requestOf(upscale, { image: "300x200.png", private: true });

    expect(request).toMatchObject({
      mode: "upscale",
      factor: 2,
      widthPx: 600,
      heightPx: 400,
      prompt: "",
      private: true,
      pictures: [{ prompt: "" }],
      inputs: { image: { uploaded: true } },
    });
    expect(request).not.toHaveProperty("strength");
  });

  it("knows its limits", async () => {
    const { context } = setUp();

    await expect(upscale.run(context, { image: "2000x100.png", factor: 3 })).rejects.toThrow(
      "factor (for 2000x100 pixels) must be between 1 and 2; you gave 3.",
    );
    await expect(upscale.run(context, { job: fox.id, model: "sd-turbo" })).rejects.toThrow("sd-turbo cannot enlarge");
    await expect(upscale.run(context, {})).rejects.toMatchObject({ code: "picture-missing" });
  });
});

describe("/describe", () => {
  const clip = { ...painter, id: "clip", scorer: true } as const;

  it("tells the recipe of what was made here, and that nothing here can look", async () => {
    const { context } = setUp();

    await describeCommand.run(context, { job: fox.id, picture: 2 });

    const { text, private: alone } = context.replies[0]!;
    expect(alone).toBe(true);
    expect(text).toContain("No model here can put into words");
    expect(text).toContain("**Seed**: 8");
    expect(text).toContain("`k3f9x2ab`, picture 2 of 4");
  });

  it("tells what a file says about itself", async () => {
    const { context, uploads } = setUp();

    await describeCommand.run(context, { image: "640x480.png" });

    expect(uploads).toEqual(["640x480.png"]);
    expect(context.replies[0]!.text).toContain("**Size**: 640x480");
    expect(context.replies[0]!.text).toContain("Nothing in it says who made it.");
    expect(context.replies[0]!.text).toContain("**Recipe in the file**: a dog Steps: 20, Seed: 3");
  });

  it("says what it sees in the words that the model knows, where there is a scorer", async () => {
    const asked: string[] = [];
    const { context } = setUp({
      models: createSampleLibrary([clip]),
      async score(model, picture, phrases) {
        asked.push(model, picture.sha256, `${phrases.length}`);
        return phrases.map((phrase) => (/a fox|emoji|red/.test(phrase) ? 30 : /a wolf/.test(phrase) ? 29 : 20));
      },
    });

    await describeCommand.run(context, { image: "a.png" });

    expect(asked).toEqual(["clip", "u1", "23"]);
    expect(context.replies[0]!.text.split("\n").slice(0, 3)).toEqual([
      "**It shows**: fox (73 %), wolf (27 %)",
      "**Style**: emoji (100 %)",
      "**Colours**: red (100 %)",
    ]);
  });

  it("understands scorers that give cosines, and says when it has no word", async () => {
    const cosines = setUp({
      models: createSampleLibrary([clip]),
      score: async (_, __, phrases) => phrases.map((phrase) => (/a fox/.test(phrase) ? 0.31 : 0.2)),
    });
    const lost = setUp({ models: createSampleLibrary([clip]), score: async (_, __, all) => all.map(() => 20) });

    await describeCommand.run(cosines.context, { image: "a.png" });
    await describeCommand.run(lost.context, { image: "a.png" });

    expect(cosines.context.replies[0]!.text).toContain("**It shows**: fox (100 %)");
    expect(lost.context.replies[0]!.text).toMatch(/^It shows nothing that I have a word for\./);
  });
});

describe("through the router", () => {
  it.each([
    ["edit", "make it blue --image 64x64.png", { prompt: "make it blue", mode: "image-to-image" }],
    ["edit", `--job ${fox.id} --region left a cat`, { prompt: "a cat", region: "left" }],
    ["blend", `${cat.id} ${fox.id}:3 --weights "1 2"`, { mode: "blend", blendWeights: [1, 2] }],
    ["upscale", `${fox.id} --factor 3`, { mode: "upscale", factor: 3 }],
    ["imagine", 'a fox --image "my pictures/a.png"', { mode: "image-to-image", prompt: "a fox" }],
  ])("/%s %s", async (command, text, expected) => {
    const { context } = setUp();
    const requests: unknown[] = [];
    const router = createRouter({
      ...context,
      buttons: [],
      commands: [edit, blend, upscale, imagine],
      review: () => ALLOW,
      async admit(jobs) {
        requests.push(...jobs.map(({ request }) => request));
        return jobs.map((job) => sampleJob(job));
      },
    });

    await router.handle({ ...context.interaction, kind: "command", command, options: { text } });

    expect(context.replies).toEqual([]);
    expect(requests).toMatchObject([expected]);
  });
});
