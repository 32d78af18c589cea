// Draws prompts as Easel draws them: node draw.mjs JOBS.json OUT.rgba
// JOBS: {model, steps, guidance, size, prompts: [{prompt, seed}]}; OUT: straight RGBA bytes of one picture after the other. Needs `npm run build`.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { createEngine } from "../../dist/src/diffusion/generate.js";
import { loadModel } from "../../dist/src/diffusion/load/load-model.js";
import { NO_LIMITS, readPicture } from "../../dist/src/images/read-picture.js";
import { openSession } from "../../dist/src/onnx/open-session.js";

const [jobsPath, outPath] = process.argv.slice(2);
const { model: folder, steps, guidance, size, prompts, threads = 1, taught = [] } = JSON.parse(readFileSync(jobsPath, "utf8"));
const model = await loadModel(folder, {
  openSession,
  sessionOptions: { device: "cpu", threads },
  decodePicture: (bytes) => readPicture(bytes, "a picture of the memory", NO_LIMITS),
});
const engine = createEngine({ model });
const pictureOf = async (path) => readPicture(readFileSync(path), "a picture", NO_LIMITS);
const things = await Promise.all(taught.map(async ({ name, file }) => ({ name, picture: await pictureOf(file) })));
const out = openSync(outPath, "w");
for (const { prompt, seed, image, strength, mode } of prompts) {
  const { pictures } = await engine.generate({
    mode: mode ?? (image ? "image-to-image" : "text-to-image"),
    prompts: [prompt],
    promptSyntax: true,
    height: size,
    width: size,
    numInferenceSteps: steps,
    guidanceScale: guidance,
    generator: { kind: "list", seeds: [seed] },
    ...(things.length > 0 ? { taught: things } : {}),
    ...(image ? { image: await pictureOf(image), strength } : {}),
  });
  const [{ data, channels }] = pictures;
  if (channels !== 4) throw new Error(`${prompt}: ${channels} channels in place of RGBA`);
  writeSync(out, data);
}
closeSync(out);
