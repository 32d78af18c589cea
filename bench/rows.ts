/**
 * How many rows of a denoiser should run together: time and memory by number, each in a process of its own, and what Easel chooses by its
 * own measurement. `npm run bench -- rows [model folder] [pixels] [steps] [generations]`; the built-in model without arguments.
 */
import { execFileSync } from "node:child_process";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtInModels } from "../src/paths.ts";
import { describeMachine, printTable } from "./support/table.ts";

const [folder = join(builtInModels(), "easel-v1"), pixels = "256", steps = "8", generations = "3"] =
  process.argv.slice(3);
const draw = fileURLToPath(new URL("support/draw-rows.js", import.meta.url));

interface Measured {
  readonly size: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakRssBytes: number;
}

const rows = ["1", "2", "4", "8", "0"].map((count) => {
  const out = execFileSync(process.execPath, [draw, folder, pixels, count, steps, generations], { encoding: "utf8" });
  const { size, ms, cpuMs, peakRssBytes } = JSON.parse(out.trim().split("\n").at(-1)!) as Measured;
  return [
    count === "0" ? `measured: ${size}` : count,
    ms.toFixed(0),
    cpuMs.toFixed(0),
    (peakRssBytes / 1e6).toFixed(0),
  ];
});
console.log(`${describeMachine()}; ${basename(folder)}, four guided pictures of ${pixels} pixels, ${steps} steps\n`);
printTable(["rows in a run", "denoise ms", "processor ms in all", "peak memory MB"], rows);
