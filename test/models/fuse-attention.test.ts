import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSession } from "../../src/onnx/open-session.ts";
import {
  exposeValues,
  findNaiveAttention,
  fuseAttention,
  seenOutputs,
  valuesToSee,
  type SeenValue,
} from "../../src/models/fuse-attention.ts";
import { goldenDir } from "../support/golden.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { editGraph, relativeError, runGraph } from "./run-graph.ts";

const graphOf = (name: string, component: string) => goldenDir("pipelines", name, "model", component, "model.onnx");

/** What a run shows of the values that fusing asks for. */
async function see(path: string): Promise<Map<string, SeenValue>> {
  const graph = editGraph(path);
  const values = findNaiveAttention(graph).found.flatMap(valuesToSee);
  exposeValues(graph, values);
  const target = join(temporaryFolder(), "model.onnx");
  await graph.file.saveLinked(target);
  const seen = await runGraph(target);
  return new Map(
    values.map((value, index) => {
      const { shape, min, max } = seenOutputs(index);
      return [value, { shape: [...seen[shape]!], min: seen[min]![0]!, max: seen[max]![0]! }];
    }),
  );
}

describe("fusing attention", () => {
  it.each([
    ["sd1-pndm", "unet", 12, 1e-5],
    ["sd1-external-data", "unet", 8, 1e-5],
    ["sd1-euler-a-batch", "unet", 8, 1e-5],
    ["sdxl-euler", "unet", 8, 1e-5],
    ["controlnet-merged", "unet", 12, 1e-5],
    ["controlnet-separate", "controlnet", 4, 1e-5],
    ["sd1-pndm", "vae_decoder", 1, 1e-5],
    ["sd1-pndm", "vae_encoder", 1, 1e-5],
    ["sd1-fp16", "unet", 8, 3e-3],
    ["sd3", "transformer", 2, 1e-5],
    ["flux-dev", "transformer", 2, 1e-5],
  ])("computes what %s/%s computed in pieces", async (name, component, count, tolerance) => {
    const path = graphOf(name, component);
    const graph = editGraph(path);
    const { found, left } = findNaiveAttention(graph);
    const seen = await see(path);

    const fused = found.filter((attention) => fuseAttention(graph, attention, seen));
    graph.finish();
    const target = join(temporaryFolder(), "model.onnx");
    await graph.file.save(target);

    expect([fused.length, left]).toEqual([count, 0]);
    expect(graph.nodes.filter(({ opType }) => opType === "MultiHeadAttention")).toHaveLength(count);
    expect(graph.nodes.filter(({ opType }) => opType === "Softmax")).toHaveLength(0);
    const [before, after] = [await runGraph(path), await runGraph(target)];
    for (const output of Object.keys(before))
      expect(relativeError(after[output]!, before[output]!)).toBeLessThan(tolerance);
  });

  it("fuses nothing twice, and nothing where there is no attention", async () => {
    const path = graphOf("sd1-pndm", "unet");
    const graph = editGraph(path);
    const seen = await see(path);
    for (const attention of findNaiveAttention(graph).found) fuseAttention(graph, attention, seen);
    graph.finish();

    expect(findNaiveAttention(graph)).toEqual({ found: [], left: 0 });
    expect(findNaiveAttention(editGraph(graphOf("sd1-taesd", "vae_decoder")))).toEqual({ found: [], left: 0 });
  });

  it("leaves causal attention and attention of other forms as they are, and counts them", () => {
    expect(findNaiveAttention(editGraph(graphOf("sd1-pndm", "text_encoder")))).toMatchObject({ found: [], left: 2 });
    expect(findNaiveAttention(editGraph(graphOf("pixart", "transformer"))).left).toBe(2);
  });

  it.each([
    ["a factor that is not one number", (seen: SeenValue): SeenValue => ({ ...seen, min: 0.5, max: 0.7 })],
    ["a factor of zero", (seen: SeenValue): SeenValue => ({ ...seen, min: 0, max: 0 })],
  ])("refuses %s and changes nothing", async (_, damage) => {
    const path = graphOf("sd1-pndm", "unet");
    const graph = editGraph(path);
    const [attention] = findNaiveAttention(graph).found;
    const seen = await see(path);
    const [factor] = attention!.factors;
    seen.set(factor!.value, damage(seen.get(factor!.value)!));
    const before = graph.nodes.length;

    const isFused = fuseAttention(graph, attention!, seen);

    expect(isFused).toBe(false);
    expect(graph.nodes.length).toBe(before);
  });

  it("refuses shapes that are not those of attention", async () => {
    const path = graphOf("sd1-pndm", "unet");
    const graph = editGraph(path);
    const [attention] = findNaiveAttention(graph).found;
    const seen = await see(path);
    seen.set(attention!.query.source, { ...seen.get(attention!.query.source)!, shape: [2, 64, 999] });

    expect(fuseAttention(graph, attention!, seen)).toBe(false);
  });

  it("opens on the processor with the runtime that ships", async () => {
    const path = graphOf("sd1-pndm", "vae_decoder");
    const graph = editGraph(path);
    const seen = await see(path);
    for (const attention of findNaiveAttention(graph).found) fuseAttention(graph, attention, seen);
    graph.finish();
    const target = join(temporaryFolder(), "model.onnx");
    await graph.file.save(target);

    const session = await openSession(target, { device: "cpu", threads: 1 });

    expect(session.outputs.map(({ name }) => name)).toEqual(["sample"]);
    await session.release();
  });
});
