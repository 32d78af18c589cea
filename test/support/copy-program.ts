import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./temporary-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The compiled program with safety models of its own that a test may damage; the rest is shared. Returns its folder and the entry of `easel`. */
export function copyProgram(): { readonly folder: string; readonly entry: string } {
  const folder = temporaryFolder();
  for (const path of ["dist", "package.json", "models/safety-nsfwjs", "models/safety-rules"]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  for (const path of ["node_modules", "models/easel-v0", "models/easel-v1"])
    symlinkSync(join(root, path), join(folder, path));
  mkdirSync(join(folder, "run"));
  return { folder, entry: join(folder, "dist/src/cli/easel.js") };
}
