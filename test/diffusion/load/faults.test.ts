import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { loadModel } from "../../../src/diffusion/load/load-model.ts";
import { openSession } from "../../../src/onnx/open-session.ts";
import type { Session } from "../../../src/onnx/session.ts";
import { goldenDir } from "../../support/golden.ts";
import { LOAD_OPTIONS, modelFolder } from "./model-folder.ts";

type Folder = ReturnType<typeof modelFolder>;

/** Why a folder cannot be opened; fails the test when it can, or when the error is not for people. */
async function reasonFor(root: string): Promise<string> {
  const error: unknown = await loadModel(root, LOAD_OPTIONS).then(
    (model) => model.release().then(() => new Error("it opened")),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw error;
  expect(error.code).toBe("model-broken");
  return String(error.params["reason"]);
}

const LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3438167\n";

const FAULTS: readonly (readonly [what: string, golden: string, spoil: (folder: Folder) => void, reason: RegExp])[] = [
  ["no denoiser", "sd1-pndm", (f) => f.remove("unet"), /^unet\/model\.onnx is missing$/],
  ["no text encoder", "sd1-pndm", (f) => f.remove("text_encoder"), /^text_encoder\/model\.onnx is missing$/],
  [
    "no second text encoder",
    "sdxl-euler",
    (f) => f.remove("text_encoder_2"),
    /^text_encoder_2\/model\.onnx is missing$/,
  ],
  ["no decoder", "sd1-pndm", (f) => f.remove("vae_decoder"), /^vae_decoder\/model\.onnx is missing$/],
  [
    "a tiny decoder of another model",
    "sd1-pndm",
    (f) => f.copyFrom("rgba-flow", "vae_decoder", "taesd_decoder"),
    /^taesd_decoder\/model\.onnx makes 4 channels of 8; the model's pictures have 3, its latents 4$/,
  ],
  [
    "weights for PyTorch",
    "sd1-pndm",
    (f) => f.move("unet/model.onnx", "unet/diffusion_pytorch_model.safetensors"),
    /^unet\/ holds no \.onnx file; its weights are for PyTorch: export the model to ONNX first/,
  ],
  [
    "an empty graph",
    "sd1-pndm",
    (f) => f.write("unet/model.onnx", ""),
    /^unet\/model\.onnx cannot be opened: it is empty$/,
  ],
  [
    "a cut-off graph",
    "sd1-pndm",
    (f) => f.cut("unet/model.onnx", 200_000),
    /^unet\/model\.onnx cannot be opened: it ends early/,
  ],
  [
    "a web page",
    "sd1-pndm",
    (f) => f.write("unet/model.onnx", "<!doctype html>"),
    /it is not an ONNX model: it holds text/,
  ],
  [
    "an LFS pointer",
    "sd1-pndm",
    (f) => f.write("vae_decoder/model.onnx", LFS),
    /vae_decoder\/model\.onnx .* Git LFS pointer .* git lfs pull/,
  ],
  [
    "an archive",
    "sd1-pndm",
    (f) => f.write("unet/model.onnx", Buffer.from("504b0304140000000800", "hex")),
    /unet\/model\.onnx cannot be opened/,
  ],
  [
    "no external data",
    "sd1-external-data",
    (f) => f.remove("unet/model.onnx_data"),
    /^unet\/model\.onnx cannot be opened: its weights, the file model\.onnx_data beside it, are missing$/,
  ],
  [
    "half-copied external data",
    "sd1-external-data",
    (f) => f.cut("unet/model.onnx_data", 300_000),
    /the file model\.onnx_data beside it, have 300000 bytes; 56\d{4} were expected$/,
  ],
  [
    "no tokenizer",
    "sd1-pndm",
    (f) => f.remove("tokenizer"),
    /^tokenizer\/ is missing; tokenizer\.json, or vocab\.json and merges\.txt/,
  ],
  [
    "half a tokenizer",
    "lcm",
    (f) => f.remove("tokenizer/merges.txt"),
    /^tokenizer\/ needs .* it has only vocab\.json$/,
  ],
  ["the other half", "lcm", (f) => f.remove("tokenizer/vocab.json"), /^tokenizer\/ needs .* it has only merges\.txt$/],
  ["no T5 tokenizer", "flux-dev", (f) => f.remove("tokenizer_2"), /^tokenizer_2\/ is missing/],
  [
    "a cut-off tokenizer.json",
    "sd1-pndm",
    (f) => f.cut("tokenizer/tokenizer.json", 5000),
    /^tokenizer\/tokenizer\.json is not valid JSON/,
  ],
  [
    "a vocabulary of texts",
    "lcm",
    (f) => f.edit("tokenizer/vocab.json", { a: "b" }),
    /^tokenizer\/ .* the token "a" has the id "b"$/,
  ],
  [
    "an unknown pad token",
    "lcm",
    (f) => f.edit("tokenizer/tokenizer_config.json", { pad_token: "[PAD]" }),
    /pad token "\[PAD\]" is not in the vocabulary$/,
  ],
  [
    "a length of words",
    "lcm",
    (f) => f.edit("tokenizer/tokenizer_config.json", { model_max_length: "long" }),
    /model_max_length is "long"/,
  ],
  [
    "a configuration that is no JSON",
    "sd1-pndm",
    (f) => f.write("model_index.json", "{,}"),
    /^model_index\.json is not valid JSON/,
  ],
  [
    "a configuration that is a list",
    "sd1-pndm",
    (f) => f.write("vae_decoder/config.json", "[1]"),
    /^vae_decoder\/config\.json holds a list, an object was expected$/,
  ],
  [
    "a class that is a number",
    "sd1-pndm",
    (f) => f.edit("model_index.json", { _class_name: 7 }),
    /^model_index\.json: _class_name is 7, a text was expected$/,
  ],
  [
    "a scheduler without a name",
    "generator",
    (f) => f.write("scheduler/scheduler_config.json", "{}"),
    /^scheduler\/scheduler_config\.json has no _class_name$/,
  ],
  [
    "a scaling factor in words",
    "sd1-pndm",
    (f) => f.edit("vae_decoder/config.json", { scaling_factor: "0.18" }),
    /^vae_decoder\/config\.json: scaling_factor is "0\.18", a number from/,
  ],
  [
    "a scaling factor of nothing",
    "sd1-pndm",
    (f) => f.edit("vae_decoder/config.json", { scaling_factor: 0 }),
    /scaling_factor is 0, a number from/,
  ],
  [
    "a huge shift",
    "sd1-pndm",
    (f) => f.edit("vae_decoder/config.json", { shift_factor: 1e300 }),
    /shift_factor is 1e\+300/,
  ],
  [
    "encoder and decoder swapped",
    "sd1-pndm",
    (f) => f.copyFrom("sd1-pndm", "vae_encoder/model.onnx", "vae_decoder/model.onnx"),
    /unet\/model\.onnx makes 4 channels, vae_decoder\/model\.onnx takes 3: they are parts of different models$/,
  ],
  [
    "a decoder for a denoiser",
    "sd1-pndm",
    (f) => f.copyFrom("sd1-pndm", "vae_decoder/model.onnx", "unet/model.onnx"),
    /^unet\/model\.onnx is not a denoiser that Easel knows: its inputs are latent_sample$/,
  ],
  [
    "a denoiser for a text encoder",
    "sd1-pndm",
    (f) => f.copyFrom("sd1-pndm", "unet/model.onnx", "text_encoder/model.onnx"),
    /^text_encoder\/model\.onnx is not a text encoder: input_ids \[B, S\] was expected/,
  ],
  [
    "a text encoder for a VAE encoder",
    "sd1-pndm",
    (f) => f.copyFrom("sd1-pndm", "text_encoder/model.onnx", "vae_encoder/model.onnx"),
    /^vae_encoder\/model\.onnx takes no picture or latents/,
  ],
  [
    "another model's text encoder",
    "sd1-pndm",
    (f) => f.copyFrom("sdxl-euler", "text_encoder/model.onnx"),
    /wants text rows of width 32, text_encoder\/model\.onnx makes them 16 wide: they are parts of different models$/,
  ],
  [
    "another model's tokenizer",
    "sd1-pndm",
    (f) => f.edit("text_encoder/config.json", { vocab_size: 100 }),
    /the tokenizer's id 639 is outside the 100 tokens of text_encoder\/model\.onnx/,
  ],
  [
    "a decoder of another size of latents",
    "sd1-pndm",
    (f) => f.copyFrom("rgba-flow", "vae_decoder/model.onnx"),
    /makes 4 channels, vae_decoder\/model\.onnx takes 8/,
  ],
  [
    "a template that is no object",
    "sd1-pndm",
    (f) => f.write("amuse_template.json", '{"StableDiffusionTemplate":[]}'),
    /^amuse_template\.json: StableDiffusionTemplate is \[\], an object was expected$/,
  ],
  [
    "a broken safety checker",
    "sd1-pndm",
    (f) => f.write("safety_checker/model.onnx", "no"),
    /^safety_checker\/model\.onnx cannot be opened/,
  ],
];

describe("a broken model folder", () => {
  it.each(FAULTS)("is refused with its reason: %s", async (_, golden, spoil, reason) => {
    const folder = modelFolder(golden);
    spoil(folder);

    expect(await reasonFor(folder.root)).toMatch(reason);
  });

  it("is refused when it does not exist, is a file, or has nothing of a model", async () => {
    const folder = modelFolder("generator");
    folder.remove("generator", "tokenizer");
    folder.write("notes.txt", "nothing here");

    expect(await reasonFor(`${folder.root}/none`)).toBe("the folder is missing or empty");
    expect(await reasonFor(`${folder.root}/notes.txt`)).toBe("the folder is missing or empty");
    expect(await reasonFor(folder.root)).toBe("unet/model.onnx is missing");
  });

  it("does not let weights outside its folder be read", async () => {
    const folder = modelFolder("sd1-external-data");
    const { readFileSync } = await import("node:fs");
    const graph = readFileSync(goldenDir("pipelines", "sd1-external-data", "model", "unet", "model.onnx"));
    folder.write(
      "unet/model.onnx",
      Buffer.from(graph.toString("latin1").replaceAll("model.onnx_data", "../../etc/shado"), "latin1"),
    );

    expect(await reasonFor(folder.root)).toMatch(/its weights point outside its folder: \.\.\/\.\.\/etc\/shado$/);
  });

  it("leaves nothing open", async () => {
    const folder = modelFolder("sd1-pndm");
    folder.write("vae_decoder/model.onnx", "");
    const open = new Set<Session>();
    const counting: typeof openSession = async (path, options) => {
      const session = await openSession(path, options);
      const counted: Session = { ...session, release: () => session.release().then(() => void open.delete(counted)) };
      open.add(counted);
      return counted;
    };

    await expect(loadModel(folder.root, { ...LOAD_OPTIONS, openSession: counting })).rejects.toThrow(UserError);

    expect(open.size).toBe(0);
  });

  it("names the model and the reason in the sentence", async () => {
    const folder = modelFolder("sd1-pndm", "my-model");
    folder.remove("unet");

    await expect(loadModel(folder.root, LOAD_OPTIONS)).rejects.toThrow(
      "The model my-model cannot be loaded: unet/model.onnx is missing",
    );
  });
});
