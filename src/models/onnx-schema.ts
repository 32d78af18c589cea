import protobuf from "protobufjs";

/** protobufjs' 64-bit integers. */
export type Integer = number | { toNumber(): number; toString(): string };

export interface TensorProto {
  name?: string;
  dims?: Integer[];
  dataType?: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: Integer[];
  rawData?: Uint8Array;
  externalData?: { key: string; value: string }[];
  dataLocation?: number;
}

export interface AttributeProto {
  name: string;
  type: number;
  f?: number;
  i?: Integer;
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats?: number[];
  ints?: Integer[];
  graphs?: GraphProto[];
}

export interface NodeProto {
  name?: string;
  opType: string;
  domain?: string;
  input?: string[];
  output?: string[];
  attribute?: AttributeProto[];
}

/** Types and shapes of inputs and outputs stay as they were read. */
export interface ValueInfoProto {
  name: string;
}

export interface GraphProto {
  node: NodeProto[];
  initializer: TensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
  valueInfo: ValueInfoProto[];
}

export interface ModelProto {
  graph: GraphProto;
  opsetImport: { domain?: string; version: Integer }[];
}

/** TensorProto.DataType of onnx.proto. */
export const TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
} as const;
/** AttributeProto.AttributeType. */
export const ATTRIBUTE = { float: 1, int: 2, string: 3, tensor: 4, ints: 7 } as const;
export const EXTERNAL = 1;

/** Fields of onnx.proto that Easel changes; all others are kept as the bytes they were read as. */
const SCHEMA = `
syntax = "proto2";
message Model { optional Graph graph = 7; repeated OpsetId opset_import = 8; }
message OpsetId { optional string domain = 1; optional int64 version = 2; }
message Graph {
  repeated Node node = 1;
  repeated Tensor initializer = 5;
  repeated ValueInfo input = 11;
  repeated ValueInfo output = 12;
  repeated ValueInfo value_info = 13;
}
message ValueInfo { optional string name = 1; }
message Node {
  repeated string input = 1;
  repeated string output = 2;
  optional string name = 3;
  optional string op_type = 4;
  repeated Attribute attribute = 5;
  optional string domain = 7;
}
message Attribute {
  optional string name = 1;
  optional float f = 2;
  optional int64 i = 3;
  optional bytes s = 4;
  optional Tensor t = 5;
  optional Graph g = 6;
  repeated float floats = 7;
  repeated int64 ints = 8;
  repeated Graph graphs = 11;
  optional int32 type = 20;
}
message Tensor {
  repeated int64 dims = 1;
  optional int32 data_type = 2;
  repeated float float_data = 4 [packed = true];
  repeated int32 int32_data = 5 [packed = true];
  repeated int64 int64_data = 7 [packed = true];
  optional string name = 8;
  optional bytes raw_data = 9;
  repeated Entry external_data = 13;
  optional int32 data_location = 14;
}
message Entry { optional string key = 1; optional string value = 2; }`;

const modelType = protobuf.parse(SCHEMA).root.lookupType("Model");

/** Reads a ModelProto; its weights are views of `bytes`. Throws an Error when they are no protobuf or hold no graph. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  const model = modelType.decode(reader) as unknown as Partial<ModelProto>;
  if (!model.graph || model.graph.node.length === 0) throw new Error("it is not an ONNX model: it holds no graph");
  return model as ModelProto;
}

/** The bytes of a ModelProto, with every field that was read. */
export function encodeModel(model: ModelProto): Uint8Array {
  return modelType.encode(model).finish();
}

export function toInteger(value: Integer): number {
  return typeof value === "number" ? value : value.toNumber();
}

export function dimsOf(tensor: TensorProto): number[] {
  return (tensor.dims ?? []).map(toInteger);
}

/** A named attribute of a node. */
export function attributeOf(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute?.find((attribute) => attribute.name === name);
}

/** An integer attribute, or what the operator takes without it. */
export function intOf(node: NodeProto, name: string, otherwise: number): number {
  const value = attributeOf(node, name)?.i;
  return value === undefined ? otherwise : toInteger(value);
}
