import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import { hubReason, type HubFile } from "./hub-listing.ts";
import { reasonOf } from "./list-files.ts";

export interface DownloadDeps {
  readonly clock: Clock;
  /** Sent to the first server only: fetch drops it when another one is redirected to. */
  readonly authorization: string | undefined;
  /** Told how many bytes of the file are there. */
  readonly onBytes: (bytes: number) => void;
}

/** Connections that are cut without a byte of progress, in a row, until it is given up. */
const MAX_FRUITLESS = 5;
const FIRST_WAIT_MS = 500;
/** A connection that says nothing for so long is dead. */
const SILENCE_MS = 60_000;

/** A status that trying again does not change. */
class FinalStatusError extends Error {
  override readonly name = "FinalStatusError";
}

/**
 * Downloads a file to `target`, proves its hash and returns. What an earlier call left in `target`.part is continued by a range request;
 * cut connections are taken up again. Rejects with UserError download-failed; what has arrived is kept unless it is proven wrong.
 */
export async function downloadFile(url: string, file: HubFile, target: string, deps: DownloadDeps): Promise<void> {
  if (sizeOf(target) === file.bytes) return deps.onBytes(file.bytes);
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  // A damaged beginning spoils what follows it: once more from the start, then it is the hub's fault.
  for (const isLastTry of [false, true]) {
    await fetchAll(url, file, part, deps);
    if (await isIntact(part, file)) return rename(part, target);
    await rm(part, { force: true });
    if (isLastTry)
      throw failed(file, `its content has another ${file.hash.kind === "git" ? "git id" : "sha256"} than the hub says`);
  }
}

async function fetchAll(url: string, file: HubFile, part: string, deps: DownloadDeps): Promise<void> {
  for (let fruitless = 0; ;) {
    const before = sizeOf(part) ?? 0;
    if (before >= file.bytes) {
      if (before > file.bytes) await rm(part);
      else return deps.onBytes(before);
    }
    try {
      await fetchRest(url, file, part, deps);
    } catch (error) {
      if (error instanceof FinalStatusError || isDiskFault(error)) throw failed(file, reasonOf(error), error);
      fruitless = (sizeOf(part) ?? 0) > before ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS) throw failed(file, connectionReason(error), error);
      await new Promise<void>((resolve) => {
        deps.clock.after(FIRST_WAIT_MS * 2 ** fruitless, resolve, { keepAlive: true });
      });
    }
  }
}

/** One connection: from the end of the part to wherever it is cut. */
async function fetchRest(url: string, file: HubFile, part: string, deps: DownloadDeps): Promise<void> {
  const start = sizeOf(part) ?? 0;
  const stalled = new AbortController();
  const watch = () => deps.clock.after(SILENCE_MS, () => stalled.abort(new Error("no bytes for a minute")));
  let stopWatch = watch();
  try {
    const response = await fetch(url, {
      headers: {
        ...(deps.authorization === undefined ? {} : { Authorization: deps.authorization }),
        // Compressed bodies cannot be continued.
        "Accept-Encoding": "identity",
        ...(start > 0 ? { Range: `bytes=${start}-` } : {}),
      },
      signal: stalled.signal,
    });
    if (response.status === 416) return await rm(part, { force: true });
    if (!response.ok || !response.body) throw statusError(response.status);
    // A server without ranges sends everything again.
    const handle = await open(part, response.status === 206 ? "a" : "w");
    try {
      let bytes = response.status === 206 ? start : 0;
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        await handle.write(chunk);
        bytes += chunk.length;
        deps.onBytes(Math.min(bytes, file.bytes));
        stopWatch();
        stopWatch = watch();
      }
      if (bytes < file.bytes) throw new Error(`the connection was cut after ${bytes} of ${file.bytes} bytes`);
    } finally {
      await handle.close();
    }
  } finally {
    stopWatch();
  }
}

function statusError(status: number): Error {
  const isPassing = status === 408 || status === 429 || status >= 500;
  return isPassing ? new Error(hubReason(status)) : new FinalStatusError(hubReason(status));
}

function isDiskFault(error: unknown): boolean {
  return ["ENOSPC", "EACCES", "EROFS", "EDQUOT"].includes(String((error as NodeJS.ErrnoException).code));
}

function connectionReason(error: unknown): string {
  const { cause, message } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? message : `the connection breaks again and again (${code})`;
}

function failed({ path }: HubFile, reason: string, cause?: unknown): UserError {
  return new UserError("download-failed", { file: path, reason }, { cause });
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** git's blob id is the sha1 of a header and the content. */
async function isIntact(path: string, { bytes, hash }: HubFile): Promise<boolean> {
  const digest = hash.kind === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest("hex") === hash.hex;
}
