import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Settings } from "./config/variables.ts";

/** The folder of this package: the nearest one above this file that holds package.json, from src/ and from dist/ alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/** Folders with model folders in them: what ships, then the operator's own. */
export function modelFolders(settings: Pick<Settings, "MODELS_DIR">): string[] {
  return [join(packageRoot(), "models"), ...(settings.MODELS_DIR === "" ? [] : [resolve(settings.MODELS_DIR)])];
}
