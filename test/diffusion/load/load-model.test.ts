import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../../src/diffusion/load/load-model.ts";
import type { LoadedModel } from "../../../src/diffusion/loaded-model.ts";
import { goldenDir, listGolden, readGolden, readNpy } from "../../support/golden.ts";
import { createRecordingLog } from "../../support/recording-log.ts";
import { LOAD_OPTIONS, modelFolder, withModel } from "./model-folder.ts";

const BUILT_IN = fileURLToPath(new URL("../../../models/easel-v0", import.meta.url));

/** The golden scripts' names for families. */
const FAMILIES: Readonly<Record<string, string>> = {
  sd: "stable-diffusion",
  rgba: "stable-diffusion",
  sdxl: "stable-diffusion-xl",
  sd3: "stable-diffusion-3",
};

interface Expected {
  readonly family: string;
  readonly scheduler?: { readonly class_name: string; readonly config: Record<string, unknown> };
  readonly scaling_factor?: number;
  readonly shift_factor?: number | null;
  readonly token_ids: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

const cases = listGolden("pipelines").filter((name) => existsSync(goldenDir("pipelines", name, "expected.json")));
const modelOf = (name: string): string => goldenDir("pipelines", name, "model");

/** What of a model can be compared as plain values. */
function facts(model: LoadedModel) {
  const { family, pipelineClass, latentChannels, sampleChannels, vaeScaleFactor, scalingFactor, shiftFactor } = model;
  const { imageChannels, scheduler, textEncoders, denoiser } = model;
  const plain = { family, pipelineClass, latentChannels, sampleChannels, vaeScaleFactor, scalingFactor, shiftFactor };
  return { ...plain, imageChannels, scheduler: scheduler.name, encoders: textEncoders.length, kind: denoiser.kind };
}

const factsOf = (name: string) => withModel(modelOf(name), facts);

/** A spiece.model: field 1 of the message is a piece of text (1), score (2) and type (3; 2 = unknown). */
function sentencePieces(vocab: readonly (readonly [string, number])[], unknownId: number): Buffer {
  const messages = vocab.map(([text, score], id) => {
    const bytes = Buffer.from(text);
    const float = Buffer.alloc(4);
    float.writeFloatLE(score);
    const type = Buffer.from([0x18, id === unknownId ? 2 : 1]);
    return Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes, Buffer.from([0x15]), float, type]);
  });
  return Buffer.concat(messages.map((message) => Buffer.concat([Buffer.from([0x0a, message.length]), message])));
}

describe("a golden folder", () => {
  it.each(cases)("opens with diffusers' family, scheduler, channels, scales and token ids: %s", async (name) => {
    const expected = readGolden("pipelines", name, "expected.json") as Expected;
    const initial = readNpy(goldenDir("pipelines", name, "initial_noise.npy")).dims;

    const found = await withModel(modelOf(name), (model) => {
      const slots = ["tokenizer", "tokenizer_2", "tokenizer_3"].entries();
      const ids = [...slots].flatMap(([slot, key]) =>
        Object.entries(expected.token_ids[key] ?? {}).map(([text, wanted]) => ({
          made: model.tokenizers[slot]!.encodePadded(text, wanted.length),
          wanted,
        })),
      );
      return { ...facts(model), ids };
    });

    expect(found.family).toBe(FAMILIES[expected.family] ?? expected.family);
    expect(found.imageChannels).toBe(readNpy(goldenDir("pipelines", name, "image.npy")).dims.at(-1));
    expect(found.latentChannels).toBe(initial.length === 3 ? initial[2]! / 4 : initial[1]);
    expect(found.scheduler).toBe(expected.scheduler?.class_name ?? found.scheduler);
    expect(found.scalingFactor).toBe(expected.scaling_factor ?? 1);
    expect(found.shiftFactor).toBe(expected.shift_factor ?? 0);
    expect(found.ids.length).toBeGreaterThan(0);
    expect(found.ids.map(({ made }) => made)).toEqual(found.ids.map(({ wanted }) => wanted));
  });
});

describe("loadModel", () => {
  it("opens the built-in model", async () => {
    const found = await withModel(BUILT_IN, (model) => ({
      ...facts(model),
      ids: model.tokenizers[0]!.encodePadded("An ICE CREAM cone and zeppelin, two foxes!"),
      hasEncoder: model.vaeEncoder !== undefined,
    }));

    expect(found).toMatchObject({
      family: "stable-diffusion",
      scheduler: "FlowMatchEulerDiscreteScheduler",
      latentChannels: 8,
      sampleChannels: 8,
      imageChannels: 4,
      vaeScaleFactor: 8,
      scalingFactor: 1,
      hasEncoder: true,
    });
    expect(found.ids).toEqual([2, 10, 265, 11, 1, 4, 233, 1, 3, ...Array.from({ length: 15 }, () => 0)]);
  });

  it.each([
    ["sd1-inpaint-9ch", 4, 9],
    ["ip2p", 4, 8],
    ["rgba-flow", 8, 8],
    ["flux-dev", 16, 16],
    // Exports of the diffusers script leave the axis free; the first convolution tells.
    ["sd1-euler-a-batch", 4, 4],
  ])("tells %s's %i latent channels from the %i that its denoiser takes", async (name, latent, sample) => {
    expect(await withModel(modelOf(name), facts)).toMatchObject({ latentChannels: latent, sampleChannels: sample });
  });

  it("opens ControlNets, separate or merged, and generators", async () => {
    const separate = await withModel(modelOf("controlnet-separate"), (model) => model.controlnet?.inputs.length);
    const merged = await withModel(modelOf("controlnet-merged"), (model) => [
      model.controlnet,
      model.denoiser.session.input("controlnet_conds")?.dims.length,
    ]);
    const generator = await withModel(modelOf("generator"), (model) => [
      model.denoiser.kind,
      model.vaeDecoder,
      model.textEncoders,
      model.tokenizers.length,
    ]);

    expect(separate).toBe(5);
    expect(merged).toEqual([undefined, 5]);
    expect(generator).toEqual(["generator", undefined, [], 1]);
  });

  it("frees every session with release, and twice does no harm", async () => {
    const model = await loadModel(modelOf("sd1-pndm"), LOAD_OPTIONS);

    await model.release();
    await model.release();

    const latent_sample = { data: new Float32Array(256), dims: [1, 4, 8, 8] };
    await expect(model.vaeDecoder!.session.run({ latent_sample })).rejects.toThrow(/disposed/);
  });
});

describe("a folder in another layout", () => {
  it("opens without any configuration file (OnnxStack)", async () => {
    const folder = modelFolder("sd1-euler-a-batch");
    folder.remove(
      "model_index.json",
      "scheduler",
      "tokenizer/tokenizer_config.json",
      "tokenizer/special_tokens_map.json",
    );

    const found = await withModel(folder.root, (model) => ({ ...facts(model), pad: model.tokenizers[0]!.padId }));

    expect(found).toEqual({ ...(await factsOf("sd1-euler-a-batch")), scheduler: "PNDMScheduler", pad: 639 });
  });

  it("takes family and scheduler from amuse_template.json (Amuse)", async () => {
    const folder = modelFolder("sd1-pndm");
    folder.remove("model_index.json", "scheduler", "unet/config.json", "vae_decoder/config.json");
    const SchedulerDefaults = {
      SchedulerType: "EulerAncestral",
      TimestepSpacing: "Linspace",
      BetaSchedule: "ScaledLinear",
    };
    folder.write(
      "amuse_template.json",
      JSON.stringify({ StableDiffusionTemplate: { PipelineType: "LatentConsistency", SchedulerDefaults } }),
    );

    const found = await withModel(folder.root, ({ scheduler, pipelineClass, scalingFactor }) => ({
      scheduler,
      pipelineClass,
      scalingFactor,
    }));

    expect(found).toEqual({
      pipelineClass: "LatentConsistencyModelPipeline",
      scalingFactor: 0.18215,
      scheduler: {
        name: "EulerAncestralDiscreteScheduler",
        config: {
          _class_name: "EulerAncestralDiscreteScheduler",
          beta_start: 0.00085,
          beta_end: 0.012,
          beta_schedule: "scaled_linear",
          timestep_spacing: "linspace",
        },
      },
    });
  });

  it("opens an SD3 transformer in unet/ (OnnxStack)", async () => {
    const folder = modelFolder("sd3");
    folder.move("transformer", "unet");
    folder.remove("model_index.json");

    expect(await withModel(folder.root, facts)).toEqual(await factsOf("sd3"));
  });

  it("takes the U-Net with residual inputs where a ControlNet is there (OnnxStack)", async () => {
    const folder = modelFolder("controlnet-separate");
    folder.move("unet/model.onnx", "unet/controlnet.onnx");
    folder.copyFrom("sd1-pndm", "unet/model.onnx");

    const inputs = await withModel(folder.root, (model) => model.denoiser.session.inputs.length);
    folder.remove("controlnet");
    const plain = await withModel(folder.root, (model) => model.denoiser.session.inputs.length);

    expect([inputs, plain]).toEqual([8, 3]);
  });

  it("opens graphs that lie side by side (web demos)", async () => {
    const folder = modelFolder("sd-turbo");
    folder.move("unet/model.onnx", "unet.onnx");
    folder.move("text_encoder/model.onnx", "text_encoder_model.onnx");
    folder.move("vae_decoder/model.onnx", "vae_decoder_model_fp16.onnx");

    expect(await withModel(folder.root, facts)).toEqual(await factsOf("sd-turbo"));
  });

  it("opens components in onnx/, and takes the precision that suits the CPU", async () => {
    const folder = modelFolder("sd1-pndm");
    folder.move("unet/model.onnx", "unet/onnx/model_fp32.onnx");
    folder.write("unet/onnx/model_q4f16.onnx", "not looked at");
    folder.write("unet/onnx/model_fp16.onnx", "not looked at");

    expect(await withModel(folder.root, (model) => model.denoiser.session.path)).toMatch(/model_fp32\.onnx$/);
  });

  it("opens SDXL with one tokenizer: the second encoder's pads with !", async () => {
    const folder = modelFolder("sdxl-img2img");
    folder.remove("tokenizer_2");

    const pads = await withModel(folder.root, ({ tokenizers }) => tokenizers.map((tokenizer) => tokenizer?.padId));

    expect(pads).toEqual([639, 0]);
  });

  it("reads T5's spiece.model as transformers does", async () => {
    const folder = modelFolder("flux-dev");
    const { model } = readGolden("pipelines", "flux-dev", "model", "tokenizer_2", "tokenizer.json") as {
      model: { vocab: [string, number][] };
    };
    folder.remove("tokenizer_2/tokenizer.json");
    folder.write("tokenizer_2/spiece.model", sentencePieces(model.vocab, 2));
    const { token_ids } = readGolden("pipelines", "flux-dev", "expected.json") as Expected;

    const [[text, wanted]] = Object.entries(token_ids["tokenizer_2"]!) as [[string, number[]]];
    const found = await withModel(folder.root, ({ tokenizers }) => ({
      kind: tokenizers[1]!.kind,
      ids: tokenizers[1]!.encodePadded(text, wanted.length + 2),
    }));

    expect(found).toEqual({ kind: "t5", ids: [...wanted, 0, 0] });
  });

  it("calls optimum's and diffusers' ONNX pipelines by their plain names", async () => {
    const folder = modelFolder("sdxl-euler");
    folder.edit("model_index.json", { _class_name: "ORTStableDiffusionXLPipeline" });

    expect(await withModel(folder.root, (model) => model.pipelineClass)).toBe("StableDiffusionXLPipeline");
  });

  it("sees a tiny decoder by its operators where no configuration names it", async () => {
    const folder = modelFolder("sd1-taesd");
    folder.remove("vae_decoder/config.json", "model_index.json");

    expect(await withModel(folder.root, (model) => model.scalingFactor)).toBe(1);
  });

  it("gets its family's scheduler where it has none, and the log is told (onnxruntime's demo engines)", async () => {
    const log = createRecordingLog();

    const model = await loadModel(modelOf("sd-turbo-ort-demo"), { ...LOAD_OPTIONS, log });
    await model.release();

    expect(log.lines).toMatchObject([{ level: "info", scheduler: "EulerDiscreteScheduler" }]);
    expect(model.scheduler.config).toMatchObject({
      timestep_spacing: "trailing",
      beta_schedule: "scaled_linear",
      steps_offset: 1,
    });
  });
});
