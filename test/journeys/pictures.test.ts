import { readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const env = { PICTURES_DIR: "pics", REQUESTS_PER_MINUTE: "600" };

/** A picture as RGB numbers on white, 64 pixels wide. */
async function pixelsOf(path: string): Promise<Buffer> {
  return sharp(path).flatten({ background: "white" }).resize(64, 64, { fit: "fill" }).raw().toBuffer();
}

/** Mean difference of two pictures, of 255. */
function difference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

/** Says the lines to the real program; what it printed, its errors, and its pictures by what the small print says: “seed 7” or “2x”. */
async function say(cwd: string, lines: readonly string[]) {
  const { code, out, err } = await runEasel(["start"], { cwd, env, input: `${lines.join("\n")}\n` });
  const errors = err.split("\n").filter((line) => line.startsWith("Error: "));
  const pictures = new Map<string, string>();
  const ids = new Map<string, string>();
  let file = "";
  for (const line of out.split("\n")) {
    file = /^ {2}(\S+\.png)$/.exec(line)?.[1] ?? file;
    const [, seed, effort, id] = /· (seed \d+) · (\S+)(?: steps)? · .* · ([a-z0-9]{8})$/.exec(line) ?? [];
    if (seed === undefined) continue;
    const name = effort!.endsWith("x") ? effort! : seed;
    pictures.set(name, file);
    ids.set(name, id!);
  }
  return { code, out, errors, pictures, ids };
}

/** Several starts of the program, on a machine that may have more to do. */
const PATIENCE_MS = 300_000;

describe("pictures as a start, in the terminal", { timeout: PATIENCE_MS }, () => {
  it("restyles, repaints, extends, enlarges, blends and describes files and answers", async () => {
    const cwd = temporaryFolder();
    const drawn = await say(cwd, ["a red fox in the snow --seed 7 --style flat", "a blue balloon --seed 3"]);
    const [fox, balloon] = [drawn.ids.get("seed 7")!, drawn.ids.get("seed 3")!];
    const [foxFile, balloonFile] = [drawn.pictures.get("seed 7")!, drawn.pictures.get("seed 3")!];

    const made = await say(cwd, [
      `/edit a red fox in the snow --image ${foxFile} --strength 0.3 --seed 11 --style flat`,
      `/edit a cat --job ${fox} --region right --seed 12`,
      `/edit --job ${fox} --zoom 2 --seed 13`,
      `/edit --job ${fox} --direction left --seed 14`,
      `/blend ${fox} ${balloon} --image ${balloonFile} --weights "3 1 1" --seed 15`,
      `/imagine a yellow fox --image ${foxFile} --seed 16`,
      `/upscale ${fox} --factor 3`,
      `/upscale --image ${foxFile}`,
    ]);

    expect(made.errors).toEqual([]);
    const sizes = [...made.pictures].map(async ([name, file]) => [name, (await sharp(file).metadata()).width]);
    expect(Object.fromEntries(await Promise.all(sizes))).toEqual({
      ...Object.fromEntries([11, 12, 13, 14, 15, 16].map((seed) => [`seed ${seed}`, 128])),
      "3x": 384,
      "2x": 256,
    });
    const original = await pixelsOf(foxFile);
    const pictureOf = (name: string) => pixelsOf(made.pictures.get(name)!);
    // A third of the steps leaves most as it was.
    expect(difference(await pictureOf("seed 11"), original)).toBeLessThan(25);
    // The left half is the picture's own, the right half is not.
    const repainted = await pictureOf("seed 12");
    expect(difference(leftHalf(repainted), leftHalf(original))).toBeLessThan(4);
    expect(difference(rightHalf(repainted), rightHalf(original))).toBeGreaterThan(8);
    // Seen from twice as far away, the picture is the middle quarter.
    const middle = await cut(await pictureOf("seed 13"), 64, 20);
    const whole = await sharp(original, { raw: { width: 64, height: 64, channels: 3 } })
      .resize(32, 32)
      .raw()
      .toBuffer();
    expect(difference(middle, await cut(whole, 32, 4))).toBeLessThan(8);
    // The view moved left: the picture's left half is at the right.
    const panned = half(await pictureOf("seed 14"), (x) => x >= 40);
    expect(
      difference(
        panned,
        half(original, (x) => x >= 8 && x < 32),
      ),
    ).toBeLessThan(8);
    for (const name of ["2x", "3x"]) expect(difference(await pictureOf(name), original)).toBeLessThan(4);
  });

  it("presses the buttons of an answer, also after a restart", async () => {
    const cwd = temporaryFolder();
    const drawn = await say(cwd, ["a red fox in the snow --seed 7 --count 2"]);
    const id = drawn.ids.get("seed 7")!;

    const later = await say(cwd, [`/show ${id}`, "more", "p2", "z2", "right2", "r2", "top", "a balloon", ""]);
    const told = await say(cwd, [`/describe ${[...later.ids.values()].at(-1)}`]);

    expect([...later.errors, ...told.errors]).toEqual([]);
    expect(later.out).toContain("Which picture?");
    expect(later.out).toContain("the view moved");
    expect(told.out).toContain("Mode: inpaint");
    expect(told.out).toContain("Region: top");
    expect(told.out).toContain(`Based on: \`${id}\`, picture 2`);
  });

  it("keeps favourites over a restart", async () => {
    const cwd = temporaryFolder();
    const drawn = await say(cwd, ["a fox --seed 7", "fav1"]);

    const later = await say(cwd, ["/history favourites", `/describe ${drawn.ids.get("seed 7")}`]);

    expect(drawn.out).toContain("A favourite of yours now");
    expect(later.out).toContain(`${drawn.ids.get("seed 7")}:1`);
    expect(later.out).toContain("Seed: 7");
  });

  it("says what is wrong with a file, and draws nothing", async () => {
    const cwd = temporaryFolder();

    const { code, errors } = await say(cwd, [
      "/edit a fox --image /etc/passwd",
      "/edit a fox --image https://example.com/a.png",
      "/edit a fox --image nowhere.png",
      "/upscale",
      "/blend",
      "/describe zzzz",
    ]);

    expect(code).toBe(1);
    expect(errors).toEqual([
      "Error: the picture is not a picture that I can read (it is not a PNG, JPEG, WebP, GIF or AVIF file).",
      expect.stringContaining("https://example.com/a.png cannot be read"),
      expect.stringContaining("nowhere.png cannot be read"),
      "Error: Which picture? Attach one (image), or name a request (job); /history shows yours.",
      "Error: Blending needs two to five pictures; I count 0.",
      "Error: There is no job “zzzz”.",
    ]);
    expect(readdirSync(cwd)).not.toContain(join(cwd, "pics"));
  });
});

const leftHalf = (pixels: Buffer): Buffer => half(pixels, (x) => x < 30);
const rightHalf = (pixels: Buffer): Buffer => half(pixels, (x) => x >= 34);

/** The columns of a 64 pixels wide picture that are wanted; the seam in the middle is nobody's. */
function half(pixels: Buffer, isWanted: (x: number) => boolean): Buffer {
  return Buffer.from(pixels.filter((_, i) => isWanted(Math.floor(i / 3) % 64)));
}

/** 24 x 24 pixels of a square picture, from (start, start) on. */
function cut(pixels: Buffer, side: number, start: number): Promise<Buffer> {
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .extract({ left: start, top: start, width: 24, height: 24 })
    .raw()
    .toBuffer();
}
