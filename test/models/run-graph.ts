import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fromFloat16Array } from "../../src/numerics/float16.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import type { Feed, PortInfo } from "../../src/onnx/session.ts";
import { openOnnxFile } from "../../src/models/onnx-file.ts";
import { createGraphEditor, type GraphEditor } from "../../src/models/onnx-graph.ts";
import { goldenDir } from "../support/golden.ts";

/** An editor of a golden pipeline's graph. */
export function editGolden(name: string, component: string): GraphEditor {
  return editGraph(goldenDir("pipelines", name, "model", component, "model.onnx"));
}

export function editGraph(path: string): GraphEditor {
  return createGraphEditor(openOnnxFile(path), fromFloat16Array);
}

/** Every graph of the golden pipelines. */
export function goldenGraphs(): string[] {
  return readdirSync(goldenDir("pipelines"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("model.onnx"))
    .map((path) => join(goldenDir("pipelines"), path))
    .sort();
}

/** Where the names of free axes do not tell. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  sample: [2, 4, 8, 8],
  timestep: [2],
  controlnet_conds: [1, 2, 3, 64, 64],
  conditioning_scales: [1, 1],
  controlnet_cond: [2, 3, 64, 64],
  img_ids: [8, 3],
  txt_ids: [8, 3],
};

/** Outputs of a graph for feeds that are the same for every graph with these inputs: numbers around zero, ids that exist. */
export async function runGraph(path: string): Promise<Record<string, Float32Array>> {
  const session = await openSession(path, { device: "cpu", threads: 1 });
  try {
    const feeds = Object.fromEntries(session.inputs.map((port) => [port.name, feedFor(port)]));
    const outputs = await session.run(feeds);
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
  } finally {
    await session.release();
  }
}

/** Free axes: two rows, eight cells or tokens; channels where an export leaves even those free. */
function feedFor({ name, type, dims }: PortInfo): Feed {
  const known = SHAPES[name];
  const shape = dims.map((dim, axis) => (typeof dim === "number" ? dim : (known?.[axis] ?? (axis === 0 ? 2 : 8))));
  const count = shape.reduce((product, dim) => product * dim, 1);
  const random = seededRandom(name.length + count);
  const isFloat = type.startsWith("float");
  const draw = () => (isFloat ? random(2001) / 1000 - 1 : random(100));
  return { data: Array.from({ length: count }, draw), dims: shape };
}

/** Root mean square of the difference as a share of that of `expected`. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let [difference, power] = [0, 0];
  expected.forEach((value, i) => {
    difference += (value - actual[i]!) ** 2;
    power += value ** 2;
  });
  return Math.sqrt(difference / power);
}
