import type { OnnxFile } from "./onnx-file.ts";
import {
  ATTRIBUTE,
  attributeOf,
  dimsOf,
  toInteger,
  TYPE,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from "./onnx-schema.ts";

/** A value of the graph that never changes, as far as weights go: an initializer or Constant, perhaps cast or transposed. */
export interface Constant {
  readonly tensor: TensorProto;
  /** Element type in which the graph uses it. */
  readonly dataType: number;
  /** Shape in which the graph uses it. */
  readonly dims: readonly number[];
  /** Axes of the stored tensor in the order of `dims`; undefined = as stored. */
  readonly perm: readonly number[] | undefined;
}

/** Attribute values as nodes are written in code. */
type AttributeValue = number | readonly number[] | { readonly float: number };

/** Looks up and changes the nodes of a graph. */
export interface GraphEditor {
  readonly file: OnnxFile;
  readonly nodes: readonly NodeProto[];
  producer(value: string): NodeProto | undefined;
  consumers(value: string): readonly NodeProto[];
  /** Whether the graph hands the value out, or a subgraph uses it. */
  isSeenOutside(value: string): boolean;
  constant(value: string): Constant | undefined;
  /** The numbers of a constant as float32, in the order of its dims. */
  numbers(constant: Constant): Promise<Float32Array>;
  /** A name that no value or node has. */
  unique(name: string): string;
  /** Adds a node and returns its (first) output; the order is made right when it is finished. */
  add(opType: string, inputs: readonly string[], options?: AddOptions): string;
  /** Adds a weight and returns its name. */
  addInitializer(
    name: string,
    dataType: number,
    dims: readonly number[],
    content: () => Promise<Uint8Array> | Uint8Array,
  ): string;
  /** Lets everything that uses `value` use `other`. */
  replace(value: string, other: string): void;
  /** Lets `result` take the name and the place of a node's only output: outputs of the graph keep their names. */
  supersede(node: NodeProto, result: string): void;
  /** Makes a value an output of the graph. */
  expose(value: string): void;
  requireDomain(domain: string, version: number): void;
  /** Removes what nothing uses any more and puts nodes into an order in which each follows what it needs. */
  finish(): void;
}

export interface AddOptions {
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Takes over the attributes of another node. */
  readonly like?: NodeProto;
  /** Names of its outputs; one unique name by default. */
  readonly outputs?: readonly string[];
}

/** An editor of the graph of `file`. `decodeHalf` turns float16 bits into numbers. */
export function createGraphEditor(file: OnnxFile, decodeHalf: (bits: Uint16Array) => Float32Array): GraphEditor {
  const { graph } = file.model;
  const producers = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name ?? "", tensor]));
  const names = new Set<string>(initializers.keys());
  const outside = new Set(graph.output.map(({ name }) => name));
  for (const { name } of graph.input) names.add(name);
  for (const node of graph.node) register(node);

  function register(node: NodeProto): void {
    for (const output of node.output ?? []) {
      producers.set(output, node);
      names.add(output);
    }
    for (const input of node.input ?? []) consumers.set(input, [...(consumers.get(input) ?? []), node]);
    for (const body of subgraphs(node)) for (const value of usedIn(body)) outside.add(value);
  }

  function constant(value: string): Constant | undefined {
    const tensor = initializers.get(value);
    if (tensor) return { tensor, dataType: tensor.dataType ?? 0, dims: dimsOf(tensor), perm: undefined };
    const node = producers.get(value);
    if (node?.opType === "Constant") return constantOfNode(node);
    const [input] = node?.input ?? [];
    if (!node || input === undefined || !["Cast", "Transpose", "Identity"].includes(node.opType)) return undefined;
    const inner = constant(input);
    if (!inner) return undefined;
    if (node.opType === "Cast") return { ...inner, dataType: toInteger(attributeOf(node, "to")?.i ?? 0) };
    if (node.opType === "Identity") return inner;
    const order =
      attributeOf(node, "perm")?.ints?.map(toInteger) ?? inner.dims.map((_, i) => inner.dims.length - 1 - i);
    const before = inner.perm ?? inner.dims.map((_, i) => i);
    return { ...inner, dims: order.map((axis) => inner.dims[axis]!), perm: order.map((axis) => before[axis]!) };
  }

  async function numbers({ tensor, perm }: Constant): Promise<Float32Array> {
    const stored = decodeNumbers(await file.read(tensor), tensor.dataType ?? 0, decodeHalf);
    return perm ? transpose(stored, dimsOf(tensor), perm) : stored;
  }

  function unique(name: string): string {
    let candidate = name;
    for (let i = 2; names.has(candidate); i++) candidate = `${name}_${i}`;
    names.add(candidate);
    return candidate;
  }

  return {
    file,
    get nodes() {
      return graph.node;
    },
    producer: (value) => producers.get(value),
    consumers: (value) => consumers.get(value) ?? [],
    isSeenOutside: (value) => outside.has(value),
    constant,
    numbers,
    unique,

    add(opType, inputs, { name = opType, domain, attributes = {}, like, outputs } = {}) {
      const own = outputs ?? [unique(`easel_${name}`)];
      const node: NodeProto = {
        opType,
        name: unique(`easel_node_${name}`),
        ...(domain === undefined ? {} : { domain }),
        input: [...inputs],
        output: [...own],
        attribute: [
          ...(like?.attribute ?? []),
          ...Object.entries(attributes).map(([key, value]) => toAttribute(key, value)),
        ],
      };
      graph.node.push(node);
      register(node);
      return own[0]!;
    },

    addInitializer(name, dataType, dims, content) {
      const tensor: TensorProto = { name: unique(`easel_${name}`), dataType, dims: [...dims] };
      file.provide(tensor, content);
      graph.initializer.push(tensor);
      initializers.set(tensor.name!, tensor);
      return tensor.name!;
    },

    replace(value, other) {
      for (const node of consumers.get(value) ?? []) {
        node.input = node.input?.map((input) => (input === value ? other : input)) ?? [];
        consumers.set(other, [...(consumers.get(other) ?? []), node]);
      }
      consumers.delete(value);
    },

    supersede(node, result) {
      const [output = ""] = node.output ?? [];
      const maker = producers.get(result)!;
      node.output = [unique(`easel_unused_${output}`)];
      producers.set(node.output[0]!, node);
      maker.output = maker.output!.map((name) => (name === result ? output : name));
      producers.set(output, maker);
    },

    expose(value) {
      outside.add(value);
      graph.output.push({ name: value });
    },

    requireDomain(domain, version) {
      const { opsetImport } = file.model;
      if (!opsetImport.some((entry) => (entry.domain ?? "") === domain)) opsetImport.push({ domain, version });
    },

    finish() {
      graph.node = sorted(liveNodes(outside, producers), producers);
      const used = new Set([...outside, ...graph.node.flatMap((node) => node.input ?? [])]);
      graph.initializer = graph.initializer.filter(({ name = "" }) => used.has(name));
      const made = new Set(graph.node.flatMap((node) => node.output ?? []));
      graph.valueInfo = graph.valueInfo.filter(({ name }) => made.has(name));
    },
  };
}

function constantOfNode(node: NodeProto): Constant | undefined {
  const tensor = attributeOf(node, "value")?.t;
  if (tensor) return { tensor, dataType: tensor.dataType ?? 0, dims: dimsOf(tensor), perm: undefined };
  const ints =
    attributeOf(node, "value_ints")?.ints ?? [attributeOf(node, "value_int")?.i].filter((i) => i !== undefined);
  if (ints.length > 0) {
    const made = { dataType: TYPE.int64, dims: [ints.length], int64Data: ints };
    return { tensor: made, dataType: TYPE.int64, dims: [ints.length], perm: undefined };
  }
  const float = attributeOf(node, "value_float")?.f;
  if (float === undefined) return undefined;
  return {
    tensor: { dataType: TYPE.float, dims: [], floatData: [float] },
    dataType: TYPE.float,
    dims: [],
    perm: undefined,
  };
}

function toAttribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === "number") return { name, type: ATTRIBUTE.int, i: value };
  return "float" in value
    ? { name, type: ATTRIBUTE.float, f: value.float }
    : { name, type: ATTRIBUTE.ints, ints: [...value] };
}

function subgraphs(node: NodeProto): GraphProto[] {
  return (node.attribute ?? []).flatMap(({ g, graphs = [] }) => [...(g ? [g] : []), ...graphs]);
}

/** Every value a subgraph names; some are its own, which does no harm. */
function usedIn(graph: GraphProto): string[] {
  const inside = graph.node.flatMap((node) => [...(node.input ?? []), ...subgraphs(node).flatMap(usedIn)]);
  return [...inside, ...graph.output.map(({ name }) => name)];
}

function liveNodes(outside: ReadonlySet<string>, producers: ReadonlyMap<string, NodeProto>): Set<NodeProto> {
  const live = new Set<NodeProto>();
  const waiting = [...outside];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const node = producers.get(value);
    if (!node || live.has(node)) continue;
    live.add(node);
    waiting.push(...(node.input ?? []));
    for (const body of subgraphs(node)) waiting.push(...usedIn(body));
  }
  return live;
}

/** Depth first from each node to what it needs, without recursion: graphs are thousands of nodes deep. */
function sorted(live: ReadonlySet<NodeProto>, producers: ReadonlyMap<string, NodeProto>): NodeProto[] {
  const done = new Set<NodeProto>();
  for (const start of live) {
    const path = [start];
    while (path.length > 0) {
      const node = path.at(-1)!;
      const needs = [...(node.input ?? []), ...subgraphs(node).flatMap(usedIn)]
        .map((value) => producers.get(value))
        .find((other) => other !== undefined && other !== node && live.has(other) && !done.has(other));
      if (needs) path.push(needs);
      else {
        done.add(node);
        path.pop();
      }
    }
  }
  return [...done];
}

function decodeNumbers(
  bytes: Uint8Array,
  dataType: number,
  decodeHalf: (bits: Uint16Array) => Float32Array,
): Float32Array {
  // Views need aligned offsets; weights within a protobuf have any.
  const { buffer } = new Uint8Array(bytes);
  switch (dataType) {
    case TYPE.float:
      return new Float32Array(buffer);
    case TYPE.float16:
      return decodeHalf(new Uint16Array(buffer));
    case TYPE.bfloat16:
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    case TYPE.double:
      return Float32Array.from(new Float64Array(buffer));
    case TYPE.int32:
      return Float32Array.from(new Int32Array(buffer));
    case TYPE.int64:
      return Float32Array.from(new BigInt64Array(buffer), Number);
    default:
      throw new Error(`ONNX element type ${dataType} is not read as numbers`);
  }
}

function transpose(data: Float32Array, dims: readonly number[], perm: readonly number[]): Float32Array {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  const result = new Float32Array(data.length);
  const outDims = perm.map((axis) => dims[axis]!);
  const index = outDims.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    result[i] = data[index.reduce((sum, position, axis) => sum + position * strides[perm[axis]!]!, 0)]!;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1;
      if (index[axis]! < outDims[axis]!) break;
      index[axis] = 0;
    }
  }
  return result;
}
