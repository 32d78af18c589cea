import { describe, expect, it } from "vitest";
import { defaultScheduler, LATENT_DEFAULTS } from "../../../src/diffusion/load/family-defaults.ts";
import { detectFamily, PLAIN_PIPELINES, plainPipelineClass } from "../../../src/diffusion/load/family.ts";
import { FAMILIES } from "../../../src/diffusion/loaded-model.ts";
import type { Session } from "../../../src/onnx/session.ts";

/** A graph with these inputs, which never runs. */
function graph(inputs: Readonly<Record<string, readonly (number | string)[]>>): Session {
  const ports = Object.entries(inputs).map(([name, dims]) => ({ name, dims, type: "float32" as const }));
  return {
    path: "model.onnx",
    inputs: ports,
    outputs: [],
    input: (name) => ports.find((port) => port.name === name),
    run: () => Promise.reject(new Error("this graph never runs")),
    release: () => Promise.resolve(),
  };
}

const image = ["B", 4, "h", "w"];
const rows = ["B", "S", 768];
const unet = graph({ sample: image, timestep: [], encoder_hidden_states: rows });
const lcm = graph({ sample: image, timestep: [], encoder_hidden_states: rows, timestep_cond: ["B", 256] });
const xl = graph({
  sample: image,
  timestep: [],
  encoder_hidden_states: rows,
  text_embeds: ["B", 1280],
  time_ids: ["B", 6],
});
const sd3 = graph({
  hidden_states: image,
  encoder_hidden_states: rows,
  pooled_projections: ["B", 2048],
  timestep: ["B"],
});
const flux = {
  hidden_states: rows,
  encoder_hidden_states: rows,
  pooled_projections: ["B", 768],
  timestep: ["B"],
  img_ids: ["N", 3],
};
const masked = (channels: number) =>
  graph({
    hidden_states: ["B", channels, "h", "w"],
    encoder_hidden_states: rows,
    encoder_attention_mask: ["B", "S"],
    timestep: ["B"],
  });

describe("detectFamily", () => {
  it.each([
    ["stable-diffusion", unet, undefined],
    ["stable-diffusion", unet, "StableDiffusionInpaintPipeline"],
    ["stable-diffusion", lcm, "LatentConsistencyModelPipeline"],
    ["stable-diffusion-xl", xl, undefined],
    ["stable-diffusion-xl", xl, "StableDiffusionPipeline"],
    ["stable-diffusion-3", sd3, undefined],
    ["flux", graph(flux), undefined],
    ["sana", masked(32), undefined],
    ["pixart", masked(4), undefined],
    ["sana", masked(4), "SanaPipeline"],
    ["stable-diffusion", unet, "SomebodysOwnPipeline"],
  ] as const)("finds %s", (family, session, pipelineClass) => {
    expect(detectFamily(session, "unet/model.onnx", pipelineClass)).toBe(family);
  });

  it("refuses what it does not know, with the inputs", () => {
    const strange = graph({ pixels: image });

    expect(() => detectFamily(strange, "unet/model.onnx", "KandinskyPipeline")).toThrow(
      "unet/model.onnx is not a denoiser that Easel knows: its inputs are pixels, and the pipeline KandinskyPipeline is not one that Easel knows",
    );
  });
});

describe("plainPipelineClass", () => {
  it.each([
    ["OnnxStableDiffusionPipeline", "StableDiffusionPipeline"],
    ["ORTStableDiffusionXLPipeline", "StableDiffusionXLPipeline"],
    ["StableDiffusion3Pipeline", "StableDiffusion3Pipeline"],
  ])("makes %s %s", (name, plain) => {
    expect(plainPipelineClass(name)).toBe(plain);
  });
});

describe("a family's defaults", () => {
  it.each([
    ["stable-diffusion", unet, "model/unet/model.onnx", "PNDMScheduler", { steps_offset: 1, skip_prk_steps: true }],
    ["stable-diffusion", lcm, "model/unet/model.onnx", "LCMScheduler", { original_inference_steps: 50 }],
    ["stable-diffusion", unet, "sd-turbo/unet/model.onnx", "EulerDiscreteScheduler", { timestep_spacing: "trailing" }],
    ["stable-diffusion-xl", xl, "sdxl/unet/model.onnx", "EulerDiscreteScheduler", { timestep_spacing: "leading" }],
    [
      "stable-diffusion-xl",
      xl,
      "sdxl-turbo/unet/model.onnx",
      "EulerAncestralDiscreteScheduler",
      { timestep_spacing: "trailing" },
    ],
    [
      "stable-diffusion-xl",
      xl,
      "SDXL-Lightning/unet/model.onnx",
      "EulerDiscreteScheduler",
      { timestep_spacing: "trailing" },
    ],
    ["stable-diffusion-3", sd3, "sd3/transformer/model.onnx", "FlowMatchEulerDiscreteScheduler", { shift: 3 }],
    [
      "flux",
      graph(flux),
      "flux/transformer/model.onnx",
      "FlowMatchEulerDiscreteScheduler",
      { shift: 1, use_dynamic_shifting: false },
    ],
    [
      "flux",
      graph({ ...flux, guidance: ["B"] }),
      "flux/model.onnx",
      "FlowMatchEulerDiscreteScheduler",
      { shift: 3, use_dynamic_shifting: true },
    ],
    [
      "sana",
      masked(32),
      "sana/transformer/model.onnx",
      "DPMSolverMultistepScheduler",
      { prediction_type: "flow_prediction" },
    ],
  ] as const)("schedule %s", (family, session, place, name, config) => {
    const choice = defaultScheduler(family, session, place);

    expect(choice.name).toBe(name);
    expect(choice.config).toMatchObject({ _class_name: name, ...config });
  });

  it.each(FAMILIES)("are complete for %s", (family) => {
    const { scalingFactor, latentChannels, vaeScaleFactor } = LATENT_DEFAULTS[family];

    expect(Math.min(scalingFactor, latentChannels, vaeScaleFactor)).toBeGreaterThan(0);
    expect(PLAIN_PIPELINES[family]).not.toBe("");
  });
});
