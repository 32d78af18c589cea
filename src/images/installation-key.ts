import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import { readOrMake, readText } from "./secret-file.ts";

const FILE = "watermark.key";

/** The 32 secret bytes by which this installation knows its own watermark, made on first use. Rejects with UserError file-unreadable, file-unwritable. */
export async function openInstallationKey(folder: string): Promise<Uint8Array> {
  const path = join(folder, FILE);
  return parseKey(await readOrMake(path, () => `${randomBytes(32).toString("hex")}\n`), path);
}

/** The same, without making one: undefined where nothing was ever marked. */
export async function readInstallationKey(folder: string): Promise<Uint8Array | undefined> {
  const path = join(folder, FILE);
  const text = await readText(path);
  return text === undefined ? undefined : parseKey(text, path);
}

function parseKey(text: string, file: string): Uint8Array {
  if (!/^[0-9a-f]{64}\s*$/.test(text)) throw new UserError("file-unreadable", { file, reason: "it is not a key" });
  return Buffer.from(text.trim(), "hex");
}
