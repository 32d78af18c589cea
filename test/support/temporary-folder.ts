import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new empty folder that is removed when the running test ends, or when `whenDone` says. */
export function temporaryFolder(whenDone: (end: () => Promise<void>) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "easel-test-"));
  whenDone(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
