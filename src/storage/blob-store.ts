import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { BlobRef } from "../core/image-request.ts";
import type { BlobStore } from "../core/stores.ts";
import { errnoOf, isNoSpace } from "./storage-error.ts";

/** Nobody writes one picture for this long: an older temporary file was left by a process that died. */
const ORPHAN_AGE_MS = 10 * 60_000;

export interface BlobStoreOptions {
  /** `<folder>/ab/cd/<sha256>`, and `<folder>/tmp` for what is being written; made when missing. */
  readonly folder: string;
  readonly clock: Clock;
}

/** Opens a folder of content-addressed files and sweeps what a crash left half-written. Rejects with UserError storage-full, file-unwritable. */
export async function openBlobStore({ folder, clock }: BlobStoreOptions): Promise<BlobStore> {
  const temporary = join(folder, "tmp");
  await writing(temporary, () => mkdir(temporary, { recursive: true, mode: 0o700 }));
  await removeOrphans(temporary, clock.now() - ORPHAN_AGE_MS);
  let written = 0;

  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);

  return {
    async put(bytes, mimeType) {
      const sha256 = hashOf(bytes);
      const path = pathOf(sha256);
      const draft = join(temporary, `${sha256}.${process.pid}.${++written}`);
      // Read and not only looked for: a damaged file is replaced.
      const stored = await readIfThere(path);
      if (stored && hashOf(stored) === sha256) {
        // Whoever sweeps old files must see that this one is wanted again.
        await writing(path, () => utimes(path, clock.now() / 1000, clock.now() / 1000));
        return { sha256, mimeType };
      }
      await writing(path, async () => {
        try {
          await writeThrough(draft, bytes, clock.now() / 1000);
          const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
          await rename(draft, path);
          // A new name is only safe from a power cut when its folder is on the disk, too.
          for (const changed of made ? [dirname(path), dirname(dirname(path)), folder] : [dirname(path)]) {
            await syncFolder(changed);
          }
        } catch (error) {
          await rm(draft, { force: true });
          throw error;
        }
      });
      return { sha256, mimeType };
    },

    async get({ sha256 }) {
      const bytes = await readIfThere(checked(sha256, pathOf));
      if (!bytes) throw new UserError("file-unreadable", { file: sha256, reason: "it is not there any more" });
      if (hashOf(bytes) !== sha256) {
        throw new UserError("file-unreadable", { file: sha256, reason: "its contents have changed" });
      }
      return bytes;
    },

    async delete({ sha256 }: BlobRef) {
      await rm(checked(sha256, pathOf), { force: true });
    },

    async list() {
      const names = await readdir(folder, { recursive: true });
      const found = names.filter((name) => /^..[\\/]..[\\/][0-9a-f]{64}$/.test(name));
      return Promise.all(
        found.map(async (name) => ({
          ref: { sha256: name.slice(6), mimeType: "application/octet-stream" },
          writtenAt: (await stat(join(folder, name))).mtimeMs,
        })),
      );
    },
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A reference may come from a stored or transmitted job: it must not become a path elsewhere. */
function checked(sha256: string, pathOf: (sha256: string) => string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new UserError("file-unreadable", { file: sha256, reason: "no such name" });
  return pathOf(sha256);
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw new UserError("file-unreadable", { file: path, reason: errnoOf(error) ?? "unknown" }, { cause: error });
  }
}

async function writeThrough(path: string, bytes: Uint8Array, atSeconds: number): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.utimes(atSeconds, atSeconds);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders; its file systems write names through.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function removeOrphans(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    try {
      if ((await stat(path)).mtimeMs < before) await rm(path, { force: true });
    } catch (error) {
      // Its writer may finish at the same moment.
      if (errnoOf(error) !== "ENOENT") throw error;
    }
  }
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isNoSpace(error)) throw new UserError("storage-full", {}, { cause: error });
    throw new UserError("file-unwritable", { file: path, reason: errnoOf(error) ?? "unknown" }, { cause: error });
  }
}
