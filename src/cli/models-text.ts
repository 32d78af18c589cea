import { createInterface } from "node:readline/promises";
import { UserError } from "../core/errors.ts";

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** 3,480,000,000 as “3.48 GB”: decimal units, as hubs and disks count. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${UNITS[power]}`;
}

/** Rows as columns, two spaces apart. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Writes a line for people. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes what is going on to standard error, so that standard output holds results only. */
export function sayStep(text: string): void {
  process.stderr.write(`${text} …\n`);
}

/**
 * Asks a question that y or yes agrees to. Without a terminal nobody can be asked. Throws UserError not-confirmed for everything but yes.
 */
export async function confirm(question: string, what: string): Promise<void> {
  if (process.stdin.isTTY) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await lines.question(`${question} [y/N] `);
    lines.close();
    if (/^y(es)?$/i.test(answer.trim())) return;
  }
  throw new UserError("not-confirmed", { what });
}
