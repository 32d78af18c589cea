import { describe, expect, it } from "vitest";
import { UserError } from "../src/core/errors.ts";
import { CrashError } from "../src/core/generator.ts";
import { createModelTrial } from "../src/try-model.ts";
import { createSampleLibrary, stickers, turbo } from "./core/sample-models.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { createFakeSlot, fakePicture } from "./support/fake-generator.ts";
import { asker } from "./support/open-moderation.ts";

const mod = asker("mod", { moderator: true });

function open() {
  const generator = createFakeSlot();
  const clock = createFakeClock();
  const models = createSampleLibrary([stickers, turbo, { ...turbo, id: "inpainter", modes: ["inpaint"] }]);
  return { generator, clock, tryModel: createModelTrial({ models, generator, place: (verdict) => verdict, clock }) };
}

/** How a trial of SD Turbo ends when its run goes on like this. */
async function outcomeOf(go: (world: ReturnType<typeof open>) => unknown): Promise<unknown> {
  const world = open();
  const trial = world.tryModel("sd-turbo", mod).then(
    () => "fine",
    (error: unknown) => (error instanceof UserError ? error.message : error),
  );
  await go(world);
  return trial;
}

describe("the trial of a model", () => {
  it("draws one picture as the model itself would have it", async () => {
    const { generator, clock, tryModel } = open();
    const trial = tryModel("sd-turbo", mod);
    generator.runs[0]!.finish();
    await trial;

    expect(generator.runs.map(({ task }) => task.request)).toMatchObject([
      { model: "sd-turbo", mode: "text-to-image", steps: 2, widthPx: 512, pictures: [{ seed: 1 }] },
    ]);
    expect(clock.pending()).toBe(0);
  });

  it.each<[string, (world: ReturnType<typeof open>) => unknown, string]>([
    [
      "the filters hold its picture",
      ({ generator }) =>
        generator.runs[0]!.finish({ pictures: [fakePicture(1, { verdict: { level: "hold", rule: "nsfw/x" } })] }),
      "the safety filters do not let its picture pass (nsfw/x).",
    ],
    [
      "the device crashes",
      ({ generator }) => generator.runs[0]!.fail(new CrashError("signal 6")),
      "it made no picture, because the device stopped working.",
    ],
    [
      "the model cannot be loaded",
      ({ generator }) => generator.runs[0]!.fail(new UserError("model-broken", { model: "x", reason: "no unet." })),
      "The model x cannot be loaded: no unet.",
    ],
    [
      "nothing comes for ten minutes",
      ({ clock }) => clock.advance(600_000),
      "it made no picture, because there was none within 10 minutes.",
    ],
    [
      "the program ends",
      ({ generator }) => generator.runs[0]!.fail(new DOMException("stopped", "AbortError")),
      "I am restarting. Try again in a minute; what is already queued is kept.",
    ],
  ])("says what is wrong when %s", async (_, go, sentence) => {
    expect(await outcomeOf(go)).toBe(sentence);
  });

  it("is not even begun with a model that draws nothing from words", async () => {
    const { generator, tryModel } = open();

    await expect(tryModel("inpainter", mod)).rejects.toMatchObject({ code: "model-cannot" });
    expect(generator.runs).toEqual([]);
  });
});
