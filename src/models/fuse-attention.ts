import type { GraphEditor } from "./onnx-graph.ts";
import { bytesOf } from "./onnx-file.ts";
import { attributeOf, intOf, toInteger, TYPE, type NodeProto } from "./onnx-schema.ts";

/** How query, key and value come from [batch, tokens, width] to the products, the last step first; and how the result goes back. */
const ROUTES = {
  // diffusers' AttnProcessor2_0, and older processors that join batch and heads.
  split: [
    ["0213", "reshape"],
    ["reshape", "0213", "reshape"],
  ],
  keys: [
    ["0231", "reshape"],
    ["0132", "0213", "reshape"],
    ["021", "reshape", "0213", "reshape"],
  ],
  join: [
    ["0213", "reshape"],
    ["reshape", "0213", "reshape"],
  ],
} as const;

/** A factor that the exporter left as a computation; its value is only known from a run. */
interface Factor {
  readonly value: string;
  readonly divides: boolean;
}

/** Query, key or value as far back as its form is known. */
interface Operand {
  readonly source: string;
  /** The source, or what the exporter reshaped it to: [batch, tokens, heads, width of a head], or heads before tokens. */
  readonly split: string;
  /** Axes of the source: [batch, tokens, width], [batch, tokens, heads, width of a head], or [batch, heads, tokens, width of a head]. */
  readonly layout: "tokens" | "split" | "heads";
  readonly factors: readonly Factor[];
}

/** Softmax attention written as separate operators. */
export interface NaiveAttention {
  readonly query: Operand;
  readonly key: Operand;
  readonly value: Operand;
  readonly factors: readonly Factor[];
  /** The node whose output is the attention's, [batch, tokens, width]. */
  readonly last: NodeProto;
}

/** What a run showed of a value. */
export interface SeenValue {
  readonly shape: readonly number[];
  readonly min: number;
  readonly max: number;
}

/** Finds naive attention in a graph. `left` counts softmaxes that look otherwise. */
export function findNaiveAttention(graph: GraphEditor): { found: NaiveAttention[]; left: number } {
  const softmaxes = graph.nodes.filter((node) => node.opType === "Softmax");
  const found = softmaxes.map((softmax) => matchAttention(graph, softmax)).filter((match) => match !== undefined);
  return { found, left: softmaxes.length - found.length };
}

function matchAttention(graph: GraphEditor, softmax: NodeProto): NaiveAttention | undefined {
  const axis = intOf(softmax, "axis", -1);
  if (axis !== -1 && axis !== 3 && axis !== 2) return undefined;
  const weights = softmax.output?.[0] ?? "";
  const mix = onlyConsumer(graph, weights);
  if (mix?.opType !== "MatMul" || mix.input?.[0] !== weights) return undefined;

  const scores = throughFactors(graph, softmax.input?.[0] ?? "", (value) => graph.producer(value)?.opType === "MatMul");
  const product = scores && graph.producer(scores.value);
  if (!scores || !product) return undefined;
  const [left = "", right = ""] = product.input ?? [];
  const query = matchRoute(graph, left, ROUTES.split) ?? turned(graph, left, "0213", "split") ?? asHeads(left);
  const key =
    matchRoute(graph, right, ROUTES.keys) ??
    turned(graph, right, "0231", "split") ??
    turned(graph, right, "0132", "heads");
  const mixed = mix.input[1] ?? "";
  const value = matchRoute(graph, mixed, ROUTES.split) ?? turned(graph, mixed, "0213", "split") ?? asHeads(mixed);
  const last = matchWayBack(graph, mix.output?.[0] ?? "");
  if (!key || !last || value.factors.length > 0) return undefined;
  return { query, key, value, factors: [...scores.factors, ...query.factors, ...key.factors], last };
}

/** A value of unknown making (normalised or rotated by head) that enters the product as it is: transformers of SD3 and Flux. */
function asHeads(value: string): Operand {
  return { source: value, split: value, layout: "heads", factors: [] };
}

/** A value of four axes that enters the product through one transposition. */
function turned(graph: GraphEditor, value: string, perm: string, layout: Operand["layout"]): Operand | undefined {
  const place = throughFactors(graph, value, (candidate) => signatureOf(graph.producer(candidate)) === perm);
  const source = place && graph.producer(place.value)?.input?.[0];
  return place && source !== undefined ? { source, split: source, layout, factors: place.factors } : undefined;
}

/** The value behind multiplications and divisions by a factor, for which `isWanted` holds. */
function throughFactors(
  graph: GraphEditor,
  value: string,
  isWanted: (value: string) => boolean,
): { value: string; factors: Factor[] } | undefined {
  if (isWanted(value)) return { value, factors: [] };
  const node = graph.producer(value);
  const [left = "", right = ""] = node?.input ?? [];
  if (node?.opType !== "Mul" && node?.opType !== "Div") return undefined;
  const divides = node.opType === "Div";
  const tries = divides
    ? [[left, right]]
    : [
        [left, right],
        [right, left],
      ];
  for (const [data, factor] of tries as [string, string][]) {
    const inner = throughFactors(graph, data, isWanted);
    if (inner) return { value: inner.value, factors: [...inner.factors, { value: factor, divides }] };
  }
  return undefined;
}

const signatureOf = (node: NodeProto | undefined): string | undefined => {
  if (node?.opType === "Reshape") return "reshape";
  return node?.opType === "Transpose" ? attributeOf(node, "perm")?.ints?.map(toInteger).join("") : undefined;
};

/** Follows a value backwards along one of the routes. `split` is the value of four axes that the first reshape made. */
function matchRoute(graph: GraphEditor, value: string, routes: readonly (readonly string[])[]): Operand | undefined {
  for (const route of routes) {
    const factors: Factor[] = [];
    let current: string | undefined = value;
    let split = value;
    for (const step of route) {
      const place: ReturnType<typeof throughFactors> = throughFactors(
        graph,
        current,
        (candidate) => signatureOf(graph.producer(candidate)) === step,
      );
      if (!place) {
        current = undefined;
        break;
      }
      current = graph.producer(place.value)?.input?.[0] ?? "";
      factors.push(...place.factors);
      split = place.value;
    }
    if (current !== undefined) return { source: current, split, layout: "tokens", factors };
  }
  return undefined;
}

function matchWayBack(graph: GraphEditor, value: string): NodeProto | undefined {
  for (const route of ROUTES.join) {
    let node: NodeProto | undefined;
    let current = value;
    for (const step of route) {
      node = onlyConsumer(graph, current);
      if (signatureOf(node) !== step) {
        node = undefined;
        break;
      }
      current = node?.output?.[0] ?? "";
    }
    if (node) return node;
  }
  return undefined;
}

/** The node that uses a value as data, if there is one and the value is not seen elsewhere. Its shape may be asked for. */
function onlyConsumer(graph: GraphEditor, value: string): NodeProto | undefined {
  const users = graph.consumers(value).filter((node) => node.opType !== "Shape");
  return users.length === 1 && !graph.isSeenOutside(value) ? users[0] : undefined;
}

/** The values of which a run must show shape and range before the attention can be fused. */
export function valuesToSee(attention: NaiveAttention): string[] {
  const { query, key, value, factors, last } = attention;
  const operands = [query, key, value].flatMap(({ source, split }) => [source, split]);
  return [...operands, last.output![0]!, ...factors.map((factor) => factor.value)];
}

/** Names of the graph outputs that show a value. */
export const seenOutputs = (index: number) => ({
  shape: `easel_shape_${index}`,
  min: `easel_min_${index}`,
  max: `easel_max_${index}`,
});

/** Lets a graph hand out shape and range of values, in the order of `values` (seenOutputs). */
export function exposeValues(graph: GraphEditor, values: readonly string[]): void {
  values.forEach((value, index) => {
    const { shape, min, max } = seenOutputs(index);
    graph.expose(graph.add("Shape", [value], { outputs: [shape], name: shape }));
    graph.expose(graph.add("ReduceMin", [value], { outputs: [min], name: min, attributes: { keepdims: 0 } }));
    graph.expose(graph.add("ReduceMax", [value], { outputs: [max], name: max, attributes: { keepdims: 0 } }));
  });
}

/**
 * Replaces naive attention by com.microsoft.MultiHeadAttention, which needs no memory for the whole matrix of weights. `seen` tells what a
 * run showed. Returns whether shapes and factors were those of attention; otherwise nothing is changed.
 */
export function fuseAttention(
  graph: GraphEditor,
  attention: NaiveAttention,
  seen: ReadonlyMap<string, SeenValue>,
): boolean {
  const shape = (name: string) => seen.get(name)?.shape ?? [];
  const { query, key, value, factors, last } = attention;
  const operands = [query, key, value];
  const heads = headsOf(query, shape(query.split));
  const headWidth = shape(query.split)[3];
  const isAttention =
    heads !== undefined &&
    headWidth !== undefined &&
    headsOf(value, shape(value.split)) === heads &&
    operands.every(({ source, layout }) => shape(source).length === (layout === "tokens" ? 3 : 4)) &&
    [query, key].every((operand) => widthOf(operand, shape(operand.source)) === heads * headWidth) &&
    shape(last.output![0]!).length === 3;
  if (!isAttention) return false;

  let scale = 1;
  for (const factor of factors) {
    const { min, max } = seen.get(factor.value)!;
    const count = shape(factor.value).reduce((product, dim) => product * dim, 1);
    if (count !== 1 || min !== max || !Number.isFinite(min) || min === 0) return false;
    scale *= factor.divides ? 1 / min : min;
  }
  graph.requireDomain("com.microsoft", 1);
  const inputs = operands.map((operand) => asTokens(graph, operand));
  const fused = graph.add("MultiHeadAttention", inputs, {
    name: "attention",
    domain: "com.microsoft",
    attributes: { num_heads: heads, scale: { float: scale } },
  });
  graph.supersede(last, fused);
  return true;
}

function headsOf({ layout }: Operand, split: readonly number[]): number | undefined {
  return split.length === 4 ? split[layout === "heads" ? 1 : 2] : undefined;
}

/** Width of all heads together. */
function widthOf({ layout }: Operand, shape: readonly number[]): number {
  if (layout === "tokens") return shape[2]!;
  return shape[layout === "heads" ? 1 : 2]! * shape[3]!;
}

/** [batch, tokens, width], as MultiHeadAttention takes its inputs. */
function asTokens(graph: GraphEditor, { source, layout }: Operand): string {
  if (layout === "tokens") return source;
  const split =
    layout === "split"
      ? source
      : graph.add("Transpose", [source], { name: "split", attributes: { perm: [0, 2, 1, 3] } });
  const target = graph.addInitializer("tokens_shape", TYPE.int64, [3], () => bytesOf(BigInt64Array.of(0n, 0n, -1n)));
  return graph.add("Reshape", [split, target], { name: "tokens" });
}
