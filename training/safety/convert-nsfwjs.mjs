// Writes models/safety-nsfwjs/model.onnx from the npm package nsfwjs 4.3.0 (MIT):
//
//   npm pack nsfwjs@4.3.0 && tar xzf nsfwjs-4.3.0.tgz
//   node training/safety/convert-nsfwjs.mjs package models/safety-nsfwjs/model.onnx
//
// The package holds MobileNetV2 "mid" as a TensorFlow.js graph with folded batch norms and weights of 8 bits, each tensor with its own
// scale and minimum. The weights stay 8 bits: the runtime restores them when it loads the graph, in float64 like TensorFlow.js, so that they are
// the same to the bit. The files are read by path, because the package's own CommonJS entry takes ten seconds and a gigabyte for that.

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { model, node, tensor } from "./onnx-writer.mjs";

const [packageFolder, target] = process.argv.slice(2);
if (!packageFolder || !target) throw new Error("usage: convert-nsfwjs.mjs <unpacked nsfwjs> <model.onnx>");

const folder = join(resolve(packageFolder), "dist/models/mobilenet_v2_mid");
const require = createRequire(import.meta.url);
const load = (name) => {
  const loaded = require(join(folder, `${name}.min.js`));
  return loaded.default ?? loaded;
};

const source = load("model");
const manifest = source.weightsManifest[0];
const weights = readWeights(Buffer.concat(manifest.paths.map((path) => Buffer.from(load(path), "base64"))));
const nodes = [];
const initializers = [];
/** TensorFlow's name of a value -> ONNX's. */
const values = new Map();

nodes.push(node("Transpose", ["image"], "nchw", { perm: [0, 3, 1, 2] }));
initializers.push(tensor("zero", [], Float32Array.of(0)), tensor("six", [], Float32Array.of(6)));
for (const operation of source.modelTopology.node) convert(operation);

const bytes = model({
  name: "nsfwjs mobilenet_v2_mid",
  producer: "easel convert-nsfwjs",
  nodes,
  initializers,
  input: { name: "image", dims: ["batch", 224, 224, 3] },
  output: { name: "scores", dims: ["batch", 5] },
});
writeFileSync(target, bytes);
console.log(`${target}: ${bytes.length} bytes, sha256 ${createHash("sha256").update(bytes).digest("hex")}`);

function readWeights(data) {
  let offset = 0;
  const read = new Map();
  for (const { name, shape, quantization } of manifest.weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (quantization?.dtype !== "uint8") throw new Error(`${name} is not quantised to uint8`);
    read.set(name, { shape, quantization, data: data.subarray(offset, offset + count) });
    offset += count;
  }
  if (offset !== data.length) throw new Error(`${data.length} bytes of weights, ${offset} expected`);
  return read;
}

function convert({ op, name, input = [], attr = {} }) {
  const output = name.split("predict/").at(-1).replaceAll("/", "_");
  const [first] = input;
  switch (op) {
    case "Const":
      return;
    case "Placeholder":
      values.set(name, "nchw");
      return;
    case "Identity":
      values.set(name, values.get(first));
      return;
    case "Mul":
    case "Sub":
      nodes.push(node(op, input.map((item) => values.get(item) ?? scalar(item)), output));
      break;
    case "_FusedConv2D":
      convolution(output, input, attr, { group: 1, arrange: ([height, width, channels, filters]) => ({
        dims: [filters, channels, height, width],
        from: (filter, channel, y, x) => ((y * width + x) * channels + channel) * filters + filter,
      }) });
      break;
    case "FusedDepthwiseConv2dNative":
      convolution(output, input, attr, { group: weights.get(input[1]).shape[2], arrange: ([height, width, channels, multiplier]) => ({
        dims: [channels * multiplier, 1, height, width],
        from: (filter, _, y, x) => (y * width + x) * channels * multiplier + filter,
      }) });
      break;
    case "AddV2":
      nodes.push(node("Add", input.map((item) => values.get(item)), output));
      break;
    case "AvgPool":
      nodes.push(node("GlobalAveragePool", [values.get(first)], output));
      break;
    case "Squeeze":
      nodes.push(node("Flatten", [values.get(first)], output, { axis: 1 }));
      break;
    case "_FusedMatMul":
      nodes.push(node("Gemm", [values.get(first), weight(input[1]), weight(input[2])], output));
      break;
    case "Softmax":
      nodes.push(node("Softmax", [values.get(first)], "scores", { axis: 1 }));
      break;
    default:
      throw new Error(`operation ${op} is not known`);
  }
  values.set(name, output);
}

function convolution(output, [image, kernel, bias], attr, { group, arrange }) {
  const [height, width] = weights.get(kernel).shape;
  const [, down, right] = attr.strides.list.i.map(Number);
  const inputs = [values.get(image), weight(kernel, arrange), weight(bias)];
  const attributes = { kernel_shape: [height, width], strides: [down, right], auto_pad: "SAME_UPPER", group };
  const hasRelu6 = attr.fused_ops.list.s.some((text) => Buffer.from(text, "base64").toString() === "Relu6");
  nodes.push(node("Conv", inputs, hasRelu6 ? `${output}_raw` : output, attributes));
  if (hasRelu6) nodes.push(node("Clip", [`${output}_raw`, "zero", "six"], output));
}

/** A tensor of weights as uint8 with the operations that restore it; `arrange` says where each of ONNX's elements comes from. */
function weight(name, arrange) {
  const { shape, data, quantization } = weights.get(name);
  const id = `w${initializers.length}`;
  const { dims, from } = arrange?.(shape) ?? { dims: shape };
  initializers.push(
    tensor(`${id}_q`, dims, from ? rearrange(data, dims, from) : data),
    tensor(`${id}_scale`, [], Float64Array.of(quantization.scale)),
    tensor(`${id}_min`, [], Float64Array.of(quantization.min)),
  );
  nodes.push(
    node("Cast", [`${id}_q`], `${id}_d`, { to: 11 }),
    node("Mul", [`${id}_d`, `${id}_scale`], `${id}_s`),
    node("Add", [`${id}_s`, `${id}_min`], `${id}_w`),
    node("Cast", [`${id}_w`], id, { to: 1 }),
  );
  return id;
}

function rearrange(data, [filters, channels, height, width], from) {
  const result = new Uint8Array(data.length);
  let at = 0;
  for (let filter = 0; filter < filters; filter++)
    for (let channel = 0; channel < channels; channel++)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) result[at++] = data[from(filter, channel, y, x)];
  return result;
}

function scalar(name) {
  const { data, quantization } = weights.get(name);
  const id = `c${initializers.length}`;
  initializers.push(tensor(id, [], Float32Array.of(data[0] * quantization.scale + quantization.min)));
  return id;
}
