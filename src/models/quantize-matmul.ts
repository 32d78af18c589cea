import { bytesOf } from "./onnx-file.ts";
import type { Constant, GraphEditor } from "./onnx-graph.ts";
import { attributeOf, intOf, TYPE, type NodeProto } from "./onnx-schema.ts";
import { quantizeColumns, type QuantizedColumns } from "./quantize-numbers.ts";

/** Smaller weights gain nothing. */
const MIN_ELEMENTS = 4096;

/**
 * Turns MatMul and Gemm with constant weights into integer products: activations are quantized to uint8 as they come
 * (DynamicQuantizeLinear), weights once to int8 with a scale for each column. Returns how many were turned.
 */
export async function quantizeMatMuls(graph: GraphEditor): Promise<number> {
  const quantizedInputs = new Map<string, { values: string; scale: string; zeroPoint: string }>();
  let count = 0;

  /** One quantization serves all products of the same activations (query, key and value). */
  function quantizeInput(input: string, isHalf: boolean) {
    const known = quantizedInputs.get(input);
    if (known) return known;
    const name = `quantized_${input}`;
    const source = isHalf
      ? graph.add("Cast", [input], { name: `${name}_float`, attributes: { to: TYPE.float } })
      : input;
    const outputs = ["values", "scale", "zero"].map((part) => graph.unique(`easel_${name}_${part}`));
    graph.add("DynamicQuantizeLinear", [source], { name, outputs });
    const made = { values: outputs[0]!, scale: outputs[1]!, zeroPoint: outputs[2]! };
    quantizedInputs.set(input, made);
    return made;
  }

  for (const node of graph.nodes.slice()) {
    const product = weightOf(graph, node);
    if (!product) continue;
    const [input = "", weight = "", bias] = node.input ?? [];
    const [rows, columns] = product.dims as [number, number];
    const isHalf = product.constant.dataType !== TYPE.float;
    const source = quantizeInput(input, isHalf);

    // Made when the file is written, and once for both tensors that come of it.
    let quantized: Promise<QuantizedColumns> | undefined;
    const make = () =>
      (quantized ??= readMatrix(graph, product).then((values) => quantizeColumns(values, rows, columns)));
    const scales = graph.addInitializer(`${weight}_scales`, TYPE.float, [columns], async () =>
      bytesOf((await make()).scales),
    );
    const values = graph.addInitializer(`${weight}_int8`, TYPE.int8, [rows, columns], async () => {
      const { values } = await make();
      quantized = undefined;
      return bytesOf(values);
    });

    const sums = graph.add("MatMulInteger", [source.values, values, source.zeroPoint], { name: weight });
    const float = graph.add("Cast", [sums], { name: `${weight}_cast`, attributes: { to: TYPE.float } });
    const scale = graph.add("Mul", [source.scale, scales], { name: `${weight}_scale` });
    let result = graph.add("Mul", [float, scale], { name: `${weight}_scaled` });
    if (isHalf)
      result = graph.add("Cast", [result], { name: `${weight}_half`, attributes: { to: product.constant.dataType } });
    if (bias) result = graph.add("Add", [result, bias], { name: `${weight}_bias` });
    graph.supersede(node, result);
    count++;
  }
  return count;
}

interface Product {
  readonly constant: Constant;
  /** [rows, columns] as the product uses them. */
  readonly dims: readonly number[];
  readonly isTransposed: boolean;
}

/** The weight of a product that can be quantized. */
function weightOf(graph: GraphEditor, node: NodeProto): Product | undefined {
  const weight = node.input?.[1];
  if (weight === undefined || (node.domain ?? "") !== "" || graph.constant(node.input![0]!)) return undefined;
  const constant = graph.constant(weight);
  const isFloat = constant !== undefined && [TYPE.float, TYPE.float16].some((type) => type === constant.dataType);
  if (!isFloat || constant.dims.length !== 2) return undefined;
  if (constant.dims[0]! * constant.dims[1]! < MIN_ELEMENTS) return undefined;
  if (node.opType === "MatMul") return { constant, dims: constant.dims, isTransposed: false };
  if (node.opType !== "Gemm" || intOf(node, "transA", 0) !== 0) return undefined;
  if ((attributeOf(node, "alpha")?.f ?? 1) !== 1 || (attributeOf(node, "beta")?.f ?? 1) !== 1) return undefined;
  const isTransposed = intOf(node, "transB", 0) === 1;
  return { constant, dims: isTransposed ? [...constant.dims].reverse() : constant.dims, isTransposed };
}

async function readMatrix(graph: GraphEditor, { constant, dims, isTransposed }: Product): Promise<Float32Array> {
  const stored = await graph.numbers(constant);
  if (!isTransposed) return stored;
  const [rows, columns] = dims as [number, number];
  const matrix = new Float32Array(stored.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) matrix[row * columns + column] = stored[column * rows + row]!;
  return matrix;
}
