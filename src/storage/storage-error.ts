import Libsql from "libsql";
import { UserError } from "../core/errors.ts";

// Primary result codes: https://www.sqlite.org/rescode.html
const FULL = 13;
/** SQLITE_BUSY and SQLITE_LOCKED. */
const BUSY: readonly (number | undefined)[] = [5, 6];
const BROKEN: Readonly<Record<number, string>> = {
  8: "it is read-only",
  10: "reading or writing the disk failed",
  11: "it is damaged",
  14: "it cannot be opened",
  26: "it is not a database",
};

/** Gives an error of libsql or of the file system the sentence for people; anything else comes back as it is. */
export function toStorageError(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = sqliteCode(error);
  if (code === FULL || isNoSpace(error)) return new UserError("storage-full", {}, { cause: error });
  if (BUSY.includes(code)) return new UserError("storage-busy", {}, { cause: error });
  const reason = code === undefined ? fileReason(error) : BROKEN[code];
  if (reason === undefined) return error;
  return new UserError("storage-broken", { path, reason: `${reason} (${error.message})` }, { cause: error });
}

/** Another program holds the database. */
export function isBusy(error: unknown): boolean {
  return error instanceof UserError && error.code === "storage-busy";
}

/** True for the file system's "no space left" and "quota exceeded". */
export function isNoSpace(error: unknown): boolean {
  return errnoOf(error) === "ENOSPC" || errnoOf(error) === "EDQUOT";
}

/** The system's name of a failed call, e.g. ENOENT. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function sqliteCode(error: Error): number | undefined {
  // The low byte of an extended result code is the primary one.
  if (error instanceof Libsql.SqliteError) return error.rawCode === undefined ? undefined : error.rawCode & 0xff;
  // Opening fails with a bare error whose text ends with the code.
  const opening = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message);
  return opening ? Number(opening[1]) & 0xff : undefined;
}

/** The folder of the database cannot be made. */
function fileReason(error: Error): string | undefined {
  const errno = errnoOf(error);
  return errno && ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"].includes(errno)
    ? "its folder cannot be used"
    : undefined;
}
