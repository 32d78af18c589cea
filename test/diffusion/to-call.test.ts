import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GenerateTask, RawPicture } from "../../src/core/generator.ts";
import type { ImageRequest } from "../../src/core/image-request.ts";
import type { LoadedModel } from "../../src/diffusion/loaded-model.ts";
import { toCalls } from "../../src/diffusion/to-call.ts";
import { imageRequest } from "../support/image-request.ts";
import { openTiny } from "./picture-memory-tiny.ts";
import { openGolden } from "./shipped-model.ts";

let model: LoadedModel;
beforeAll(async () => {
  model = await openGolden("sd1-img2img-unipc");
});
afterAll(() => model.release());

const picture = (widthPx: number, heightPx: number): RawPicture => ({
  widthPx,
  heightPx,
  channels: 3,
  data: new Uint8Array(widthPx * heightPx * 3).fill(128),
});

function calls(fields: Partial<ImageRequest>, inputs: GenerateTask["inputs"] = {}) {
  return toCalls({ request: imageRequest({ widthPx: 64, heightPx: 64, ...fields }), inputs, previews: false }, model);
}

describe("toCalls", () => {
  it("draws all pictures in one call, each with its own generator, prompt and variation", () => {
    const variation = { seed: 3, strength: 0.2 };
    const pictures = [
      { seed: 7, prompt: "a fox" },
      { seed: 8, prompt: "a flat fox", variation },
    ];

    const [call, ...others] = calls({ pictures, negativePrompt: "fog" });

    expect(others).toEqual([]);
    expect(call).toMatchObject({
      mode: "text-to-image",
      prompts: ["a fox", "a flat fox"],
      negativePrompts: ["fog", "fog"],
      generator: { kind: "list", seeds: [7, 8] },
      variations: [undefined, variation],
      promptSyntax: true,
    });
  });

  it("takes an empty negative prompt for none, and an empty scheduler name for the model's own", () => {
    const [call] = calls({ negativePrompt: " ", scheduler: { name: "", config: {} } });

    expect(call!.negativePrompts).toEqual([undefined, undefined]);
    expect(call).not.toHaveProperty("scheduler");
  });

  it("cuts input pictures to the shape that is drawn", () => {
    const [call] = calls({ mode: "image-to-image", strength: 0.5 }, { image: picture(200, 100) });

    expect([call!.image!.widthPx, call!.image!.heightPx, call!.strength]).toEqual([64, 64, 0.5]);
  });

  it.each([
    ["inpaint", { mask: picture(64, 64) }],
    ["outpaint", {}],
  ] as const)("draws every picture of %s in a call of its own", (mode, inputs) => {
    const made = calls({ mode }, { image: picture(64, 64), ...inputs });

    expect(made.map(({ prompts, generator }) => [prompts, generator])).toEqual([
      [["a fox"], { kind: "list", seeds: [7] }],
      [["a fox"], { kind: "list", seeds: [8] }],
    ]);
  });

  it("paints new sides from noise alone, or as far as the strength goes from the edge of the picture", () => {
    const expand = { top: 0, right: 32, bottom: 0, left: 0 };

    const [call] = calls({ mode: "outpaint", widthPx: 96, expand }, { image: picture(64, 64) });
    const [near] = calls({ mode: "outpaint", widthPx: 96, strength: 0.4, expand }, { image: picture(64, 64) });

    expect(near!.strength).toBe(0.4);
    expect(call).toMatchObject({ strength: 1, width: 96, height: 64, image: { widthPx: 96 }, mask: { widthPx: 96 } });
  });

  it("blends all pictures by the request's weights", () => {
    const inputs = { image: picture(64, 64), second: picture(32, 32), third: picture(64, 128) };

    const [call] = calls({ mode: "blend", blendWeights: [1, 2, 3] }, inputs);

    expect(call).toMatchObject({
      shares: [1, 2, 3],
      image: { widthPx: 64 },
      others: [{ widthPx: 64 }, { heightPx: 64 }],
    });
  });

  it("needs a second picture for a blend", () => {
    expect(() => calls({ mode: "blend" }, { image: picture(64, 64) })).toThrow(
      expect.objectContaining({ code: "input-missing", params: { mode: "blend", input: "second" } }),
    );
  });

  it("repaints the named part of a picture, or what a mask says where there is one", () => {
    const image = picture(64, 64);

    const [named] = calls({ mode: "inpaint", region: "left" }, { image });
    const [masked] = calls({ mode: "inpaint", region: "left" }, { image, mask: picture(64, 64) });

    expect([named!.mask!.data[0], named!.mask!.data.at(-1)]).toEqual([255, 0]);
    expect(masked!.mask!.data).toEqual(picture(64, 64).data);
  });

  it("redraws an enlarged picture with little strength", () => {
    const [call] = calls({ mode: "upscale", factor: 1.5 }, { image: picture(64, 32) });

    expect(call).toMatchObject({ mode: "upscale", width: 96, height: 48, strength: 0.3, image: { widthPx: 96 } });
  });

  it("makes no call for an enlarged picture that is not redrawn", () => {
    expect(calls({ mode: "upscale", factor: 2, strength: 0 }, { image: picture(64, 32) })).toEqual([]);
  });

  it.each([
    ["image-to-image", "image"],
    ["inpaint", "image"],
    ["outpaint", "image"],
    ["instruct", "image"],
    ["controlnet", "control"],
    ["blend", "image"],
    ["upscale", "image"],
  ] as const)("says that %s needs the picture %s", (mode, input) => {
    expect(() => calls({ mode })).toThrow(expect.objectContaining({ code: "input-missing", params: { mode, input } }));
  });
});

describe("toCalls for a model with styles", () => {
  it.each([
    ["whose style was drawn", { prompt: "a fox" }, true],
    ["whose prompt names a style", { prompt: "a fox, 3d" }, undefined],
    ["whose style was chosen", { prompt: "a fox", style: "noto" }, undefined],
  ])("says of a request %s whether it was", async (_, fields, isStyleDrawn) => {
    const tiny = await openTiny();
    const pictures = [{ seed: 1, prompt: "a fox, 3d", style: "fluent-3d" }];

    const [call] = toCalls({ request: imageRequest({ ...fields, pictures }), inputs: {}, previews: false }, tiny);

    expect(call!.isStyleDrawn).toBe(isStyleDrawn);
    await tiny.release();
  });
});
