import { copyFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { createEngine } from "../../src/diffusion/generate.ts";
import type { LatentDims } from "../../src/diffusion/families/family.ts";
import { createMeasuredBatches, ruledBatches, type RowBatches } from "../../src/diffusion/row-batches.ts";
import type { Session } from "../../src/onnx/session.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { fakeSession } from "./fake-session.ts";
import { countRows, openGolden, shippedFolder } from "./shipped-model.ts";

const LARGE: LatentDims = [4, 64, 64];
const SMALL: LatentDims = [4, 16, 16];

/** A graph file and a cache folder of its own. */
function machine() {
  const folder = temporaryFolder();
  const graph = join(folder, "model.onnx");
  copyFileSync(shippedFolder("test/golden/pipelines/sd1-pndm/model/unet/model.onnx"), graph);
  const cacheDir = join(folder, "cache");
  const denoiser = { ...fakeSession({ x: [1] }, ["y"], () => ({})), path: graph };
  const open = (device = "cpu") => createMeasuredBatches({ device, threads: 1, cacheDir }, silentLogger);
  return { graph, cacheDir, denoiser, open };
}

/** Milliseconds of a run on a device that gains from more rows. */
const shared = (rows: number): number => 10 + rows;

/** Steps of `count` rows each, whose runs take as long as `msOf` says: how many rows ran together in each step. */
function step(
  batches: RowBatches,
  denoiser: Session,
  latents: LatentDims,
  { count, steps, msOf }: { count: number; steps: number; msOf: (rows: number) => number },
): number[] {
  return Array.from({ length: steps }, () => {
    const size = batches.size(denoiser, latents, count);
    for (let left = count; left > 0; left -= size) {
      const rows = Math.min(size, left);
      batches.took(denoiser, latents, rows, msOf(rows));
    }
    return size;
  });
}

describe("the number of rows that run together", () => {
  it("grows while twice as many are faster by row, each tried in three runs that are made anyway", () => {
    const { denoiser, open } = machine();
    const ms: Record<number, number> = { 1: 10, 2: 12, 4: 20, 8: 60 };

    const sizes = step(open(), denoiser, LARGE, { count: 8, steps: 9, msOf: (rows) => ms[rows]! });

    expect(sizes).toEqual([1, 2, 4, 4, 8, 8, 8, 4, 4]);
  });

  it("stays at one where a device computes row after row anyway, and more are not tried", () => {
    const { denoiser, open } = machine();

    const sizes = step(open(), denoiser, LARGE, { count: 8, steps: 4, msOf: (rows) => 10 * rows });

    expect(sizes).toEqual([1, 2, 1, 1]);
  });

  it("is by the fastest run, for the first one also allocates", () => {
    const { denoiser, open } = machine();
    let runs = 0;
    const msOf = (rows: number) => (rows === 2 && ++runs === 1 ? 1000 : 10 + rows);

    const sizes = step(open(), denoiser, LARGE, { count: 2, steps: 6, msOf });

    expect(sizes).toEqual([1, 1, 2, 2, 2, 2]);
  });

  it("begins at two for small latents, and is one where there is one row", () => {
    const { denoiser, open } = machine();
    const batches = open();

    expect(step(batches, denoiser, SMALL, { count: 4, steps: 3, msOf: (rows) => 10 * rows })).toEqual([2, 2, 4]);
    expect(step(batches, denoiser, SMALL, { count: 1, steps: 1, msOf: (rows) => 10 * rows })).toEqual([1]);
  });

  it("is found as well where it cannot be kept, which is logged and costs no picture", () => {
    const { denoiser, graph } = machine();
    const log = createRecordingLog();
    const batches = createMeasuredBatches({ device: "cpu", threads: 1, cacheDir: graph }, log);

    expect(step(batches, denoiser, LARGE, { count: 2, steps: 6, msOf: shared })).toEqual([1, 1, 2, 2, 2, 2]);
    expect(log.lines.some(({ message }) => message === "a measurement cannot be kept")).toBe(true);
  });

  it("is remembered over restarts, for each shape", () => {
    const { denoiser, open, cacheDir } = machine();
    step(open(), denoiser, LARGE, { count: 2, steps: 5, msOf: shared });

    const again = open();

    expect(step(again, denoiser, LARGE, { count: 2, steps: 1, msOf: shared })).toEqual([2]);
    expect(step(again, denoiser, [4, 64, 48], { count: 2, steps: 1, msOf: shared })).toEqual([1]);
    expect(readdirSync(cacheDir)).toHaveLength(1);
  });

  it.each([
    ["another device", (m: ReturnType<typeof machine>) => m.open("cuda:0")],
    [
      "another graph",
      (m: ReturnType<typeof machine>) => {
        utimesSync(m.graph, 1, 1);
        return m.open();
      },
    ],
    [
      "a record that was cut short",
      (m: ReturnType<typeof machine>) => {
        for (const name of readdirSync(m.cacheDir)) writeFileSync(join(m.cacheDir, name), '{"4x64');
        return m.open();
      },
    ],
  ])("is measured again for %s", (_, reopen) => {
    const m = machine();
    step(m.open(), m.denoiser, LARGE, { count: 2, steps: 5, msOf: shared });

    expect(step(reopen(m), m.denoiser, LARGE, { count: 2, steps: 1, msOf: shared })).toEqual([1]);
  });

  it("is not tried again when it failed", () => {
    const { denoiser, open } = machine();
    const batches = open();

    const sizes = step(batches, denoiser, LARGE, {
      count: 4,
      steps: 6,
      msOf: (rows) => (rows === 4 ? Infinity : shared(rows)),
    });

    expect(sizes).toEqual([1, 2, 2, 4, 2, 2]);
    expect(step(open(), denoiser, LARGE, { count: 4, steps: 1, msOf: shared })).toEqual([2]);
  });

  it("is not tried again when the process died of it", () => {
    const { denoiser, open } = machine();
    const dying = open();
    step(dying, denoiser, LARGE, { count: 1, steps: 3, msOf: () => 10 });
    expect(dying.size(denoiser, LARGE, 2)).toBe(2);

    expect(open().size(denoiser, LARGE, 2)).toBe(1);
  });

  it("is tried again when the process died at the least number, which every picture needs", () => {
    const { denoiser, open } = machine();
    expect(open().size(denoiser, SMALL, 4)).toBe(2);

    expect(open().size(denoiser, SMALL, 4)).toBe(2);
  });

  it("keeps its file small and plain", () => {
    const { denoiser, open, cacheDir } = machine();
    step(open(), denoiser, LARGE, { count: 2, steps: 5, msOf: shared });

    const [name] = readdirSync(cacheDir);

    expect(JSON.parse(readFileSync(join(cacheDir, name!), "utf8"))).toEqual({ "4x64x64": { 1: 11, 2: 12 } });
  });
});

describe("pictures", () => {
  const CALL = {
    mode: "text-to-image",
    prompts: ["a fox", "a red apple"],
    promptSyntax: false,
    numInferenceSteps: 3,
    guidanceScale: 5,
    generator: { kind: "list", seeds: [1, 2] },
  } as const;

  it.each([
    ["sd1-euler-a-batch", 64],
    ["sd1-euler-a-batch", 272],
    ["sd1-fp16", 64],
    ["sdxl-euler", 64],
    ["sd3", 64],
    ["sana", 96],
  ])("of %s at %i pixels are the same to the last bit while the number of rows is being measured", async (name, px) => {
    const model = await openGolden(name);
    const { session, rows } = countRows(model.denoiser.session);
    const counted = { ...model, denoiser: { ...model.denoiser, session } };
    const finals: Float32Array[] = [];
    const batches = [ruledBatches("cuda:0", 4), createMeasuredBatches({ device: "cpu", threads: 1 }, silentLogger)];

    for (const how of batches) {
      const steps: Float32Array[] = [];
      const trace = { step: (latents: Float32Array) => void steps.push(latents.slice()) };
      await createEngine({ model: counted, batches: how, trace }).generate({ ...CALL, width: px, height: px });
      finals.push(steps.at(-1)!);
    }
    await model.release();

    expect(new Set(rows).size).toBeGreaterThan(1);
    expect(finals[1]).toEqual(finals[0]);
  });
});
