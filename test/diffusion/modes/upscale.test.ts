import { describe, expect, it } from "vitest";
import type { LoadedModel } from "../../../src/diffusion/loaded-model.ts";
import { refineSize } from "../../../src/diffusion/modes/upscale.ts";
import type { PortInfo } from "../../../src/onnx/session.ts";

/** What refineSize looks at of a model. */
function modelWith(fields: { encoder?: boolean; sampleSize?: number; dims?: PortInfo["dims"] }): LoadedModel {
  const { encoder = true, sampleSize = 64, dims = ["b", 4, "h", "w"] } = fields;
  const session = { input: (name: string) => (name === "sample" ? { name, type: "float32", dims } : undefined) };
  return {
    family: "stable-diffusion",
    vaeScaleFactor: 8,
    vaeEncoder: encoder ? {} : undefined,
    denoiser: { kind: "unet", config: { sample_size: sampleSize }, session },
  } as unknown as LoadedModel;
}

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });

describe("refineSize", () => {
  it("is the target where the model draws it well", () => {
    expect(refineSize(modelWith({}), size(256, 256), size(512, 512))).toEqual(size(512, 512));
  });

  it("is at most 1.5 times the native side, in the picture's shape and in whole cells", () => {
    expect(refineSize(modelWith({}), size(512, 512), size(1024, 1024))).toEqual(size(768, 768));
    expect(refineSize(modelWith({}), size(600, 400), size(1200, 800))).toEqual(size(936, 624));
  });

  it.each([
    ["there is no encoder", { encoder: false }],
    ["the graph has one size", { dims: ["b", 4, 64, 64] }],
    ["the picture is larger already", { sampleSize: 32 }],
  ])("is none where %s", (_, fields) => {
    expect(refineSize(modelWith(fields), size(512, 512), size(1024, 1024))).toBeUndefined();
  });
});
