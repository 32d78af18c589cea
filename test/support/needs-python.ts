import { spawnSync } from "node:child_process";

/** The system's Python, which sees what apt installs. */
export const SYSTEM_PYTHON = "/usr/bin/python3";

/** As `needs`, for a module of the system's Python: false with a reason when it is missing, an error in CI, where .ci/run installs it. */
export function needsPython(module: string): boolean {
  const { status } = spawnSync(SYSTEM_PYTHON, ["-c", `import ${module}`], { stdio: "ignore" });
  if (status === 0) return true;
  if (process.env["CI"]) throw new Error(`${SYSTEM_PYTHON} has no module ${module} in CI: .ci/run must install it`);
  process.stderr.write(`skipped: ${SYSTEM_PYTHON} has no module ${module}\n`);
  return false;
}
