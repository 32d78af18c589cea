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
export function modelFolders(settings: Pick<Settings, "MODELS_DIR" | "DATA_DIR">): string[] {
  return [builtInModels(), ownModels(settings)];
}

/** Where the models that ship are. */
export function builtInModels(): string {
  return join(packageRoot(), "models");
}

/** Where the operator's models are installed. */
export function ownModels(settings: Pick<Settings, "MODELS_DIR" | "DATA_DIR">): string {
  return settings.MODELS_DIR === "" ? resolve(settings.DATA_DIR, "models") : resolve(settings.MODELS_DIR);
}
