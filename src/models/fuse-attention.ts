import type { GraphEditor } from "./onnx-graph.ts";
import { attributeOf, intOf, toInteger, type NodeProto } from "./onnx-schema.ts";

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

/** Softmax attention written as separate operators. */
export interface NaiveAttention {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** Values of shape [batch, tokens, heads, width of a head]. */
  readonly splitQuery: string;
  readonly splitValue: string;
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
  const query = matchRoute(graph, product.input?.[0] ?? "", ROUTES.split);
  const key = matchRoute(graph, product.input?.[1] ?? "", ROUTES.keys);
  const value = matchRoute(graph, mix.input[1] ?? "", ROUTES.split);
  const last = matchWayBack(graph, mix.output?.[0] ?? "");
  if (!query || !key || !value || !last || value.factors.length > 0) return undefined;
  return {
    query: query.source,
    key: key.source,
    value: value.source,
    splitQuery: query.split,
    splitValue: value.split,
    factors: [...scores.factors, ...query.factors, ...key.factors],
    last,
  };
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
function matchRoute(graph: GraphEditor, value: string, routes: readonly (readonly string[])[]) {
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
    if (current !== undefined) return { source: current, split, factors };
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
  const { query, key, value, splitQuery, splitValue, factors, last } = attention;
  return [query, key, value, splitQuery, splitValue, last.output![0]!, ...factors.map((factor) => factor.value)];
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
  const shape = (value: string) => seen.get(value)?.shape ?? [];
  const { query, key, value, splitQuery, splitValue, factors, last } = attention;
  const [, , heads, headWidth] = shape(splitQuery);
  const inputs = [query, key, value];
  const isThreeWide = inputs.every((name) => shape(name).length === 3) && shape(last.output![0]!).length === 3;
  if (!isThreeWide || !heads || !headWidth || shape(splitValue)[2] !== heads) return false;
  if (shape(query)[2] !== heads * headWidth || shape(key)[2] !== heads * headWidth) return false;

  let scale = 1;
  for (const factor of factors) {
    const { min, max } = seen.get(factor.value)!;
    const count = shape(factor.value).reduce((product, dim) => product * dim, 1);
    if (count !== 1 || min !== max || !Number.isFinite(min) || min === 0) return false;
    scale *= factor.divides ? 1 / min : min;
  }
  graph.requireDomain("com.microsoft", 1);
  const fused = graph.add("MultiHeadAttention", inputs, {
    name: "attention",
    domain: "com.microsoft",
    attributes: { num_heads: heads, scale: { float: scale } },
  });
  graph.supersede(last, fused);
  return true;
}
