// Writes nsfwjs.json: what nsfwjs 4.3.0 with TensorFlow.js 4.22 (CPU backend) says of the twenty pictures.
//
//   npm i nsfwjs@4.3.0 @tensorflow/tfjs@4.22.0      # anywhere
//   node reference.mjs <that folder> nsfwjs.json
//
// The steps are those of nsfwjs' classify(): divide by 255, resizeBilinear with aligned corners unless the size fits, predict.

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pictures } from "./pictures.mjs";

const root = resolve(process.argv[2]);
const require = createRequire(join(root, "package.json"));
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const { loadGraphModel } = require("@tensorflow/tfjs-converter");
const part = (name) => {
  const loaded = require(join(root, "node_modules/nsfwjs/dist/models/mobilenet_v2_mid", `${name}.min.js`));
  return loaded.default ?? loaded;
};

await tf.setBackend("cpu");
const { modelTopology, weightsManifest, format } = part("model");
const weightData = new Uint8Array(Buffer.concat(weightsManifest[0].paths.map((path) => Buffer.from(part(path), "base64")))).buffer;
const model = await loadGraphModel({ load: async () => ({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData, format }) });

const results = [];
for (const { name, widthPx, heightPx, data } of pictures()) {
  const normalized = tf.div(tf.cast(tf.tensor3d(Int32Array.from(data), [heightPx, widthPx, 3], "int32"), "float32"), 255);
  const fits = widthPx === 224 && heightPx === 224;
  const resized = fits ? normalized : tf.image.resizeBilinear(normalized, [224, 224], true);
  const scores = await model.predict(tf.reshape(resized, [1, 224, 224, 3])).data();
  results.push({ name, widthPx, heightPx, sha256: createHash("sha256").update(data).digest("hex"), scores: [...scores] });
}
writeFileSync(process.argv[3], JSON.stringify({ labels: ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"], pictures: results }, null, 1) + "\n");
