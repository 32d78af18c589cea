import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** vitest's global setup: compiles src/ and commands/ to dist/, unless EASEL_PREBUILT says that it is already done. */
export default function build(): void {
  if (process.env["EASEL_PREBUILT"]) return;
  const root = fileURLToPath(new URL("../..", import.meta.url));
  execFileSync("npm", ["run", "-s", "build"], { cwd: root, stdio: "inherit" });
}
