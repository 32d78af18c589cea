import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeButtonId } from "../../src/core/button-id.ts";
import { composeAnswer, composePicture } from "../../src/core/compose-answer.ts";
import type { Message } from "../../src/core/message.ts";
import { openJob, sampleJob, sampleRequest } from "./sample-jobs.ts";
import { createSampleLibrary, painter, turbo, wide } from "./sample-models.ts";

const models = createSampleLibrary([painter, turbo, wide]);

/** Of several pictures. */
const BELOW = ["Reroll Remix Favourite Info", "More Report"];

const labels = ({ buttons }: Message) => buttons.map((row) => row.map(({ label }) => label).join(" "));
const upscaledJob = (px: number) =>
  sampleJob({ request: sampleRequest({ mode: "upscale", factor: 2, widthPx: px, heightPx: px }, 1) });

describe("composeAnswer", () => {
  it("shows a result with its pictures, small print and buttons", () => {
    const job = sampleJob();
    const [one, two, three, four] = job.request.pictures.map(({ style }) => style);
    const message = composeAnswer(job);

    expect(message).toMatchObject({
      kind: "result",
      private: false,
      text: `**a fox**\n1 ${one} · 2 ${two} · 3 ${three} · 4 ${four}`,
      footer: "AI-generated · stickers · seed 7 · 12 steps · 0.8 s · k3f9x2ab",
    });
    expect(message.pictures.map(({ fileName }) => fileName)).toEqual([
      "easel-k3f9x2ab-1.png",
      "easel-k3f9x2ab-2.png",
      "easel-k3f9x2ab-3.png",
      "easel-k3f9x2ab-4.png",
    ]);
    expect(message.pictures[0]!.altText).toMatch(/^AI-generated image: a fox, /);
    expect(labels(message)).toEqual(["U1 U2 U3 U4", "V1 V2 V3 V4", ...BELOW]);
  });

  it("gives a single picture every button for what its model can do", () => {
    const all = composeAnswer(sampleJob({ request: sampleRequest({ model: "painter" }, 1) }), models);
    const few = composeAnswer(sampleJob({ request: sampleRequest({ model: "sd-turbo" }, 1) }), models);
    const unknown = composeAnswer(sampleJob({ request: sampleRequest({ model: "gone" }, 1) }), models);

    expect(labels(all)).toEqual(
      [
        "Upscale 2x, Upscale 4x, Vary (strong), Vary (subtle), Vary region",
        "Zoom out 1.5x, Zoom out 2x, Custom zoom",
        "Pan left, Pan right, Pan up, Pan down, Start from this",
        "Reroll, Remix, Favourite, Info, Report",
      ].map((row) => row.replaceAll(", ", " ")),
    );
    expect(labels(few)).toEqual([
      "Vary (strong) Vary (subtle) Vary region",
      "Start from this",
      "Reroll Remix Favourite Info Report",
    ]);
    expect(labels(unknown)).toEqual([
      "Upscale 2x Upscale 4x Vary (strong) Vary (subtle)",
      "Reroll Remix Favourite Info Report",
    ]);
  });

  it("offers a square to what is none", () => {
    const request = sampleRequest({ model: "wide", widthPx: 512, heightPx: 768 }, 1);

    expect(labels(composeAnswer(sampleJob({ request }), models))[1]).toBe(
      "Zoom out 1.5x Zoom out 2x Custom zoom Make square",
    );
  });

  it("shows one of several pictures alone, to one person", () => {
    const message = composePicture(sampleJob({ request: sampleRequest({ model: "painter" }) }), 2, models);

    expect(message).toMatchObject({ private: true, pictures: [{ fileName: "easel-k3f9x2ab-3.png" }] });
    expect(message.buttons.flat().map(({ id }) => decodeButtonId(id).index)).toEqual(
      Array.from({ length: 15 }, () => 2),
    );
    expect(labels(message).at(-1)).toBe("Favourite Info");
  });

  it("has a title also for what was asked without words", () => {
    const request = sampleRequest({ mode: "blend", prompt: " " });

    expect(composeAnswer(sampleJob({ request })).text).toMatch(/^\*\*Blend\*\*/);
  });

  it.each([
    [5, ["U1 U2 U3 U4 U5", "V1 V2 V3 V4 V5", ...BELOW]],
    [6, ["U1 U2 U3", "U4 U5 U6", "V1 V2 V3", "V4 V5 V6", ...BELOW]],
    [8, ["U1 U2 U3 U4", "U5 U6 U7 U8", "V1 V2 V3 V4", "V5 V6 V7 V8", ...BELOW]],
  ])("fits the buttons of %i pictures into rows of at most five", (count, rows) => {
    expect(labels(composeAnswer(sampleJob({ request: sampleRequest({}, count) })))).toEqual(rows);
  });

  it("offers to enlarge until the picture is very large", () => {
    expect(labels(composeAnswer(upscaledJob(1024)))).toEqual(["Upscale 2x Upscale 4x", "Favourite Info Report"]);
    expect(labels(composeAnswer(upscaledJob(2048)))).toEqual(["Upscale 2x", "Favourite Info Report"]);
    expect(labels(composeAnswer(upscaledJob(4096)))).toEqual(["Favourite Info Report"]);
    expect(composeAnswer(upscaledJob(256)).footer).toContain(" · 2x · ");
  });

  it("says a style that all pictures share once", () => {
    const job = sampleJob();
    const pictures = job.result!.pictures.map((picture) => ({ ...picture, style: "fluent-3d" }));

    expect(composeAnswer({ ...job, result: { ...job.result!, pictures } }).text).toBe("**a fox**\nfluent-3d");
  });

  it("calls styles what people type, where the model is known", () => {
    const job = sampleJob({ request: sampleRequest({ model: painter.id }) });
    const [picture] = job.result!.pictures;
    const pictures = ["fluent-3d", "gone"].map((style) => ({ ...picture!, style }));
    const models = { list: () => [painter] };

    expect(composeAnswer({ ...job, result: { ...job.result!, pictures } }, models).text).toBe(
      "**a fox**\n1 3d · 2 gone",
    );
  });

  it("says each note once", () => {
    const job = sampleJob({ request: sampleRequest({ notes: ["A note."] }) });
    const { text } = composeAnswer({ ...job, result: { ...job.result!, notes: ["A note.", "Another."] } });

    expect(text.split("\n").slice(2)).toEqual(["A note.", "Another."]);
  });

  it("cannot be given markup, lines or endless text by a prompt", () => {
    const prompt = `**x** \`y\`\n# z ${"long ".repeat(500)}`;
    const [first] = composeAnswer(sampleJob({ request: sampleRequest({ prompt }) })).text.split("\n");

    expect(first).toMatch(/^\*\*∗∗x∗∗ ˋyˋ # z .*…\*\*$/);
    expect(first!.length).toBeLessThan(620);
  });

  it("hides what the filters want hidden", () => {
    const spoiler = composeAnswer(sampleJob({ request: sampleRequest({ spoiler: true }) }));
    const open = composeAnswer(sampleJob());

    expect(spoiler.pictures.map((picture) => picture.spoiler)).toEqual([true, true, true, true]);
    expect(open.pictures.map((picture) => picture.spoiler)).toEqual([false, false, false, false]);
  });

  it("keeps a private request private in every state", () => {
    const request = sampleRequest({ private: true });
    const jobs = [
      sampleJob({ request }),
      ...(["queued", "failed", "cancelled", "refused"] as const).map((state) => openJob({ request, state })),
    ];

    expect(jobs.map((job) => composeAnswer(job).private)).toEqual([true, true, true, true, true]);
  });

  it("says why a job failed or was refused, and offers another try where it may help", () => {
    const failure = { code: "generation-failed", params: {}, message: "The picture could not be made." } as const;
    const failed = composeAnswer(openJob({ state: "failed", failure }));
    const refused = composeAnswer(openJob({ state: "refused", failure }));

    expect(failed).toMatchObject({ kind: "error", text: "**a fox**\nThe picture could not be made.", pictures: [] });
    expect(labels(failed)).toEqual(["Retry"]);
    expect(refused).toMatchObject({ kind: "error", buttons: [] });
  });

  it("says who cancelled", () => {
    expect(composeAnswer(openJob({ state: "cancelled", cancelledBy: "ann" })).text).toBe("**a fox**\nCancelled.");
    expect(composeAnswer(openJob({ state: "cancelled", cancelledBy: "mod" })).text).toBe(
      "**a fox**\nCancelled by a moderator.",
    );
  });

  it("lets one stop what is not finished", () => {
    expect(labels(composeAnswer(openJob()))).toEqual(["Cancel"]);
    expect(composeAnswer(openJob({ state: "running" })).text).toBe("**a fox**\nThis one is being drawn.");
  });

  it("has a file in commands/buttons for every button it shows", () => {
    const files = readdirSync(fileURLToPath(new URL("../../commands/buttons", import.meta.url)));
    const messages = [
      sampleJob(),
      sampleJob({ request: sampleRequest({ model: "painter" }, 1) }),
      sampleJob({ request: sampleRequest({ model: "wide", widthPx: 640 }, 1) }),
      openJob(),
      openJob({ state: "failed" }),
    ].map((job) => composeAnswer(job, models));
    const actions = new Set(
      messages.flatMap(({ buttons }) => buttons.flat().map(({ id }) => decodeButtonId(id).action)),
    );

    expect(actions.size).toBe(22);
    for (const action of actions) expect(files).toContain(`${action}.ts`);
  });

  it("never uses one shortcut twice in a message", () => {
    for (const count of [1, 4, 8]) {
      const shortcuts = composeAnswer(sampleJob({ request: sampleRequest({ model: "painter" }, count) }), models)
        .buttons.flat()
        .map(({ shortcut }) => shortcut);

      expect(new Set(shortcuts).size).toBe(shortcuts.length);
    }
  });
});
