import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** A name that a folder, a command line and a chat option can all have. Throws UserError model-name-invalid. */
export function checkModelName(name: string): string {
  if (NAME.test(name)) return name;
  throw new UserError("model-name-invalid", { name });
}

/** The name that a folder or repository suggests: lower case, other characters as dashes. */
export function suggestModelName(path: string): string {
  const last =
    path
      .replaceAll("\\", "/")
      .split("/")
      .findLast((part) => part !== "") ?? "";
  return checkModelName(
    last
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, "-")
      .replace(/^[^a-z0-9]+/, "")
      .slice(0, 64),
  );
}

/** Throws UserError model-exists when one of `folders` has a model of that name. */
export function checkNameIsFree(name: string, folders: readonly string[], flag = "--id"): void {
  if (folders.some((folder) => existsSync(join(folder, name))))
    throw new UserError("model-exists", { model: name, flag });
}
