import { cpSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { openOnnxFile } from "../../src/models/onnx-file.ts";
import { decodeModel, encodeModel } from "../../src/models/onnx-schema.ts";
import { goldenDir } from "../support/golden.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { editGolden, editGraph, goldenGraphs, runGraph } from "./run-graph.ts";

const external = goldenDir("pipelines", "sd1-external-data", "model", "unet", "model.onnx");

describe("an .onnx file", () => {
  it.each(goldenGraphs().map((path) => [relative(goldenDir("pipelines"), path), path]))(
    "%s keeps every field when it is read and written",
    (_, path) => {
      const { model } = openOnnxFile(path);

      const written = encodeModel(model);

      expect(written.length).toBe(statSync(path).size);
      // Not toEqual, which takes a second for a megabyte.
      expect(Buffer.compare(encodeModel(decodeModel(written)), written)).toBe(0);
    },
  );

  it("computes the same after it was written with its weights beside it", async () => {
    const target = join(temporaryFolder(), "model.onnx");

    await openOnnxFile(external).save(target);

    expect(readdirSync(dirname(target))).toEqual(["model.onnx", "model.onnx_data"]);
    expect(await runGraph(target)).toEqual(await runGraph(external));
  });

  it("puts weights on cache lines", async () => {
    const target = join(temporaryFolder(), "model.onnx");

    await openOnnxFile(external).save(target);

    const offsets = openOnnxFile(target).model.graph.initializer.flatMap(({ externalData = [] }) =>
      externalData.filter(({ key }) => key === "offset").map(({ value }) => Number(value)),
    );
    expect(offsets.length).toBeGreaterThan(10);
    expect(offsets.every((offset) => offset % 64 === 0)).toBe(true);
  });

  it("links its weights to a copy of the graph that hands out more", async () => {
    const folder = join(temporaryFolder(), "unet");
    cpSync(dirname(external), folder, { recursive: true });
    const graph = editGraph(join(folder, "model.onnx"));
    graph.expose(graph.add("Shape", ["sample"], { outputs: ["shape_of_sample"] }));
    const target = join(folder, "instrumented", "model.onnx");

    await graph.file.saveLinked(target);

    expect(statSync(join(folder, "instrumented", "model.onnx_data")).ino).toBe(
      statSync(join(folder, "model.onnx_data")).ino,
    );
    const { shape_of_sample: shape, ...others } = await runGraph(target);
    expect([...shape!]).toEqual([2, 4, 8, 8]);
    expect(others).toEqual(await runGraph(external));
  });
});

describe("the graph editor", () => {
  it("reads constants through casts and transpositions", async () => {
    const graph = editGolden("sd1-pndm", "unet");
    const matrix = graph.addInitializer(
      "matrix",
      1,
      [2, 3],
      () => new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer),
    );
    const turned = graph.add("Transpose", [graph.add("Cast", [matrix], { attributes: { to: 1 } })], {
      attributes: { perm: [1, 0] },
    });

    const constant = graph.constant(turned)!;

    expect(constant.dims).toEqual([3, 2]);
    expect([...(await graph.numbers(constant))]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it("removes what nothing uses, and keeps nodes behind what they need", () => {
    const graph = editGolden("sd1-pndm", "unet");
    const before = graph.nodes.length;
    graph.add("Relu", [graph.add("Neg", ["sample"])]);
    const late = graph.add("Neg", ["sample"]);
    const [first] = graph.consumers("sample");
    first!.input = first!.input!.map((input) => (input === "sample" ? late : input));

    graph.finish();

    const made = new Set(graph.file.model.graph.input.map(({ name }) => name));
    for (const { name } of graph.file.model.graph.initializer) made.add(name!);
    for (const node of graph.nodes) {
      for (const input of node.input ?? []) expect(input === "" || made.has(input)).toBe(true);
      for (const output of node.output ?? []) made.add(output);
    }
    expect(graph.nodes.length).toBe(before + 1);
  });
});
