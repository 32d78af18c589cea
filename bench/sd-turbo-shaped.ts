/**
 * A model of SD-Turbo's size with random weights, in diffusers/PyTorch and in Easel, one after the other on this machine.
 *
 *   npm run bench -- sd-turbo-shaped <folder> <python> [--small] [--int8]
 *
 * <python> has torch, diffusers, transformers and onnx. The folder is written first where it is empty (sd-turbo-shaped.py; 5 GB), and
 * copies beside it (<folder>-models) hold what `easel models optimize` and `quantize` make of it. Delete both afterwards.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describeMachine, median, printTable } from "./support/table.ts";

const [, , , folderArgument, python = "python3", ...flags] = process.argv;
if (folderArgument === undefined)
  throw new Error("npm run bench -- sd-turbo-shaped <folder> <python> [--small] [--int8]");
const folder = resolve(folderArgument);
const work = `${folder}-models`;
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
// Compiled files lie in dist/bench, the script in bench.
const script = pathOf("../../bench/sd-turbo-shaped.py");
const PICTURES = "3";

interface Measured {
  readonly loadMs: number;
  readonly pictureMs: readonly number[];
  /** Processor time of all cores: other work on the machine changes it less. */
  readonly cpuMs: readonly number[];
  readonly peakRssBytes: number;
  readonly phases?: readonly { textMs: number; denoiseMs: number; decodeMs: number }[];
  readonly largestDifference?: number;
  readonly meanDifference?: number;
  readonly versions?: string;
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 26 });
}

function measured(output: string): Measured {
  const result = JSON.parse(output.trim().split("\n").at(-1)!) as Measured;
  console.error(JSON.stringify(result));
  return result;
}

const node = (model: string, cacheDir = "") =>
  measured(run(process.execPath, [pathOf("support/draw-once.js"), model, cacheDir, folder, PICTURES]));
const easel = (...args: readonly string[]) =>
  console.error(run(process.execPath, [pathOf("../src/cli/easel.js"), "models", ...args]));

if (!existsSync(join(folder, "model_index.json")))
  console.error(run(python, [script, "export", folder, ...(flags.includes("--small") ? ["--small"] : [])]));
mkdirSync(work, { recursive: true });
process.env["MODELS_DIR"] = work;
process.env["DATA_DIR"] = work;

const results: [string, Measured][] = [];
const torch = measured(
  run(python, [script, "measure", folder, "--pictures", PICTURES, "--threads", String(availableParallelism())]),
);
results.push([`diffusers, ${torch.versions}`, torch]);
results.push(["Easel", node(folder)]);
node(folder, join(work, "graphs"));
results.push(["Easel, graph cache", node(folder, join(work, "graphs"))]);
if (!existsSync(join(work, "turbo-shaped"))) easel("add", folder, "--link", "--id", "turbo-shaped");
if (!existsSync(join(work, "turbo-shaped-fused"))) easel("optimize", "turbo-shaped");
results.push(["Easel, `models optimize`", node(join(work, "turbo-shaped-fused"))]);
if (flags.includes("--int8")) {
  if (!existsSync(join(work, "turbo-shaped-fused-int8"))) easel("quantize", "turbo-shaped-fused");
  results.push(["Easel, optimized, int8 products", node(join(work, "turbo-shaped-fused-int8"))]);
}

console.log(`${describeMachine()}; 1 step, no guidance, ${PICTURES} pictures after one to warm up\n`);
const seconds = (ms: number): string => (ms / 1000).toFixed(2);
const middleOf = (result: Measured, phase: "denoiseMs" | "decodeMs") =>
  result.phases ? seconds(median(result.phases.map((each) => each[phase]))) : "";
printTable(
  [
    "",
    "load s",
    "s per picture",
    "of it U-Net",
    "decoder",
    "processor s",
    "ratio",
    "peak memory MB",
    "levels off: mean, most",
  ],
  results.map(([name, result]) => [
    name,
    seconds(result.loadMs),
    seconds(median(result.pictureMs)),
    middleOf(result, "denoiseMs"),
    middleOf(result, "decodeMs"),
    seconds(median(result.cpuMs)),
    `${(median(torch.cpuMs) / median(result.cpuMs)).toFixed(2)}x`,
    (result.peakRssBytes / 1e6).toFixed(0),
    result.meanDifference === undefined ? "" : `${result.meanDifference.toFixed(3)}, ${result.largestDifference}`,
  ]),
);
