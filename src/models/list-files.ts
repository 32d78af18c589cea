import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import type { ListedFile } from "./select-files.ts";

/** All files below a folder, sorted by path; links are followed. Throws UserError file-unreadable. */
export async function listFilesBelow(folder: string): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const name of await readdir(join(folder, below))) {
      const path = below === "" ? name : `${below}/${name}`;
      const stats = await stat(join(folder, path));
      if (stats.isDirectory()) await walk(path);
      else if (stats.isFile()) files.push({ path, bytes: stats.size });
    }
  };
  try {
    await walk("");
  } catch (error) {
    throw new UserError("file-unreadable", { file: folder, reason: reasonOf(error) }, { cause: error });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  ENOTDIR: "it is no folder",
  EACCES: "its permissions forbid it",
  ENOSPC: "there is no space left on the disk",
  EXDEV: "it lies on another disk",
  EROFS: "the disk is read-only",
};

/** Why the file system refused, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}
