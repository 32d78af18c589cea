import { randomUUID } from "node:crypto";
import { access, constants, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";

/** Where the pictures of an answer go; part of the reply address, so a restart writes to the same place. */
export type PictureTarget =
  | { readonly kind: "folder"; readonly path: string }
  /** One file; of several pictures it gets the grid, and they stand beside it as name-1, name-2, … */
  | { readonly kind: "file"; readonly path: string };

export type FileType = "image/png" | "image/webp" | "image/jpeg";

const TYPES: Readonly<Record<string, FileType>> = {
  ".png": "image/png",
  ".webp": "image/webp",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
};

/** The type that a file name asks for by its extension, or undefined. */
export const fileTypeOf = (path: string): FileType | undefined => TYPES[extname(path).toLowerCase()];

/**
 * What `--out` means: an existing folder or a path ending in a slash is a folder, anything else a file. Makes missing folders and proves that
 * writing works, so that a mistake shows before any picture is made. Rejects with UserError file-unwritable.
 */
export async function prepareTarget(out: string): Promise<PictureTarget> {
  const path = resolve(out);
  const unwritable = (reason: string, cause?: unknown): UserError =>
    new UserError("file-unwritable", { file: out, reason }, { cause });
  try {
    const isFolder = /[/\\]$/.test(out) || ((await existing(path))?.isDirectory() ?? false);
    if (!isFolder && fileTypeOf(path) === undefined) {
      throw unwritable("its name must end in .png, .webp or .jpg, or be a folder (ending in /)");
    }
    const folder = isFolder ? path : dirname(path);
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
    if (!isFolder && (await existing(path))) await access(path, constants.W_OK);
    return { kind: isFolder ? "folder" : "file", path };
  } catch (error) {
    throw error instanceof UserError ? error : unwritable(reasonOf(error), error);
  }
}

/** The paths for `count` pictures of a single-file target: the file, or the grid followed by the numbered single pictures. */
export function filePaths(path: string, count: number): readonly string[] {
  if (count === 1) return [path];
  return [path, ...Array.from({ length: count }, (_, index) => withSuffix(path, `-${index + 1}`))];
}

/**
 * The path for a picture in a folder: its own name, or with `key` added when a different file has that name. The same bytes and key give the same
 * path again.
 */
export async function folderPath(folder: string, fileName: string, bytes: Uint8Array, key: string): Promise<string> {
  // Names come from prompts: nothing in them may leave the folder or hide the file.
  const name = fileName.replaceAll(/[^\p{L}\p{N}._ -]/gu, "_").replace(/^[.\s]+/, "") || "picture.png";
  const path = join(folder, name);
  const there = await existing(path);
  const free = !there || (there.isFile() && Buffer.from(bytes).equals(await readFile(path)));
  return free ? path : withSuffix(path, `-${key.replaceAll(/[^\w-]/g, "_")}`);
}

/** `foxes.png`, `-1` -> `foxes-1.png`. */
export function withSuffix(path: string, suffix: string): string {
  const extension = extname(path);
  return path.slice(0, path.length - extension.length) + suffix + extension;
}

/** Writes a file whole or not at all: a temporary file beside it, then a rename. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function existing(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to write there",
  EPERM: "there is no permission to write there",
  EROFS: "the disk is read-only",
  ENOTDIR: "a part of its path is a file, not a folder",
  EEXIST: "a part of its path is a file, not a folder",
  EISDIR: "there is a folder of that name",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "the disk is full",
};

/** Why writing failed, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? message;
}
