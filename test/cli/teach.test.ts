import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { shippedFolder } from "../diffusion/shipped-model.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MANIFEST = {
  schema: 1,
  title: "Tiny: a memory of six things",
  version: "1",
  licence: "Apache-2.0",
  modes: ["text-to-image", "image-to-image"],
  alpha: true,
  sizes: { default: [64, 64], only: [[64, 64]], multipleOf: 64, min: 64, max: 64 },
  defaults: { steps: 2, guidanceScale: 1, negativePrompt: "", sampler: "", strength: 0.6 },
  limits: { maxSteps: 50, maxCount: 8 },
  vocabulary: "vocabulary.json",
  memory: "memory/index.json",
  files: [{ path: "model_index.json", bytes: 1, sha256: "0".repeat(64) }],
};

/** A folder in which the tiny model with a picture memory is the default. */
function openPlace(): { cwd: string; env: Record<string, string> } {
  const cwd = temporaryFolder();
  const model = join(cwd, "own", "tiny");
  mkdirSync(model, { recursive: true });
  cpSync(shippedFolder("test/golden/picture-memory-tiny/model"), model, { recursive: true });
  writeFileSync(join(model, "model.json"), JSON.stringify(MANIFEST));
  return { cwd, env: { MODELS_DIR: "own", DEFAULT_MODEL: "tiny" } };
}

const pixelsOf = async (path: string): Promise<string> =>
  createHash("sha256")
    .update(await sharp(path).raw().toBuffer())
    .digest("hex");

describe("easel teach", () => {
  let mascot: Buffer;
  beforeAll(async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="160"><rect width="200" height="160" fill="#fff"/><circle cx="90" cy="80" r="55" fill="#1e9e50"/></svg>`;
    mascot = await sharp(Buffer.from(svg)).png().toBuffer();
  });

  it("teaches, lists, draws with the same pixels every time, and forgets", async () => {
    const place = openPlace();
    writeFileSync(join(place.cwd, "mascot.png"), mascot);
    const draw = (out: string) =>
      runEasel(["imagine", ":ourmascot: in the snow, 3d", "--seed", "5", "--out", out], place);

    const without = await draw("0.png");
    const taught = await runEasel(["teach", "ourmascot", "mascot.png"], place);
    const listed = await runEasel(["teach"], place);
    await draw("1.png");
    await draw("2.png");
    const removed = await runEasel(["teach", "--remove", "ourmascot"], place);
    const empty = await runEasel(["teach"], place);

    expect(without.out).toContain("Nothing like “ourmascot” could be found");
    expect(taught).toMatchObject({ code: 0 });
    expect(taught.out).toContain("ourmascot is known here now.");
    expect(listed.out).toContain("Taught here (1 of 50): ourmascot");
    const pixels = await Promise.all([0, 1, 2].map((n) => pixelsOf(join(place.cwd, `${n}.png`))));
    expect(pixels[1]).toBe(pixels[2]);
    expect(pixels[1]).not.toBe(pixels[0]);
    expect(removed.out).toContain("ourmascot is forgotten.");
    expect(empty.out).toContain("Nothing is taught here yet.");
  });

  it.each([
    ["“fox” cannot be taught: the model knows it already", ["teach", "fox", "mascot.png"]],
    ["file needs a value", ["teach", "ourmascot"]],
    ["missing.png", ["teach", "ourmascot", "missing.png"]],
    ["is not a picture that I can read (it is empty)", ["teach", "ourmascot", "empty.png"]],
    ["it is damaged or incomplete", ["teach", "ourmascot", "corrupt.png"]],
    ["Nothing is taught here under the name “gopher”", ["teach", "--remove", "gopher"]],
  ])("says %s", async (sentence, args) => {
    const place = openPlace();
    writeFileSync(join(place.cwd, "mascot.png"), mascot);
    writeFileSync(join(place.cwd, "empty.png"), "");
    writeFileSync(join(place.cwd, "corrupt.png"), mascot.subarray(0, mascot.length / 2));

    const { code, out, err } = await runEasel(args, place);

    expect(code).not.toBe(0);
    expect(out + err).toContain(sentence);
  });
});

describe("easel evaluate", () => {
  it("draws the fixed prompts into a sheet and says how long a picture takes", async () => {
    const place = openPlace();

    const { code, out } = await runEasel(["evaluate", "--prompts", "5", "--out", "sheet.png"], place);

    expect(code).toBe(0);
    expect(out).toMatch(/^sheet\.png: 5 prompts, \d+\.\d\d s a picture/);
    expect(out).toContain("4. a panda: Nothing like “panda” could be found; it was left out.");
    const { width, height } = await sharp(readFileSync(join(place.cwd, "sheet.png"))).metadata();
    expect([width, height]).toEqual([5 * 64 + 4 * 2, 64]);
  });
});
