/**
 * Decodes random latents with the model folder of the first argument, sides of the second in pixels, in the way of the third: decoder,
 * tiles, tiny or linear. Prints processor time and peak memory as JSON; for linear also what fitting the map took.
 */
import { availableParallelism } from "node:os";
import { loadModel } from "../../src/diffusion/load/load-model.ts";
import { createPreviewer } from "../../src/diffusion/preview.ts";
import { decodeLatents } from "../../src/diffusion/vae.ts";
import { createTorchRandom } from "../../src/numerics/torch-random.ts";
import { openSession } from "../../src/onnx/open-session.ts";
import { median } from "./table.ts";

const [folder = "", pixels = "", way = ""] = process.argv.slice(2);
const RUNS = 3;
const loaded = await loadModel(folder, {
  openSession,
  sessionOptions: { device: "cpu", threads: availableParallelism() },
});
// Tiles, or none, whatever the size.
const vaeTiling = { tilePx: 512, abovePixels: way === "tiles" ? 0 : Infinity };
const model = { ...loaded, vaeTiling, tinyDecoder: way === "linear" ? undefined : loaded.tinyDecoder };
const cells = Number(pixels) / model.vaeScaleFactor;
const dims = [model.latentChannels, cells, cells];
const latents = { data: createTorchRandom(1).randn(model.latentChannels * cells * cells), dims };
const previewer = createPreviewer(model, createTorchRandom);
const run = () => (way === "tiny" || way === "linear" ? previewer.draw([latents]) : decodeLatents(model, latents));

const cpuMs: number[] = [];
for (let i = 0; i <= RUNS; i++) {
  const spent = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(spent);
  cpuMs.push((user + system) / 1000);
}
const [first = 0, ...others] = cpuMs;
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ cpuMs: median(others), fitMs: first - median(others), peakRssBytes }));
