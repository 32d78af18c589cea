import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GenerateEvent, GenerateTask, RawPicture } from "../../src/core/generator.ts";
import type { ImageRequest } from "../../src/core/image-request.ts";
import { drawTask, type Drawing } from "../../src/diffusion/draw-task.ts";
import { createEngine, type Engine } from "../../src/diffusion/generate.ts";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { openScorer } from "../../src/diffusion/rank-pictures.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import { builtInRequest } from "../support/built-in-request.ts";
import { openBuiltIn, openGolden, sessionOptions, shippedFolder } from "./shipped-model.ts";

let model: LoadedModel;
let engine: Engine;
beforeAll(async () => {
  model = await openBuiltIn();
  engine = createEngine({ model });
});
afterAll(() => model.release());

/** Left half black, right half white. */
const halfMask: RawPicture = {
  widthPx: 128,
  heightPx: 128,
  channels: 3,
  data: new Uint8Array(128 * 128 * 3).map((_, i) => (Math.floor(i / 3) % 128 < 64 ? 0 : 255)),
};

async function draw(
  fields: Partial<ImageRequest>,
  inputs: GenerateTask["inputs"] = {},
  of: Drawing = { engine, model },
) {
  const events: GenerateEvent[] = [];
  const task = { job: "j", request: builtInRequest(fields), inputs, previews: false };
  const made = await drawTask(of, task, (event) => events.push(event), new AbortController().signal);
  return { ...made, events };
}

const bytes = (pictures: readonly RawPicture[]) => pictures.map(({ data }) => Buffer.from(data).toString("base64"));

describe("drawTask", () => {
  it("draws the pictures of a request, each the same as alone", async () => {
    const recipes = [
      { seed: 4, prompt: "a fox" },
      { seed: 9, prompt: "two cats" },
    ];

    const both = await draw({ pictures: recipes });
    const second = await draw({ pictures: recipes.slice(1) });

    expect(bytes(both.pictures)[1]).toBe(bytes(second.pictures)[0]);
  });

  it("shows the candidates that fit the prompt best, the best first, with the places of their recipes", async () => {
    const path = shippedFolder("test/golden/scorer/model");
    const scorer = await openScorer({ path }, { openSession, sessionOptions });
    const recipes = [1, 2, 3, 4, 5].map((seed) => ({ seed, prompt: "a fox" }));
    const drawing = { engine, model, scorer: async () => scorer };
    const prompt = "a (red:1.3) fox";

    const all = await draw({ prompt, pictures: recipes });
    const best = await draw({ prompt, pictures: recipes, bestOf: 2 }, {}, drawing);
    const scores: number[] = [];
    for (const picture of all.pictures) scores.push(await scorer!.score("a red fox", picture));
    await scorer!.release();

    const order = [0, 1, 2, 3, 4].sort((a, b) => scores[b]! - scores[a]!).slice(0, 3);
    expect(best.pictures.map(({ recipe }) => recipe)).toEqual(order);
    expect(bytes(best.pictures)).toEqual(order.map((index) => bytes(all.pictures)[index]));
  });

  it("says when there is nothing that could choose the best", async () => {
    const asked = draw({ bestOf: 2 }, {}, { engine, model, scorer: async () => undefined });

    await expect(asked).rejects.toThrow("easel-v0 cannot choose the best of several candidates");
  });

  it("keeps the pixels that the mask leaves, and paints the others", async () => {
    const [fox] = (await draw({ pictures: [{ seed: 1, prompt: "a fox in the snow" }] })).pictures;

    const painted = await draw(
      { mode: "inpaint", strength: 1, pictures: [{ seed: 5, prompt: "a green meadow" }] },
      { image: fox!, mask: halfMask },
    );

    const { data } = painted.pictures[0]!;
    let [keptLeft, changedRight] = [true, 0];
    for (let i = 0; i < data.length; i++) {
      const x = Math.floor(i / 4) % 128;
      if (x < 64 && data[i] !== fox!.data[i]) keptLeft = false;
      if (x >= 64 && data[i] !== fox!.data[i]) changedRight++;
    }
    expect(keptLeft).toBe(true);
    expect(changedRight).toBeGreaterThan(1000);
  });

  it("draws an inpainted picture the same alone and as one of two, and counts steps on", async () => {
    const image = (await draw({ pictures: [{ seed: 1, prompt: "a fox" }] })).pictures[0]!;
    const recipes = [
      { seed: 4, prompt: "a cat" },
      { seed: 9, prompt: "a cat" },
    ];

    const both = await draw({ mode: "inpaint", strength: 1, steps: 2, pictures: recipes }, { image, mask: halfMask });
    const alone = await draw(
      { mode: "inpaint", strength: 1, steps: 2, pictures: recipes.slice(1) },
      { image, mask: halfMask },
    );

    expect(bytes(both.pictures)[1]).toBe(bytes(alone.pictures)[0]);
    expect(both.events.filter(({ type }) => type === "step")).toEqual(
      [1, 2, 3, 4].map((step) => ({ type: "step", step, steps: 4 })),
    );
  });

  it("extends a picture with a model of one size", async () => {
    const image = (await draw({ pictures: [{ seed: 1, prompt: "a fox in the snow" }] })).pictures[0]!;
    const expand = { top: 0, right: 64, bottom: 0, left: 64 };

    const { pictures } = await draw({ mode: "outpaint", expand, pictures: [{ seed: 3, prompt: "snow" }] }, { image });

    expect(pictures.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([[128, 128]]);
  });

  it("begins image to image at the step that strength leaves", async () => {
    const image = (await draw({ pictures: [{ seed: 1, prompt: "a fox" }] })).pictures[0]!;
    const pictures = [{ seed: 2, prompt: "a cat" }];

    const half = await draw({ mode: "image-to-image", strength: 0.5, pictures }, { image });
    const none = await draw({ mode: "image-to-image", strength: 0, pictures }, { image });

    // Of the four that were asked for, the last two.
    expect(half.events).toEqual(
      [3, 4].map((step) => ({ type: "step", step, steps: 4 })).concat({ type: "decoding" } as never),
    );
    expect(none.events).toEqual([{ type: "decoding" }]);
    const difference = none.pictures[0]!.data.reduce((sum, value, i) => sum + Math.abs(value - image.data[i]!), 0);
    expect(difference / image.data.length).toBeLessThan(8);
  });

  it("blends two pictures: at weight 0 it is the first one's redrawing", async () => {
    const [image, second] = (
      await draw({
        pictures: [
          { seed: 1, prompt: "a fox" },
          { seed: 2, prompt: "a red apple" },
        ],
      })
    ).pictures;
    const pictures = [{ seed: 3, prompt: "a fox" }];
    const blend = (weight: number) =>
      draw(
        { mode: "blend", strength: 0.5, blendWeights: [1 - weight, weight], pictures },
        { image: image!, second: second! },
      );

    const first = await draw({ mode: "image-to-image", strength: 0.5, pictures }, { image: image! });
    const [zero, middle] = [await blend(0), await blend(0.5)];

    expect(bytes(zero.pictures)).toEqual(bytes(first.pictures));
    expect(bytes(middle.pictures)).not.toEqual(bytes(first.pictures));
  });

  it("enlarges without redrawing where the model has one size, and says so", async () => {
    const image = (await draw({ pictures: [{ seed: 1, prompt: "a fox" }] })).pictures[0]!;

    const upscaled = await draw({ mode: "upscale", factor: 2, pictures: [{ seed: 1, prompt: "a fox" }] }, { image });

    expect(upscaled.pictures.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([[256, 256]]);
    expect(upscaled.notes).toHaveLength(1);
    expect(upscaled.events).toEqual([]);
  });

  it("redraws an enlarged picture in part and resizes the rest", async () => {
    const other = await openGolden("sd1-img2img-unipc");
    const image: RawPicture = { widthPx: 64, heightPx: 64, channels: 3, data: new Uint8Array(64 * 64 * 3).fill(90) };
    const request = { mode: "upscale", factor: 4, steps: 10, pictures: [{ seed: 1, prompt: "a fox" }] } as const;

    const upscaled = await draw(request, { image }, { engine: createEngine({ model: other }), model: other });
    await other.release();

    expect(upscaled.pictures.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([[256, 256]]);
    expect(upscaled.events.filter(({ type }) => type === "step")).toHaveLength(3);
    expect(upscaled.notes).toEqual([]);
  });
});
