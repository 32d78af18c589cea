import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GenerateEvent, RawPicture } from "../../src/core/generator.ts";
import type { Call } from "../../src/diffusion/call.ts";
import { createEngine } from "../../src/diffusion/generate.ts";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { fixedBatches } from "../../src/diffusion/row-batches.ts";
import { countRows, openBuiltIn } from "./shipped-model.ts";

let model: LoadedModel;
beforeAll(async () => {
  model = await openBuiltIn();
});
afterAll(() => model.release());

const PROMPTS = ["a fox in the snow", "a red apple on a white background", "a blue car at night", "two cats"];

function call(prompts: readonly string[], seeds: readonly number[], fields: Partial<Call> = {}): Call {
  return {
    mode: "text-to-image",
    prompts,
    promptSyntax: true,
    height: 128,
    width: 128,
    numInferenceSteps: 4,
    guidanceScale: 2.5,
    generator: { kind: "list", seeds },
    ...fields,
  };
}

const bytes = (pictures: readonly RawPicture[]) => pictures.map(({ data }) => Buffer.from(data).toString("base64"));

describe("the built-in model", () => {
  it.each([2.5, 1])("draws a recipe to the same bytes alone and among four, at guidance %d", async (guidanceScale) => {
    const engine = createEngine({ model });

    const together = await engine.generate(call(PROMPTS, [1, 2, 3, 4], { guidanceScale }));
    const alone: RawPicture[] = [];
    for (const [i, prompt] of PROMPTS.entries())
      alone.push(...(await engine.generate(call([prompt], [i + 1], { guidanceScale }))).pictures);

    expect(bytes(together.pictures)).toEqual(bytes(alone));
  });

  it("draws the same bytes whatever number of rows run together", async () => {
    const wanted = await createEngine({ model }).generate(call(PROMPTS.slice(0, 2), [5, 6]));

    const rowByRow = await createEngine({ model, batches: fixedBatches(1) }).generate(
      call(PROMPTS.slice(0, 2), [5, 6]),
    );

    expect(bytes(rowByRow.pictures)).toEqual(bytes(wanted.pictures));
  });

  it("draws RGBA pictures of the asked size that differ by seed and by prompt", async () => {
    const { pictures } = await createEngine({ model }).generate(call(["a fox", "a fox", "a car"], [1, 2, 1]));

    expect(pictures.map(({ widthPx, heightPx, channels }) => [widthPx, heightPx, channels])).toEqual(
      pictures.map(() => [128, 128, 4]),
    );
    expect(new Set(bytes(pictures)).size).toBe(3);
  });

  it("runs a negative row for each picture only above a guidance scale of 1", async () => {
    const { session, rows } = countRows(model.denoiser.session);
    const engine = createEngine({ model: { ...model, denoiser: { ...model.denoiser, session } } });

    await engine.generate(call(PROMPTS.slice(0, 2), [1, 2], { numInferenceSteps: 1, guidanceScale: 1 }));
    await engine.generate(call(PROMPTS.slice(0, 2), [1, 2], { numInferenceSteps: 1, guidanceScale: 1.5 }));

    expect(rows).toEqual([2, 4]);
  });

  it("encodes each prompt once and keeps it", async () => {
    const encoder = model.textEncoders[0]!;
    const { session, rows } = countRows(encoder.session);
    const engine = createEngine({ model: { ...model, textEncoders: [{ ...encoder, session }] } });

    await engine.generate(call(["a fox", "a fox", "a car"], [1, 2, 3], { numInferenceSteps: 1 }));
    await engine.generate(call(["a car", "a fox"], [4, 5], { numInferenceSteps: 1 }));

    // a fox, a car, and the empty negative prompt.
    expect(rows).toHaveLength(3);
  });

  it("refuses a size that its graph does not have", async () => {
    const wide = call(["a fox"], [1], { width: 256 });

    await expect(createEngine({ model }).generate(wide)).rejects.toThrow(
      "easel-v0 cannot draw 256x128. It draws 128x128 only.",
    );
  });
});

describe("variations", () => {
  it("are the picture itself at strength 0 and the other seed's at strength 1", async () => {
    const engine = createEngine({ model });
    const vary = (strength: number) => engine.generate(call(["a fox"], [1], { variations: [{ seed: 9, strength }] }));

    const plain = await engine.generate(call(["a fox", "a fox"], [1, 9]));
    const varied = [...(await vary(0)).pictures, ...(await vary(1)).pictures];
    const between = await vary(0.3);

    expect(bytes(varied)).toEqual(bytes(plain.pictures));
    expect(bytes(plain.pictures)).not.toContain(bytes(between.pictures)[0]);
  });

  it("of variations start from the first variation", async () => {
    const engine = createEngine({ model });
    const first = { seed: 9, strength: 1 };

    const nested = await engine.generate(call(["a fox"], [1], { variations: [{ seed: 7, strength: 0.4, of: first }] }));
    const direct = await engine.generate(call(["a fox"], [9], { variations: [{ seed: 7, strength: 0.4 }] }));

    expect(bytes(nested.pictures)).toEqual(bytes(direct.pictures));
  });
});

describe("events and cancellation", () => {
  it("tells every step, then that it decodes", async () => {
    const events: GenerateEvent[] = [];

    await createEngine({ model }).generate(call(["a fox"], [1]), (event) => events.push(event));

    const steps = [1, 2, 3, 4].map((step) => ({ type: "step", step, steps: 4 }));
    expect(events).toEqual([...steps, { type: "decoding" }]);
  });

  it("shows unfinished pictures side by side after every step but the last, without changing them", async () => {
    const previews: RawPicture[] = [];
    const plain = call(["a fox", "a cat", "a car"], [1, 2, 3]);
    const engine = createEngine({ model, previewEveryMs: 0 });

    const shown = await engine.generate({ ...plain, previews: true }, (event) => {
      if (event.type === "preview") previews.push(event.picture);
    });
    const unseen = await engine.generate(plain);

    expect(previews.map(({ widthPx, heightPx, channels }) => [widthPx, heightPx, channels])).toEqual([
      [256, 256, 4],
      [256, 256, 4],
      [256, 256, 4],
    ]);
    expect(bytes(shown.pictures)).toEqual(bytes(unseen.pictures));
  });

  it("stops between steps with an AbortError", async () => {
    const cancel = new AbortController();
    const events: GenerateEvent[] = [];
    const stopAtSecond = (event: GenerateEvent) => {
      events.push(event);
      if (event.type === "step" && event.step === 2) cancel.abort();
    };

    const drawing = createEngine({ model }).generate(call(["a fox"], [1]), stopAtSecond, cancel.signal);

    await expect(drawing).rejects.toMatchObject({ name: "AbortError", constructor: DOMException });
    expect(events).toHaveLength(2);
  });

  it("does not begin when it was cancelled before", async () => {
    const events: GenerateEvent[] = [];

    const drawing = createEngine({ model }).generate(
      call(["a fox"], [1]),
      (event) => events.push(event),
      AbortSignal.abort(),
    );

    await expect(drawing).rejects.toMatchObject({ name: "AbortError" });
    expect(events).toEqual([]);
  });

  it("measures its phases", async () => {
    const { timings } = await createEngine({ model }).generate(call(["a fox"], [1]));

    const { textMs, denoiseMs, decodeMs, totalMs } = timings;
    expect(Math.min(textMs, denoiseMs, decodeMs)).toBeGreaterThan(0);
    expect(textMs + denoiseMs + decodeMs).toBeCloseTo(totalMs, 3);
  });
});
