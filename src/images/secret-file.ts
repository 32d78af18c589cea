import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../core/errors.ts";

/** The text of a file, or undefined when there is none. Rejects with UserError file-unreadable. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new UserError("file-unreadable", { file: path, reason: code ?? message }, { cause: error });
  }
}

/** Reads a file that only its owner may read, made on first use; of two processes that make it at once, the first wins for both. */
export async function readOrMake(path: string, make: () => string): Promise<string> {
  const there = await readText(path);
  if (there !== undefined) return there;
  await placed(path, make(), async (draft) => {
    try {
      await link(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  });
  return readFile(path, "utf8");
}

/** Replaces a file that only its owner may read, whole or not at all. Rejects with UserError file-unwritable. */
export async function replaceSecret(path: string, text: string): Promise<void> {
  await placed(path, text, (draft) => rename(draft, path));
}

async function placed(path: string, text: string, place: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, text, { mode: 0o600, flag: "wx", flush: true });
    await place(draft);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError("file-unwritable", { file: path, reason: code ?? message }, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
}
