import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readManifest } from "../../src/models/model-library.ts";
import { verifyFiles } from "../../src/models/verify-files.ts";
import { goldenDir } from "../support/golden.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runEasel } from "./run-easel.ts";

function place() {
  const cwd = temporaryFolder();
  const models = join(cwd, "data", "models");
  const easel = (...args: readonly string[]) => runEasel(["models", ...args], { cwd });
  const add = (name: string) => easel("add", goldenDir("pipelines", name, "model"), "--id", name);
  const faultsOf = (id: string) => verifyFiles(join(models, id), readManifest(join(models, id), id), { hashes: true });
  return { cwd, models, easel, add, faultsOf };
}

describe("easel models optimize", () => {
  it("makes a copy with fused attention whose pictures are the same, and keeps the original", async () => {
    const { easel, add, models, faultsOf } = place();
    await add("sd1-external-data");

    const { code, out } = await easel("optimize", "sd1-external-data");

    expect(code).toBe(0);
    expect(out).toMatch(/unet\/model\.onnx +8 attentions fused/);
    const [, mean, most] = /differ by ([\d.]+) on average, (\d+) at most/.exec(out)!;
    expect(Number(mean)).toBeLessThan(0.1);
    expect(Number(most)).toBeLessThanOrEqual(1);
    expect(readdirSync(models)).toEqual(["sd1-external-data", "sd1-external-data-fused"]);
    expect(await faultsOf("sd1-external-data")).toEqual([]);
    expect(await faultsOf("sd1-external-data-fused")).toEqual([]);
  });

  it("copies only what it rewrites", async () => {
    const { easel, add, models } = place();
    await add("sd1-pndm");

    await easel("optimize", "sd1-pndm", "--out", "fast");

    const ino = (id: string, path: string) => statSync(join(models, id, path)).ino;
    expect(ino("fast", "tokenizer/vocab.json")).toBe(ino("sd1-pndm", "tokenizer/vocab.json"));
    expect(ino("fast", "unet/model.onnx")).not.toBe(ino("sd1-pndm", "unet/model.onnx"));
  });

  it("says when there is nothing to fuse", async () => {
    const { easel, add, models } = place();
    await add("generator");

    const { code, out } = await easel("optimize", "generator");

    expect(code).toBe(0);
    expect(out).toContain("generator: there is nothing to fuse.");
    expect(readdirSync(models)).toEqual(["generator"]);
  });
});

describe("easel models quantize", () => {
  it("makes a smaller copy of the built-in model that draws nearly the same", async () => {
    const { easel, models, faultsOf } = place();

    const { code, out } = await easel("quantize", "easel-v0");

    expect(code).toBe(0);
    expect(out).toMatch(/unet\/model\.onnx +39 products/);
    const [, mean] = /differ by ([\d.]+) on average/.exec(out)!;
    expect(Number(mean)).toBeGreaterThan(0);
    expect(Number(mean)).toBeLessThan(2);
    expect(readManifest(join(models, "easel-v0-int8"), "easel-v0-int8")).toMatchObject({
      title: "Easel v0: stickers and small scenes (int8)",
      vocabulary: "vocabulary.json",
    });
    expect(await faultsOf("easel-v0-int8")).toEqual([]);
  });

  it("turns convolutions too where prompts are given, and the decoder when asked", async () => {
    const { easel, cwd, models, faultsOf } = place();
    writeFileSync(join(cwd, "prompts.txt"), "a red fox\n\ntwo yellow stars\n");

    const { code, out } = await easel(
      "quantize",
      "easel-v0",
      "--prompts",
      "prompts.txt",
      "--decoder",
      "--out",
      "small",
    );

    expect(code).toBe(0);
    expect(out).toMatch(/unet\/model\.onnx +39 products, 19 convolutions/);
    expect(out).toMatch(/vae_decoder\/model\.onnx +21 convolutions/);
    const [, mean] = /differ by ([\d.]+) on average/.exec(out)!;
    expect(Number(mean)).toBeLessThan(5);
    expect(readdirSync(models)).toEqual(["small"]);
    expect(await faultsOf("small")).toEqual([]);
  });

  it("takes the calibration set that lies in the model's folder, with weights beside the graph", async () => {
    const { easel, add, models, faultsOf } = place();
    await add("sd1-external-data");
    writeFileSync(join(models, "sd1-external-data", "calibration.txt"), "a fox\n");

    const { code, out } = await easel("quantize", "sd1-external-data");

    expect(code).toBe(0);
    expect(out).toMatch(/2 products, 31 convolutions/);
    expect(await faultsOf("sd1-external-data-int8")).toEqual([]);
  });

  it("puts int8 graphs beside the model's own where no copy is wanted, and verify knows them", async () => {
    const { easel, add, models, faultsOf } = place();
    await add("generator");

    const { code, out } = await easel("quantize", "generator", "--beside");

    expect(code).toBe(0);
    expect(out).toContain("generator has these graphs beside its own");
    expect(readdirSync(models)).toEqual(["generator"]);
    expect(readdirSync(join(models, "generator", "generator")).sort()).toEqual([
      "config.json",
      "model.int8.onnx",
      "model.onnx",
    ]);
    expect(readManifest(join(models, "generator"), "generator").files.map(({ path }) => path)).toContain(
      "generator/model.int8.onnx",
    );
    expect(await faultsOf("generator")).toEqual([]);
  });

  it.each([
    [
      "the built-in model's folder",
      ["quantize", "easel-v0", "--beside"],
      "easel-v0 is part of Easel: it cannot be changed.",
    ],
    ["an unknown model", ["quantize", "nothing"], "There is no model named “nothing”."],
    ["a name that is taken", ["quantize", "easel-v0", "--out", "easel-v0"], "give this one another name with --out"],
    ["a name that is none", ["optimize", "easel-v0", "--out", "a/b"], "“a/b” cannot be the name of a model"],
    [
      "prompts that are not there",
      ["quantize", "easel-v0", "--prompts", "no.txt"],
      "no.txt cannot be read: it does not exist",
    ],
    [
      "prompts that are empty",
      ["quantize", "easel-v0", "--prompts", "empty.txt"],
      "empty.txt cannot be read: it holds no prompts",
    ],
  ])("answers %s with a sentence and leaves nothing behind", async (_, args, sentence) => {
    const { easel, cwd, models } = place();
    writeFileSync(join(cwd, "empty.txt"), "\n");

    const { code, err } = await easel(...args);

    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(readdirSync(cwd).includes("data") ? readdirSync(models) : []).toEqual([]);
  });

  it("says when int8 would help nothing", async () => {
    const { easel, add, models } = place();
    await add("sd1-fp16");

    const { code, err } = await easel("quantize", "sd1-fp16");

    expect(code).toBe(1);
    expect(err).toContain("sd1-fp16: it has no weights that int8 would help");
    expect(readdirSync(models)).toEqual(["sd1-fp16"]);
  });
});
