import { spawnSync } from "node:child_process";

/**
 * For tests that use an optional program: false, with a reason on the error output, when it is missing on somebody's machine; an error in CI, where
 * .ci/run installs it. Use as `describe.skipIf(!needs("redis-server"))`.
 */
export function needs(program: string, args: readonly string[] = ["--version"]): boolean {
  const found = spawnSync(program, args, { stdio: "ignore" }).status === 0;
  if (found) return true;
  if (process.env["CI"]) throw new Error(`${program} is missing in CI: .ci/run must install it`);
  process.stderr.write(`skipped: ${program} is not installed\n`);
  return false;
}
