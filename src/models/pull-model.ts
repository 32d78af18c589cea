import { statSync } from "node:fs";
import { mkdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import { downloadFile } from "./download-file.ts";
import { hubFileUrl, type Hub, type HubFile, type HubListing } from "./hub-listing.ts";
import { selectFiles } from "./select-files.ts";

/** What pulling a model means, before anything is downloaded. */
export interface PullPlan {
  readonly listing: HubListing;
  readonly files: readonly HubFile[];
  readonly bytes: number;
}

/** Chooses the files of an ONNX layout. Throws UserError hub-no-model where there are none. */
export function planPull(listing: HubListing): PullPlan {
  const files = selectFiles(listing.files);
  if (!files.some(({ path }) => path.endsWith(".onnx"))) {
    const torch = listing.files.some(({ path }) => /\.(safetensors|bin|ckpt)$/.test(path));
    const reason = torch
      ? "its weights are for PyTorch. Export them first, for example with optimum-cli, and add the folder"
      : "there is no .onnx file in it";
    throw new UserError("hub-no-model", { repo: listing.repo, reason });
  }
  return { listing, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

export interface PullProgress {
  readonly path: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/**
 * Downloads the files of a plan into `folder`, one after the other; what is there already is kept. Rejects with UserError
 * download-failed or file-unwritable.
 */
export async function downloadPlan(
  { listing, files, bytes }: PullPlan,
  folder: string,
  deps: { readonly hub: Hub; readonly clock: Clock; readonly onProgress: (progress: PullProgress) => void },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await checkSpace(folder, bytes - bytesThere(files, folder));
  let before = 0;
  for (const file of files) {
    await downloadFile(hubFileUrl(listing, file.path, deps.hub), file, join(folder, file.path), {
      clock: deps.clock,
      authorization: deps.hub.token === "" ? undefined : `Bearer ${deps.hub.token}`,
      onBytes: (done) => deps.onProgress({ path: file.path, doneBytes: before + done, totalBytes: bytes }),
    });
    before += file.bytes;
  }
}

function bytesThere(files: readonly HubFile[], folder: string): number {
  const sizeOf = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0;
  return files.reduce((sum, { path }) => sum + Math.max(sizeOf(path), sizeOf(`${path}.part`)), 0);
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

async function checkSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new UserError("file-unwritable", {
    file: folder,
    reason: `${gigabytes(needed)} are needed and ${gigabytes(free)} are free`,
  });
}

/** Removes what a finished or given-up pull leaves. */
export async function discardDownload(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
