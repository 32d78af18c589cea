import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { convTargets, exposeRanges, quantizeConvs, rangeOutputs } from "../../src/models/quantize-conv.ts";
import { quantizeMatMuls } from "../../src/models/quantize-matmul.ts";
import { activationScale, quantizeColumns, quantizeRows, WEIGHT_LEVELS } from "../../src/models/quantize-numbers.ts";
import { goldenDir } from "../support/golden.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { editGraph, relativeError, runGraph } from "./run-graph.ts";

const builtIn = (component: string) =>
  fileURLToPath(new URL(`../../models/easel-v0/${component}/model.onnx`, import.meta.url));
const golden = (name: string, component: string) => goldenDir("pipelines", name, "model", component, "model.onnx");

function randomWeights(count: number): Float32Array {
  const random = seededRandom(count);
  return Float32Array.from({ length: count }, () => (random(20_001) - 10_000) / 3000);
}

describe("int8 numbers", () => {
  it("are off by half a level at most, in the unit of each column", () => {
    const weights = randomWeights(40 * 7);

    const { values, scales } = quantizeColumns(weights, 40, 7);

    weights.forEach((weight, i) => {
      const scale = scales[i % 7]!;
      expect(Math.abs(values[i]! * scale - weight)).toBeLessThanOrEqual(scale / 2 + 1e-6);
      expect(Math.abs(values[i]!)).toBeLessThanOrEqual(WEIGHT_LEVELS);
    });
  });

  it("are off by half a level at most, in the unit of each channel", () => {
    const weights = randomWeights(5 * 18);

    const { values, scales } = quantizeRows(weights, 5);

    weights.forEach((weight, i) => {
      const scale = scales[Math.floor(i / 18)]!;
      expect(Math.abs(values[i]! * scale - weight)).toBeLessThanOrEqual(scale / 2 + 1e-6);
    });
  });

  it("hold columns of zeros", () => {
    const { values, scales } = quantizeColumns(new Float32Array(6), 2, 3);

    expect([...values, ...scales]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1]);
  });

  it.each([
    [-1, 3],
    [0.5, 2],
    [-4, -1],
    [0, 0],
  ])("of activations from %d to %d have an exact zero and reach both ends", (min, max) => {
    const { scale, zeroPoint } = activationScale(min, max);

    expect(Number.isInteger(zeroPoint)).toBe(true);
    expect((0 - zeroPoint) * scale).toBeLessThanOrEqual(Math.min(0, min) + scale);
    expect((255 - zeroPoint) * scale).toBeGreaterThanOrEqual(Math.max(0, max) - scale);
    expect(zeroPoint).toBeGreaterThanOrEqual(0);
    expect(zeroPoint).toBeLessThanOrEqual(255);
  });
});

describe("dynamic int8 products", () => {
  it.each([
    ["the built-in text encoder", builtIn("text_encoder"), 12],
    ["the built-in U-Net", builtIn("unet"), 39],
    ["a T5 encoder", golden("flux-dev", "text_encoder_2"), 0],
    ["weights beside the graph", golden("sd1-external-data", "unet"), 2],
    ["a generator", golden("generator", "generator"), 2],
  ])("compute nearly what %s computes", async (_, path, count) => {
    const graph = editGraph(path);

    const products = await quantizeMatMuls(graph);
    graph.finish();
    const target = join(temporaryFolder(), "model.onnx");
    await graph.file.save(target);

    expect(products).toBe(count);
    const [before, after] = [await runGraph(path), await runGraph(target)];
    for (const output of Object.keys(before)) expect(relativeError(after[output]!, before[output]!)).toBeLessThan(0.03);
  });

  it("quantize query, key and value once, and leave no float weights behind", async () => {
    const graph = editGraph(builtIn("text_encoder"));
    const sizeBefore = statSync(builtIn("text_encoder")).size;

    await quantizeMatMuls(graph);
    graph.finish();
    const target = join(temporaryFolder(), "model.onnx");
    await graph.file.save(target);

    const count = (opType: string) => graph.nodes.filter((node) => node.opType === opType).length;
    expect(count("MatMulInteger")).toBe(12);
    expect(count("DynamicQuantizeLinear")).toBeLessThan(12);
    expect(statSync(target).size).toBeLessThan(sizeBefore);
  });
});

/** What a run shows of the convolutions. */
async function rangesOf(path: string) {
  const graph = editGraph(path);
  const values = [...new Set(convTargets(graph).flatMap(({ input, output }) => [input, output]))];
  exposeRanges(graph, values);
  const target = join(temporaryFolder(), "model.onnx");
  await graph.file.saveLinked(target);
  const seen = await runGraph(target);
  return new Map(
    values.map((value, index) => {
      const { min, max } = rangeOutputs(index);
      return [value, { min: seen[min]![0]!, max: seen[max]![0]! }];
    }),
  );
}

describe("static int8 convolutions", () => {
  it.each([
    ["the built-in decoder", builtIn("vae_decoder"), 21, 0.05],
    ["the built-in U-Net", builtIn("unet"), 19, 0.05],
    ["weights beside the graph", golden("sd1-external-data", "unet"), 31, 0.1],
  ])("compute nearly what %s computes within the ranges that were seen", async (_, path, count, tolerance) => {
    const graph = editGraph(path);
    const ranges = await rangesOf(path);

    const convs = await quantizeConvs(graph, convTargets(graph), ranges);
    graph.finish();
    const target = join(temporaryFolder(), "model.onnx");
    await graph.file.save(target);

    expect(convs).toBe(count);
    const [before, after] = [await runGraph(path), await runGraph(target)];
    for (const output of Object.keys(before)) {
      const error = relativeError(after[output]!, before[output]!);
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(tolerance);
    }
  });

  it("leave the first and the last of a graph in float", () => {
    const graph = editGraph(builtIn("vae_decoder"));
    const convs = graph.nodes.filter(({ opType }) => opType === "Conv");

    const targets = convTargets(graph).map(({ node }) => node);

    expect(targets).not.toContain(convs[0]);
    expect(targets).not.toContain(convs.at(-1));
    expect(targets).toHaveLength(convs.length - 2);
  });

  it("leave what no run has shown", async () => {
    const graph = editGraph(builtIn("vae_decoder"));

    expect(await quantizeConvs(graph, convTargets(graph), new Map())).toBe(0);
  });

  it("refuse operators that know no scales by channel", () => {
    const graph = editGraph(builtIn("vae_decoder"));
    graph.file.model.opsetImport = [{ version: 12 }];

    expect(() => convTargets(graph)).toThrow("its operators are of version 12; int8 convolutions need 13");
  });
});
