/** Opens the model folder of the first argument with the cache folder of the second (empty = none) and prints how long it took as JSON. */
import { availableParallelism } from "node:os";
import { loadModel } from "../../src/diffusion/load/load-model.ts";
import { openSession } from "../../src/onnx/open-session.ts";

const [, , folder = "", cacheDir = ""] = process.argv;
const sessionOptions = { device: "cpu", threads: availableParallelism(), ...(cacheDir === "" ? {} : { cacheDir }) };
const startedAt = performance.now();
await loadModel(folder, { openSession, sessionOptions });
console.log(JSON.stringify({ ms: performance.now() - startedAt, rssBytes: process.memoryUsage.rss() }));
