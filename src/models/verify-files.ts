import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "./manifest.ts";

export interface FileFault {
  readonly path: string;
  readonly fault: string;
}

/** Compares every file of a manifest with the folder: presence, bytes, and with `hashes` the sha256. Empty = intact. */
export async function verifyFiles(
  folder: string,
  manifest: Manifest,
  options: { hashes: boolean },
): Promise<FileFault[]> {
  const faults: FileFault[] = [];
  for (const file of manifest.files) {
    const path = join(folder, file.path);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) faults.push({ path: file.path, fault: "is missing" });
    else if (found.size !== file.bytes)
      faults.push({ path: file.path, fault: `has ${found.size} bytes, expected ${file.bytes}` });
    else if (options.hashes && (await sha256File(path)) !== file.sha256)
      faults.push({ path: file.path, fault: "was altered (its sha256 differs)" });
  }
  return faults;
}

/** `unet/model.onnx is missing; …` */
export function describeFileFaults(faults: readonly FileFault[]): string {
  return faults.map(({ path, fault }) => `${path} ${fault}`).join("; ");
}

/** Hex sha256 of a file, streamed. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
