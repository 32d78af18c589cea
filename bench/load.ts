/**
 * Opening a model with and without the cache of optimised graphs, each in a fresh process; files are in the operating system's cache.
 * `npm run bench -- load [model folder ...]`; the built-in model without arguments.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtInFolder } from "./support/built-in.ts";
import { describeMachine, median, printTable } from "./support/table.ts";

const opener = fileURLToPath(new URL("support/open-once.js", import.meta.url));
const given = process.argv.slice(3);
const REPEATS = 5;

/** Milliseconds and bytes of one opening in a process of its own. */
function open(folder: string, cacheDir: string): { ms: number; rssBytes: number } {
  const out = execFileSync(process.execPath, [opener, folder, cacheDir], { encoding: "utf8" });
  return JSON.parse(out.trim().split("\n").at(-1)!) as { ms: number; rssBytes: number };
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const middle = (runs: readonly { ms: number }[]): number => median(runs.map(({ ms }) => ms));
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

const rows = [];
for (const folder of given.length === 0 ? [builtInFolder] : given) {
  const cacheDir = mkdtempSync(join(tmpdir(), "easel-bench-"));
  try {
    open(folder, "");
    const without = Array.from({ length: REPEATS }, () => open(folder, ""));
    const first = open(folder, cacheDir);
    const cached = Array.from({ length: REPEATS }, () => open(folder, cacheDir));
    rows.push([
      basename(folder),
      megabytes(bytesBelow(folder)),
      middle(without).toFixed(0),
      first.ms.toFixed(0),
      middle(cached).toFixed(0),
      `${(middle(without) / middle(cached)).toFixed(1)}x`,
      megabytes(bytesBelow(cacheDir)),
    ]);
  } finally {
    rmSync(cacheDir, { recursive: true });
  }
}
console.log(`${describeMachine()}; median of ${REPEATS} processes, in ms\n`);
printTable(["model", "MB", "no cache", "writing the cache", "from the cache", "faster", "cache MB"], rows);
