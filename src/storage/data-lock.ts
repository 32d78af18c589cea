import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import Libsql from "libsql";
import { UserError } from "../core/errors.ts";

/**
 * Makes this process the only bot on a data folder until the returned function is called or the process ends, however it ends: the lock is
 * the operating system's, on an empty database. Throws UserError already-running.
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const lock = new Libsql(join(folder, "easel.lock"));
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    throw new UserError("already-running", { folder: resolve(folder) }, { cause: error });
  }
  return () => {
    lock.exec("ROLLBACK");
    lock.close();
  };
}
