import { describe, expect, it } from "vitest";
import admin from "../../commands/admin.ts";
import modelsCommand from "../../commands/models.ts";
import settingsCommand from "../../commands/settings.ts";
import imagine from "../../commands/imagine.ts";
import { UserError } from "../../src/core/errors.ts";
import { createFakeContext, createFakeQueue, createFakeStore } from "./fake-context.ts";
import { createSampleLibrary } from "../core/sample-models.ts";
import { openSmallModeration } from "../support/open-moderation.ts";

const MODERATOR = { id: "mod", moderator: true };

/** A moderator and a member of one community whose model sdxl draws nothing. */
function open() {
  const stored = new Map<string, unknown>();
  const moderation = openSmallModeration({
    queue: createFakeQueue([]),
    settings: createFakeStore(stored),
    trials: {
      models: createSampleLibrary(),
      async tryModel(model) {
        if (model === "sdxl") throw new UserError("trial-failed", { reason: "the device stopped working" });
      },
    },
  });
  return {
    mod: createFakeContext({ person: MODERATOR, stored, moderation }),
    ann: createFakeContext({ stored, moderation }),
  };
}

const said = ({ replies }: { replies: readonly { text: string }[] }) => replies.at(-1)!.text;

describe("/admin model, model-use and model-rollback", () => {
  it("show what draws, take another one after a trial, and return", async () => {
    const { mod } = open();

    await admin.run(mod, { action: "model" });
    await admin.run(mod, { action: "model-use", model: "sd-turbo" });
    await admin.run(mod, { action: "model" });
    await admin.run(mod, { action: "model-rollback" });

    expect(mod.replies.map(({ text }) => text)).toEqual([
      "**stickers** draws here what names no model, the operator's default.\nInstalled: stickers, sd-turbo, sdxl. `/admin model-use --model …` tries one and takes it.",
      "**sd-turbo** draws here from now on what names no model: it was tried with one picture, and the filters let that pass.\nBefore it: stickers, the operator's default; `/admin model-rollback` returns to it.",
      "**sd-turbo** draws here what names no model, since 2026-01-01 00:00 UTC by test:mod.\nBefore it: stickers, the operator's default; `/admin model-rollback` returns to it.\nInstalled: stickers, sd-turbo, sdxl. `/admin model-use --model …` tries one and takes it.",
      "**stickers** draws here again what names no model, in place of sd-turbo.",
    ]);
  });

  it("hold for everybody here who names no model", async () => {
    const { mod, ann } = open();
    const asked = async () => {
      await imagine.run(ann, { prompt: "a fox" });
      return ann.submitted.at(-1)![0]!.model;
    };
    const before = await asked();
    await admin.run(mod, { action: "model-use", model: "sd-turbo" });
    const after = await asked();
    await modelsCommand.run(ann, {});
    await imagine.run(ann, { prompt: "a fox", model: "stickers" });

    expect([before, after]).toEqual(["stickers", "sd-turbo"]);
    expect(said(ann)).toContain("**sd-turbo** (default)");
    expect(said(ann)).not.toContain("**stickers** (default)");
    expect(ann.submitted.at(-1)![0]!.model).toBe("stickers");
  });

  it("leave everything as it is when the trial fails, also from /settings", async () => {
    const { mod } = open();

    await expect(admin.run(mod, { action: "model-use", model: "sdxl" })).rejects.toMatchObject({ code: "model-unfit" });
    await expect(settingsCommand.run(mod, { for: "server", model: "sdxl" })).rejects.toMatchObject({
      code: "model-unfit",
    });
    await admin.run(mod, { action: "model" });

    expect(said(mod)).toMatch(/^\*\*stickers\*\* draws here/);
  });

  it("know what /settings decided, and the other way round", async () => {
    const { mod } = open();

    await settingsCommand.run(mod, { for: "server", model: "sd-turbo" });
    await admin.run(mod, { action: "model" });
    expect(said(mod)).toContain("**sd-turbo** draws here what names no model, since 2026-01-01 00:00 UTC by test:mod");
    await settingsCommand.run(mod, { for: "channel", model: "stickers" });
    await admin.run(mod, { action: "model" });
    expect(said(mod)).toContain("This channel has a model of its own: stickers");
    await settingsCommand.run(mod, { for: "server", reset: true });
    await admin.run(mod, { action: "model" });
    expect(said(mod)).toContain("**stickers** draws here what names no model, the operator's default, since");
    await admin.run(mod, { action: "model-rollback" });
    await settingsCommand.run(mod, { for: "server" });
    expect(said(mod)).toContain("model: `sd-turbo`");
  });

  it("say what is missing", async () => {
    const { mod } = open();

    await expect(admin.run(mod, { action: "model-use" })).rejects.toThrow("--model needs a value");
    await expect(admin.run(mod, { action: "model-rollback" })).rejects.toThrow("There is no model before this one");
  });
});

describe("/admin limits", () => {
  it("shows the operator's, and sets and shows this server's", async () => {
    const { mod, ann } = open();

    await admin.run(mod, { action: "limits" });
    await settingsCommand.run(mod, { for: "channel", "max-steps": 9 });
    await admin.run(mod, { action: "limits", "max-count": 2, "max-waiting": 3 });
    await settingsCommand.run(ann, {});

    expect(mod.replies[0]!.text).toContain(
      "The operator's:\n• one limit\n• Requests and pictures are kept 30 days, decisions and the audit log 90 days",
    );
    expect(mod.replies[0]!.text).toContain("This server has none of its own.");
    expect(said(mod)).toContain(
      "This server's:\n• max-count: `2`\n• max-waiting: `3`\nThis channel's:\n• max-steps: `9`",
    );
    expect(said(ann)).toContain("This server's:\nmax-count: `2`\nmax-waiting: `3`");
  });
});
