import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readManifest } from "../../src/models/model-library.ts";
import { startFakeHub, type FakeHub } from "../support/fake-hub.ts";
import { goldenDir } from "../support/golden.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runEasel } from "./run-easel.ts";

const golden = (name: string) => goldenDir("pipelines", name, "model");

function place() {
  const cwd = temporaryFolder();
  const models = join(cwd, "data", "models");
  const easel = (args: readonly string[], env: Record<string, string> = {}) =>
    runEasel(["models", ...args], { cwd, env });
  return { cwd, models, easel, manifest: (id: string) => readManifest(join(models, id), id) };
}

/** A golden folder that a test may damage. */
function copyOf(name: string, cwd: string): string {
  const folder = join(cwd, "mine");
  cpSync(golden(name), folder, { recursive: true });
  return folder;
}

function filesBelow(folder: string, below = ""): Record<string, Buffer> {
  return Object.assign(
    {},
    ...readdirSync(join(folder, below), { withFileTypes: true }).map((entry) => {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, path) : { [path]: readFileSync(join(folder, path)) };
    }),
  ) as Record<string, Buffer>;
}

describe("easel models add", () => {
  it.each([
    [
      "sd1-pndm",
      {
        modes: ["text-to-image", "image-to-image", "inpaint", "outpaint", "blend", "upscale"],
        size: [64, 64],
        steps: 25,
        guidance: 7.5,
      },
    ],
    [
      "sd1-euler-a-batch",
      {
        modes: ["text-to-image", "image-to-image", "inpaint", "outpaint", "blend", "upscale"],
        size: [512, 512],
        steps: 25,
        guidance: 7.5,
      },
    ],
    ["sd-turbo", { modes: ["text-to-image"], size: [512, 512], steps: 1, guidance: 0 }],
    ["sd-turbo-ort-demo", { modes: ["text-to-image"], size: [512, 512], steps: 1, guidance: 0 }],
    ["lcm", { modes: ["text-to-image"], size: [64, 64], steps: 4, guidance: 8.5 }],
    ["sd1-inpaint-9ch", { modes: ["inpaint", "outpaint"], size: [64, 64], steps: 25, guidance: 7.5 }],
    ["ip2p", { modes: ["instruct"], size: [64, 64], steps: 25, guidance: 7.5 }],
    ["controlnet-separate", { modes: ["text-to-image", "controlnet"], size: [64, 64], steps: 25, guidance: 7.5 }],
    ["sdxl-euler", { modes: ["text-to-image"], size: [64, 64], steps: 30, guidance: 5 }],
    ["sd3", { modes: ["text-to-image"], size: [64, 64], steps: 28, guidance: 7 }],
    ["flux-dev", { modes: ["text-to-image"], size: [1024, 1024], steps: 28, guidance: 3.5 }],
    ["flux-schnell", { modes: ["text-to-image"], size: [1024, 1024], steps: 4, guidance: 0 }],
    ["generator", { modes: ["text-to-image"], size: [64, 64], steps: 1, guidance: 0 }],
  ])("knows what %s can do and how it draws", async (name, expected) => {
    const { easel, manifest } = place();

    const { code, err } = await easel(["add", golden(name), "--id", name]);

    expect(err).toContain("loading the model");
    expect(code).toBe(0);
    const { modes, sizes, defaults } = manifest(name);
    expect({ modes, size: sizes.default, steps: defaults.steps, guidance: defaults.guidanceScale }).toEqual(expected);
  });

  it("copies weights beside the graph, hashes everything, and verify agrees until a byte changes", async () => {
    const { easel, models, manifest } = place();

    const added = await easel(["add", golden("sd1-external-data"), "--id", "big"]);
    const intact = await easel(["verify", "big"]);
    const weights = join(models, "big", "unet", "model.onnx_data");
    const bytes = readFileSync(weights);
    bytes[100]! ^= 1;
    writeFileSync(weights, bytes);
    const altered = await easel(["verify", "big"]);

    expect(added.code).toBe(0);
    expect(manifest("big").files.map(({ path }) => path)).toContain("unet/model.onnx_data");
    expect(intact).toMatchObject({ code: 0, out: "ok    big\n" });
    expect(altered.code).toBe(1);
    expect(altered.out).toBe("FAIL  big: unet/model.onnx_data was altered (its sha256 differs)\n");
  });

  it("can link files instead of copying them", async () => {
    const { easel, cwd, models } = place();
    const source = copyOf("lcm", cwd);

    const { code } = await easel(["add", source, "--link", "--id", "lcm"]);

    expect(code).toBe(0);
    expect(statSync(join(models, "lcm", "unet", "model.onnx")).ino).toBe(
      statSync(join(source, "unet", "model.onnx")).ino,
    );
  });

  it("describes a folder that already lies among the models where it is", async () => {
    const { easel, models } = place();
    cpSync(golden("lcm"), join(models, "lcm"), { recursive: true });

    const { code } = await easel(["add", join(models, "lcm")]);

    expect(code).toBe(0);
    expect(readdirSync(models)).toEqual(["lcm"]);
    expect(existsSync(join(models, "lcm", "model.json"))).toBe(true);
  });

  it("keeps the model.json that came with a folder, and refuses the folder when its files are others", async () => {
    const { easel, cwd, manifest } = place();
    const builtIn = join(cwd, "mine");
    cpSync(join(goldenDir(), "../../models/easel-v0"), builtIn, { recursive: true });

    const added = await easel(["add", builtIn, "--id", "copy"]);
    truncateSync(join(builtIn, "vae_decoder", "model.onnx"), 5000);
    const refused = await easel(["add", builtIn, "--id", "other"]);

    expect(added.code).toBe(0);
    expect(manifest("copy").vocabulary).toBe("vocabulary.json");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("The model other is not intact: vae_decoder/model.onnx has 5000 bytes, expected");
  });

  it.each([
    [
      "a folder without a graph",
      (folder: string) => rmSync(join(folder, "unet", "model.onnx")),
      "unet/ holds no .onnx file",
    ],
    [
      "a half-copied graph",
      (folder: string) => truncateSync(join(folder, "unet", "model.onnx"), 3000),
      "unet/model.onnx cannot be opened",
    ],
    [
      "a Git LFS pointer",
      (folder: string) =>
        writeFileSync(
          join(folder, "vae_decoder", "model.onnx"),
          "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        ),
      "it is a Git LFS pointer",
    ],
    [
      "weights that are missing",
      (folder: string) => rmSync(join(folder, "text_encoder", "model.onnx_data")),
      "its weights, the file model.onnx_data beside it, are missing",
    ],
  ])("refuses %s with a sentence that names the file, and leaves nothing behind", async (_, damage, sentence) => {
    const { easel, cwd, models } = place();
    const folder = copyOf("sd1-external-data", cwd);
    damage(folder);

    const { code, err } = await easel(["add", folder, "--id", "bad"]);

    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(readdirSync(models)).toEqual([]);
  });

  it.each([
    ["a folder that is not there", ["add", "nowhere"], "nowhere cannot be read: it does not exist"],
    ["a name that is none", ["add", ".", "--id", "../x"], "“../x” cannot be the name of a model"],
    [
      "the built-in model's name",
      ["add", golden("lcm"), "--id", "easel-v0"],
      "There is already a model named “easel-v0”",
    ],
    ["an unknown model", ["info", "easel-v2"], "There is no model named “easel-v2”. Did you mean easel-v"],
    ["a removal nobody confirms", ["remove", "easel-v0"], "easel-v0 is part of Easel: it cannot be removed."],
  ])("answers %s with a sentence", async (_, args, sentence) => {
    const { easel } = place();

    const { code, err } = await easel(args);

    expect(code).toBe(1);
    expect(err).toContain(sentence);
  });
});

describe("easel models list, info and remove", () => {
  it("lists the built-in model and the operator's, and removes only after a yes", async () => {
    const { easel, models } = place();
    await easel(["add", golden("lcm"), "--id", "lcm"]);

    const listed = await easel(["list"]);
    const info = await easel(["info", "lcm"]);
    const unconfirmed = await easel(["remove", "lcm"]);
    const kept = existsSync(join(models, "lcm"));
    const removed = await easel(["remove", "lcm", "--yes"]);

    expect(listed.out).toMatch(/^easel-v0 +128x128 +16\.3 MB +Apache-2\.0 +built in /m);
    expect(listed.out).toMatch(/^easel-v1 +256x256 +[\d.]+ MB +Apache-2\.0 +built in, default/m);
    expect(listed.out).toMatch(/^lcm +64x64 /m);
    expect(info.out).toContain("4 steps (at most 100), guidance 8.5");
    expect(unconfirmed.err).toContain("Deleting lcm needs your agreement");
    expect(kept).toBe(true);
    expect(removed.code).toBe(0);
    expect(existsSync(join(models, "lcm"))).toBe(false);
  });
});

describe("easel models pull", () => {
  let hub: FakeHub | undefined;
  afterEach(() => hub?.stop());

  it("shows size and licence, downloads over cut connections, and installs what verify finds intact", async () => {
    const { easel, models, manifest } = place();
    hub = await startFakeHub({ "someone/Tiny-LCM": { files: filesBelow(golden("lcm")), licence: "openrail" } });
    hub.faults.cutAfter = [50_000, 10_000];
    const env = { HF_ENDPOINT: hub.endpoint };

    const asked = await easel(["pull", "someone/Tiny-LCM"], env);
    const pulled = await easel(["pull", "someone/Tiny-LCM", "--yes"], env);
    const verified = await easel(["verify", "tiny-lcm"]);

    expect(asked.code).toBe(1);
    expect(asked.out).toMatch(/licence {3}openrail\n {2}download {2}12 files, 430 KB/);
    expect(asked.err).toContain("accepting its licence needs your agreement");
    expect(pulled).toMatchObject({ code: 0 });
    expect(pulled.err).toContain("100 %");
    expect(manifest("tiny-lcm")).toMatchObject({
      title: "someone/Tiny-LCM",
      licence: "openrail",
      defaults: { steps: 4 },
    });
    expect(verified.code).toBe(0);
    expect(readdirSync(models)).toEqual(["tiny-lcm"]);
  });

  it("asks for a token where the hub wants one, and never prints it", async () => {
    const { easel } = place();
    hub = await startFakeHub({ "someone/gated": { files: filesBelow(golden("lcm")), token: "hf_right" } });
    const env = { HF_ENDPOINT: hub.endpoint };

    const without = await easel(["pull", "someone/gated", "--yes"], env);
    const wrong = await easel(["pull", "someone/gated", "--yes"], { ...env, HF_TOKEN: "hf_wrong" });
    const right = await easel(["pull", "someone/gated", "--yes"], { ...env, HF_TOKEN: "hf_right" });

    expect(without.err).toContain("put your access token into HF_TOKEN");
    expect(wrong.code).toBe(1);
    expect(wrong.out + wrong.err + right.out + right.err).not.toMatch(/hf_wrong|hf_right/);
    expect(right.code).toBe(0);
  });
});
