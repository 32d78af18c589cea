// The few messages of onnx.proto that a converted graph needs, as bytes. Field numbers are those of onnx/onnx.proto.

const FLOAT = 1;
const UINT8 = 2;
const DOUBLE = 11;

function varint(value) {
  const bytes = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

const field = (number, wireType) => varint((number << 3) | wireType);
const integer = (number, value) => Buffer.concat([field(number, 0), varint(value)]);

function bytes(number, value) {
  const content = Buffer.from(value);
  return Buffer.concat([field(number, 2), varint(content.length), content]);
}

/** TensorProto of uint8, float32 or float64. */
export function tensor(name, dims, values) {
  const type = values instanceof Float64Array ? DOUBLE : values instanceof Float32Array ? FLOAT : UINT8;
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([...dims.map((dim) => integer(1, dim)), integer(2, type), bytes(8, name), bytes(9, raw)]);
}

/** AttributeProto: a number is INT, a text is STRING, a list is INTS. */
function attribute(name, value) {
  if (Array.isArray(value)) return Buffer.concat([bytes(1, name), ...value.map((item) => integer(8, item)), integer(20, 7)]);
  if (typeof value === "string") return Buffer.concat([bytes(1, name), bytes(4, value), integer(20, 3)]);
  return Buffer.concat([bytes(1, name), integer(3, value), integer(20, 2)]);
}

/** NodeProto. */
export function node(operator, inputs, output, attributes = {}) {
  return Buffer.concat([
    ...inputs.map((input) => bytes(1, input)),
    bytes(2, output),
    bytes(3, output),
    bytes(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
  ]);
}

/** ValueInfoProto of float32; a text among the dims is a symbolic one. */
function port(name, dims) {
  const shape = dims.map((dim) => bytes(1, typeof dim === "string" ? bytes(2, dim) : integer(1, dim)));
  const type = bytes(1, Buffer.concat([integer(1, FLOAT), bytes(2, Buffer.concat(shape))]));
  return Buffer.concat([bytes(1, name), bytes(2, type)]);
}

/** ModelProto with one graph, IR 8, opset 17. */
export function model({ name, producer, nodes, initializers, input, output }) {
  const graph = Buffer.concat([
    ...nodes.map((item) => bytes(1, item)),
    bytes(2, name),
    ...initializers.map((item) => bytes(5, item)),
    bytes(11, port(input.name, input.dims)),
    bytes(12, port(output.name, output.dims)),
  ]);
  const opset = Buffer.concat([bytes(1, ""), integer(2, 17)]);
  return Buffer.concat([integer(1, 8), bytes(2, producer), bytes(7, graph), bytes(8, opset)]);
}
