import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { readPlaceSettings, writePlaceSettings } from "../../src/core/place-settings.ts";
import { createSampleLibrary } from "../core/sample-models.ts";
import { asker, openModeration } from "../support/open-moderation.ts";

const HOUR_MS = 3_600_000;
const mod = asker("mod", { moderator: true });
const models = createSampleLibrary();

/** A room where the named models fail their trial with a sentence. */
function open(unfit: Readonly<Record<string, UserError>> = {}) {
  const tried: string[] = [];
  const tryModel = async (model: string) => {
    tried.push(model);
    const error = unfit[model];
    if (error) throw error;
  };
  return openModeration({ trials: { models, tryModel } }).then((world) => ({ ...world, tried }));
}

const modelIn = async ({ settings }: Awaited<ReturnType<typeof open>>, by = mod) =>
  (await readPlaceSettings(settings, by.place, "server"))["model"];

describe("the model of a community", () => {
  it("is the operator's until a moderator tries another one and takes it", async () => {
    const world = await open();
    const before = await world.room.models.history(mod);

    const after = await world.room.models.use("sd-turbo", mod);

    expect(before).toEqual([{}]);
    expect(after).toEqual([{ model: "sd-turbo", by: "fake:mod", at: world.clock.now() }, {}]);
    expect(world.tried).toEqual(["sd-turbo"]);
    expect(await modelIn(world)).toBe("sd-turbo");
    expect(await world.room.models.history(mod)).toEqual(after);
    expect(await modelIn(world, asker("mod", { moderator: true, community: "elsewhere" }))).toBeUndefined();
  });

  it("stays when the other one fails its trial, and it says why", async () => {
    const world = await open({ sdxl: new UserError("trial-failed", { reason: "the device stopped working" }) });
    await world.room.models.use("sd-turbo", mod);

    await expect(world.room.models.use("sdxl", mod)).rejects.toThrow(
      "sdxl was tried with one picture and is not in use: it made no picture, because the device stopped working. sd-turbo goes on drawing here.",
    );

    expect(await modelIn(world)).toBe("sd-turbo");
    expect(await world.room.models.history(mod)).toHaveLength(2);
  });

  it("goes back step by step, and then there is nothing before", async () => {
    const world = await open();
    await world.room.models.use("sd-turbo", mod);
    await world.clock.advance(HOUR_MS);
    await world.room.models.use("sdxl", mod);

    const once = await world.room.models.rollBack(mod);
    const twice = await world.room.models.rollBack(mod);

    expect(once.map(({ model }) => model)).toEqual(["sd-turbo", undefined]);
    expect(once[0]).toMatchObject({ by: "fake:mod", at: world.clock.now() });
    expect(twice.map(({ model }) => model)).toEqual([undefined]);
    expect(await modelIn(world)).toBeUndefined();
    expect(world.tried).toEqual(["sd-turbo", "sdxl"]);
    await expect(world.room.models.rollBack(mod)).rejects.toMatchObject({ code: "no-model-before" });
  });

  it("keeps the other settings of the place", async () => {
    const world = await open();
    await writePlaceSettings(world.settings, mod.place, "server", { "max-count": 2 });

    await world.room.models.use("sd-turbo", mod);
    await world.room.models.rollBack(mod);

    expect(await readPlaceSettings(world.settings, mod.place, "server")).toEqual({ "max-count": 2 });
  });

  it("knows one that was set before there was a history", async () => {
    const world = await open();
    await writePlaceSettings(world.settings, mod.place, "server", { model: "sdxl" });
    const before = await world.room.models.history(mod);

    const after = await world.room.models.use("sd-turbo", mod);

    expect(before).toEqual([{ model: "sdxl" }]);
    expect(after.map(({ model }) => model)).toEqual(["sd-turbo", "sdxl"]);
  });

  it("is written down in the audit log", async () => {
    const world = await open();
    await world.room.models.use("sd-turbo", mod);
    await world.room.models.rollBack(mod);

    expect(world.room.audit.list({ limit: 2 })).toMatchObject([
      { event: "model", by: "fake:mod", platform: "fake", community: "club", detail: "sd-turbo -> default" },
      { event: "model", by: "fake:mod", platform: "fake", community: "club", detail: "default -> sd-turbo" },
    ]);
  });

  it("is tried once at a time in a community", async () => {
    let finish!: () => void;
    const tryModel = () => new Promise<void>((resolve) => (finish = resolve));
    const world = await openModeration({ trials: { models, tryModel } });
    const first = world.room.models.use("sd-turbo", mod);
    await world.clock.advance(0);

    await expect(world.room.models.use("sdxl", mod)).rejects.toMatchObject({ code: "model-on-trial" });
    finish();

    expect((await first)[0]).toMatchObject({ model: "sd-turbo" });
  });

  it("is for moderators, for models that are there, and not while drawing is paused", async () => {
    const world = await open();
    const { models: room, killSwitch } = world.room;

    for (const act of [room.history(asker("eve")), room.use("sdxl", asker("eve")), room.rollBack(asker("eve"))]) {
      await expect(act).rejects.toMatchObject({ code: "moderators-only" });
    }
    await expect(room.use("nothing", mod)).rejects.toMatchObject({ code: "model-unknown" });
    await killSwitch.pause("operator");
    await expect(room.use("sdxl", mod)).rejects.toMatchObject({ code: "queue-paused" });
    expect(world.tried).toEqual([]);
  });

  it("is not gone back to when it is not installed any more", async () => {
    const world = await open();
    await writePlaceSettings(world.settings, mod.place, "server", { model: "gone" });
    await world.room.models.use("sd-turbo", mod);

    await expect(world.room.models.rollBack(mod)).rejects.toMatchObject({ code: "model-unknown" });

    expect(await modelIn(world)).toBe("sd-turbo");
  });
});
