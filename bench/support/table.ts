import { availableParallelism } from "node:os";
import { readFileSync } from "node:fs";

/** The middle of the values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;

/** Prints rows as a markdown table; numbers are right-aligned. */
export function printTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const isNumber = (column: number) =>
    rows.every((row) => typeof row[column] === "number" || /^[\d.,<~ ]/.test(String(row[column])));
  console.log(line(header));
  console.log(line(header.map((_, column) => (isNumber(column) ? "---:" : "---"))));
  for (const row of rows) console.log(line(row));
}

const EXTENSIONS = ["avx2", "avx512_vnni", "avx_vnni", "amx_int8", "avx512_bf16"];

/** The machine without its name: cores, what its processor can do, Node. */
export function describeMachine(): string {
  const flags = process.platform === "linux" ? readFileSync("/proc/cpuinfo", "utf8") : "";
  const found = EXTENSIONS.filter((name) => flags.includes(` ${name} `) || flags.includes(` ${name}\n`));
  return `${availableParallelism()} ${process.arch} cores (${found.join(", ")}), Node ${process.versions.node}`;
}
