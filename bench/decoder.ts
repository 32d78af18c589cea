/**
 * What a model's decoder needs by size, whole and in tiles, and what previews cost beside it: by the tiny decoder of the folder
 * (taesd_decoder/) where it has one, and by the linear map. Each in a process of its own.
 * `npm run bench -- decoder <model folder> [pixels ...]`; the folder of sd-turbo-shaped is one, with TAESD's shape beside it.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeMachine, printTable } from "./support/table.ts";

const [folder, ...given] = process.argv.slice(3);
if (folder === undefined) throw new Error("npm run bench -- decoder <model folder> [pixels ...]");
const sizes = given.length === 0 ? ["512", "768", "1024"] : given;
const decode = fileURLToPath(new URL("support/decode-once.js", import.meta.url));

interface Measured {
  readonly cpuMs: number;
  readonly fitMs: number;
  readonly peakRssBytes: number;
}

function measure(pixels: string, way: "decoder" | "tiles" | "tiny" | "linear"): Measured {
  const out = execFileSync(process.execPath, [decode, folder!, pixels, way], { encoding: "utf8" });
  return JSON.parse(out.trim().split("\n").at(-1)!) as Measured;
}

const seconds = (ms: number): string => (ms / 1000).toPrecision(3);
const row = (name: string, { cpuMs, peakRssBytes }: Measured) => [
  name,
  seconds(cpuMs),
  (peakRssBytes / 1e6).toFixed(0),
];

const largest = sizes.at(-1)!;
const whole = sizes.map((pixels) => row(`${pixels}²`, measure(pixels, "decoder")));
const tiled = row(`${largest}² in tiles of 512²`, measure(largest, "tiles"));
console.log(`${describeMachine()}; ${basename(folder)}\n`);
printTable(["picture", "processor s", "peak memory MB"], [...whole, tiled]);

const [smallest = ""] = sizes;
const linear = measure(smallest, "linear");
const tiny = existsSync(join(folder, "taesd_decoder")) ? [row("tiny decoder", measure(smallest, "tiny"))] : [];
console.log();
printTable(
  [`preview of ${smallest}²`, "processor s", "peak memory MB"],
  [...tiny, row("linear map", linear), ["fitting the map, once", seconds(linear.fitMs), ""]],
);
