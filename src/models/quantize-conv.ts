import { basename, dirname } from "node:path";
import { UserError } from "../core/errors.ts";
import { bytesOf } from "./onnx-file.ts";
import type { Constant, GraphEditor } from "./onnx-graph.ts";
import { toInteger, TYPE, type NodeProto } from "./onnx-schema.ts";
import { activationScale, quantizeRows } from "./quantize-numbers.ts";

/** What an activation was between while pictures were drawn. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A convolution that can compute in int8. */
export interface ConvTarget {
  readonly node: NodeProto;
  readonly input: string;
  readonly output: string;
  readonly weight: Constant;
}

/** DequantizeLinear by channel came with this version of the operators. */
const MIN_OPSET = 13;

/**
 * Convolutions with constant float32 weights, without the first and the last of the graph: what they see and make is the picture itself,
 * and their loss would be visible. Throws UserError model-unchanged for operators that are too old.
 */
export function convTargets(graph: GraphEditor): ConvTarget[] {
  const { opsetImport } = graph.file.model;
  const opset = toInteger(opsetImport.find(({ domain = "" }) => domain === "")?.version ?? 0);
  if (opset < MIN_OPSET)
    throw new UserError("model-unchanged", {
      model: basename(dirname(graph.file.path)),
      reason: `its operators are of version ${opset}; int8 convolutions need ${MIN_OPSET}: export it again`,
    });
  const inner = innerConvs(graph.nodes);
  return graph.nodes.flatMap((node) => {
    const [input = "", weightName = ""] = node.input ?? [];
    const output = node.output?.[0] ?? "";
    if (!inner.has(node)) return [];
    const weight = graph.constant(weightName);
    const fits = weight?.dataType === TYPE.float && weight.dims.length === 4;
    return fits ? [{ node, input, output, weight }] : [];
  });
}

/** Convolutions that have others before and after them. Nodes are in an order in which each follows what it needs. */
function innerConvs(nodes: readonly NodeProto[]): Set<NodeProto> {
  const after = markConvs(
    nodes,
    (node) => node.input ?? [],
    (node) => node.output ?? [],
  );
  const before = markConvs(
    [...nodes].reverse(),
    (node) => node.output ?? [],
    (node) => node.input ?? [],
  );
  return new Set(nodes.filter((node) => after.has(node) && before.has(node)));
}

/** The convolutions that a walk over `nodes` meets after another one on their way. */
function markConvs(
  nodes: readonly NodeProto[],
  from: (node: NodeProto) => readonly string[],
  to: (node: NodeProto) => readonly string[],
): Set<NodeProto> {
  const reached = new Set<string>();
  const marked = new Set<NodeProto>();
  for (const node of nodes) {
    const isConv = node.opType === "Conv";
    const isReached = from(node).some((value) => reached.has(value));
    if (isConv && isReached) marked.add(node);
    if (isConv || isReached) for (const value of to(node)) reached.add(value);
  }
  return marked;
}

/** Names of the graph outputs that tell the range of a value. */
export const rangeOutputs = (index: number): { min: string; max: string } => ({
  min: `easel_min_${index}`,
  max: `easel_max_${index}`,
});

/** Lets a graph hand out the least and the largest number of each value, in the order of `values` (rangeOutputs). */
export function exposeRanges(graph: GraphEditor, values: readonly string[]): void {
  values.forEach((value, index) => {
    const { min, max } = rangeOutputs(index);
    graph.expose(graph.add("ReduceMin", [value], { outputs: [min], name: min, attributes: { keepdims: 0 } }));
    graph.expose(graph.add("ReduceMax", [value], { outputs: [max], name: max, attributes: { keepdims: 0 } }));
  });
}

/**
 * Puts QuantizeLinear and DequantizeLinear around the targets (QDQ form), from which onnxruntime makes int8 convolutions. `ranges` are
 * those of their inputs and outputs. Returns how many were turned.
 */
export async function quantizeConvs(
  graph: GraphEditor,
  targets: readonly ConvTarget[],
  ranges: ReadonlyMap<string, Range>,
): Promise<number> {
  const quantizedInputs = new Map<string, { value: string; scale: number }>();

  function addScale(name: string, range: Range) {
    const { scale, zeroPoint } = activationScale(range.min, range.max);
    const scaleName = graph.addInitializer(`${name}_scale`, TYPE.float, [], () => bytesOf(Float32Array.of(scale)));
    const zeroName = graph.addInitializer(`${name}_zero`, TYPE.uint8, [], () => Uint8Array.of(zeroPoint));
    return { scale, inputs: [scaleName, zeroName] };
  }

  function roundTrip(value: string, range: Range): { value: string; scale: number } {
    const { scale, inputs } = addScale(value, range);
    const quantized = graph.add("QuantizeLinear", [value, ...inputs], { name: `${value}_q` });
    return { value: graph.add("DequantizeLinear", [quantized, ...inputs], { name: `${value}_dq` }), scale };
  }

  let count = 0;
  for (const { node, input, output, weight } of targets) {
    const [inputRange, outputRange] = [ranges.get(input), ranges.get(output)];
    if (!inputRange || !outputRange) continue;
    const known = quantizedInputs.get(input);
    const source = known ?? roundTrip(input, inputRange);
    if (!known) quantizedInputs.set(input, source);

    const name = node.input![1]!;
    const [channels] = weight.dims as [number];
    const { values, scales } = quantizeRows(await graph.numbers(weight), channels);
    const scaleName = graph.addInitializer(`${name}_scales`, TYPE.float, [channels], () => bytesOf(scales));
    const valueName = graph.addInitializer(`${name}_int8`, TYPE.int8, weight.dims, () => bytesOf(values));
    const weights = graph.add("DequantizeLinear", [valueName, scaleName], {
      name: `${name}_dq`,
      attributes: { axis: 0 },
    });
    const bias = await quantizeBias(graph, node.input![2], source.scale, scales);
    const made = graph.add("Conv", [source.value, weights, ...(bias === undefined ? [] : [bias])], {
      name: `${name}_conv`,
      like: node,
    });
    graph.supersede(node, roundTrip(made, outputRange).value);
    count++;
  }
  return count;
}

/** A bias of int32 in the unit of the sums. */
async function quantizeBias(
  graph: GraphEditor,
  name: string | undefined,
  inputScale: number,
  weightScales: Float32Array,
): Promise<string | undefined> {
  const bias = name === undefined ? undefined : graph.constant(name);
  if (!bias) return name;
  const scales = weightScales.map((scale) => scale * inputScale);
  const numbers = await graph.numbers(bias);
  const values = Int32Array.from(numbers, (value, channel) => Math.round(value / scales[channel]!));
  const scaleName = graph.addInitializer(`${name}_scales`, TYPE.float, [scales.length], () => bytesOf(scales));
  const valueName = graph.addInitializer(`${name}_int32`, TYPE.int32, [scales.length], () => bytesOf(values));
  return graph.add("DequantizeLinear", [valueName, scaleName], { name: `${name}_dq`, attributes: { axis: 0 } });
}
