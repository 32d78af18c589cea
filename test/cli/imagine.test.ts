import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { goldenDir } from "../support/golden.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const builtIn = fileURLToPath(new URL("../../models/easel-v0", import.meta.url));

const pixelsOf = async (path: string): Promise<string> =>
  createHash("sha256")
    .update(await sharp(path).raw().toBuffer())
    .digest("hex");

describe("easel imagine", () => {
  it("draws a red apple that is red, and leaves nothing behind but the picture", async () => {
    const cwd = temporaryFolder();

    const { code, out } = await runEasel(
      ["imagine", "a red apple", "--out", "a.png", "--seed", "5", "--style", "flat"],
      { cwd },
    );

    expect(code).toBe(0);
    expect(out).toContain("AI-generated · easel-v0 · seed 5 · 12 steps");
    expect(readdirSync(cwd).filter((name) => name !== "data")).toEqual(["a.png"]);
    const { data, info } = await sharp(join(cwd, "a.png"))
      .flatten({ background: "white" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([128, 128]);
    const middle = (64 * 128 + 64) * info.channels;
    const [red = 0, green = 0, blue = 0] = data.subarray(middle, middle + 3);
    expect(red).toBeGreaterThan(150);
    expect(Math.max(green, blue)).toBeLessThan(110);
  });

  it("shows the best of several, which is the picture of its seed alone", async () => {
    const cwd = temporaryFolder();
    const source = join(cwd, "mine");
    cpSync(goldenDir("pipelines", "sd1-taesd", "model"), source, { recursive: true });
    cpSync(goldenDir("scorer", "model", "scorer"), join(source, "scorer"), { recursive: true });
    const imagine = (...args: readonly string[]) =>
      runEasel(["imagine", "a fox", "--model", "judged", "--steps", "2", ...args], { cwd });

    await runEasel(["models", "add", source, "--id", "judged"], { cwd });
    const best = await imagine("--best-of", "4", "--seed", "10", "--out", "best.png");
    const [, seed] = /seed (\d+)/.exec(best.out) ?? [];
    const alone = await imagine("--seed", seed!, "--out", "alone.png");
    const without = await runEasel(["imagine", "a fox", "--best-of", "2", "--out", "no.png"], { cwd });

    expect([best.code, alone.code, without.code]).toEqual([0, 0, 1]);
    expect([10, 11, 12, 13]).toContain(Number(seed));
    expect(await pixelsOf(join(cwd, "best.png"))).toBe(await pixelsOf(join(cwd, "alone.png")));
    expect(without.err).toContain("easel-v0 cannot choose the best of several candidates");
  });

  it("draws the same pixels for the same seed in every run, and one picture of a grid alone", async () => {
    const cwd = temporaryFolder();

    await runEasel(["imagine", "a fox in the snow", "--seed", "7", "--count", "4", "--out", "grid.png"], { cwd });
    await runEasel(["imagine", "a fox in the snow --seed 7 --count 4", "--out", "again.png"], { cwd });
    await runEasel(["imagine", "a fox in the snow", "--seed", "9", "--out", "alone.png"], { cwd });

    const grid = await Promise.all([1, 2, 3, 4].map((n) => pixelsOf(join(cwd, `grid-${n}.png`))));
    expect(await Promise.all([1, 2, 3, 4].map((n) => pixelsOf(join(cwd, `again-${n}.png`))))).toEqual(grid);
    expect(await pixelsOf(join(cwd, "alone.png"))).toBe(grid[2]);
    expect(new Set(grid).size).toBe(4);
  });

  it.each([
    ["The prompt is empty.", ["imagine", ""]],
    ["The prompt has 10000 characters; the limit is 2000.", ["imagine", "x".repeat(10_000)]],
    ["size: easel-v0 cannot draw 13x9999. It draws 128x128.", ["imagine", "a fox", "--size", "13x9999"]],
    ["seed: “soon” is not a", ["imagine", "a fox", "--seed", "soon"]],
    ["steps must be between 1 and 150; you gave 0.", ["imagine", "a fox", "--steps", "0"]],
    ["steps must be between 1 and 150; you gave", ["imagine", "a fox", "--steps", "1e9"]],
    ["guidance: “NaN” is not a number.", ["imagine", "a fox", "--guidance", "NaN"]],
    ["There is no model named “sdxl”.", ["imagine", "a fox", "--model", "sdxl"]],
    ["Unknown option --stpes. Did you mean --steps?", ["imagine", "a fox", "--stpes", "3"]],
    ["cannot be written", ["imagine", "a fox", "--out", "/dev/null/a.png"]],
    ["a.tiff", ["imagine", "a fox", "--out", "a.tiff"]],
  ])("answers bad input %#: %s", async (sentence, args) => {
    const cwd = temporaryFolder();

    const { code, err } = await runEasel(args, { cwd });

    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(err).not.toMatch(/\n\s+at /);
    expect(readdirSync(cwd).filter((name) => name !== "data")).toEqual([]);
  });

  it.each([
    ["a missing", (path: string) => rmSync(path)],
    ["a truncated", (path: string) => truncateSync(path, 4000)],
    ["an altered", (path: string) => writeFileSync(path, "not a model at all")],
  ])("names the file of a model folder with %s file", async (_, damage) => {
    const cwd = temporaryFolder();
    cpSync(builtIn, join(cwd, "models/mine"), { recursive: true });
    damage(join(cwd, "models/mine/unet/model.onnx"));

    const { code, err } = await runEasel(["imagine", "a fox", "--model", "mine", "--out", "a.png"], {
      cwd,
      env: { MODELS_DIR: "models" },
    });

    expect(code).toBe(1);
    expect(err).toMatch(/The model mine cannot be loaded: .*unet/);
    expect(err).not.toMatch(/\n\s+at /);
    expect(existsSync(join(cwd, "a.png"))).toBe(false);
  });
});

describe("easel start", () => {
  it("names a database that cannot be read", async () => {
    const cwd = temporaryFolder();
    await runEasel(["start"], { cwd });
    writeFileSync(join(cwd, "data/easel.db"), "this is no database, whatever its name says".repeat(100));
    for (const file of ["easel.db-wal", "easel.db-shm"]) rmSync(join(cwd, "data", file), { force: true });

    const { code, err } = await runEasel(["start"], { cwd, input: "a fox\n" });

    expect(code).toBe(1);
    expect(err).toMatch(/The database .*easel\.db cannot be read: it is not a database/);
    expect(err).not.toMatch(/\n\s+at /);
    expect(readFileSync(join(cwd, "data/easel.db"), "utf8")).toContain("this is no database");
  });

  it("refuses settings that are wrong, all at once", async () => {
    const { code, err } = await runEasel(["start"], {
      cwd: temporaryFolder(),
      env: { MAX_WAITING: "lots", THREADS: "-1" },
    });

    expect(code).toBe(1);
    expect(err).toContain("THREADS=-1 must be between 0 and 256");
    expect(err).toContain("MAX_WAITING=lots is not a whole number");
  });
});

describe("easel doctor", () => {
  it("says what works as text and as JSON, and fails with a remedy when a model is damaged", async () => {
    const cwd = temporaryFolder();
    cpSync(builtIn, join(cwd, "models/mine"), { recursive: true });
    truncateSync(join(cwd, "models/mine/vae_decoder/model.onnx"), 10);

    const good = await runEasel(["doctor", "--json"], { cwd });
    const bad = await runEasel(["doctor"], { cwd, env: { MODELS_DIR: "models", SLACK_BOT_TOKEN: "hello" } });

    expect(good.code).toBe(0);
    expect(JSON.parse(good.out)).toContainEqual({
      check: "models",
      state: "ok",
      detail: "easel-v0: all files are as published",
    });
    expect(bad.code).toBe(1);
    expect(bad.out).toContain("mine: vae_decoder/model.onnx has 10 bytes");
    expect(bad.out).toContain("Copy the model folder again.");
    expect(bad.out).toContain("SLACK_BOT_TOKEN does not look like a token");
    expect(bad.out).not.toContain("hello");
  });
});
