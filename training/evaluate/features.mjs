// What a network sees in pictures: node features.mjs MODEL.onnx BATCH SIDE THREADS OUTPUT...
// stdin: RGB bytes of BATCH pictures [BATCH, SIDE, SIDE, 3] again and again; stdout: for each batch the float32 values of the outputs, one
// after the other. Ends with its input. Needs `npm run build`.
import { once } from "node:events";
import { openSession } from "../../dist/src/onnx/open-session.js";

const [path, batch, side, threads, ...outputs] = process.argv.slice(2);
const dims = [Number(batch), Number(side), Number(side), 3];
const bytes = dims.reduce((product, n) => product * n, 1);
const session = await openSession(path, { device: "cpu", threads: Number(threads) });
const [input] = session.inputs;

let waiting = [];
let length = 0;
for await (const part of process.stdin) {
  waiting.push(part);
  length += part.length;
  while (length >= bytes) {
    const all = Buffer.concat(waiting);
    const data = Float32Array.from(all.subarray(0, bytes), (value) => value / 255);
    waiting = [all.subarray(bytes)];
    length -= bytes;
    const seen = await session.run({ [input.name]: { data, dims } }, outputs);
    for (const name of outputs) {
      const { buffer, byteOffset, byteLength } = seen[name].data;
      if (!process.stdout.write(Buffer.from(buffer, byteOffset, byteLength))) await once(process.stdout, "drain");
    }
  }
}
