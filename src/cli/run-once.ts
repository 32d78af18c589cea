import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadProcessSettings } from "../config/load.ts";
import type { Settings } from "../config/variables.ts";
import { createLogger } from "../log/create-logger.ts";
import { createEasel, type Easel } from "../main.ts";
import { createOneShot, type OneShotDeps } from "../platforms/terminal/create-one-shot.ts";
import { systemClock } from "../system-clock.ts";
import { terminalDeps } from "./terminal-deps.ts";

export interface OnceOptions extends Pick<OneShotDeps, "command" | "text" | "target"> {
  readonly assumeYes?: boolean;
  /** Before the command runs. */
  readonly prepare?: (easel: Easel, settings: Settings) => Promise<void>;
  /** When the command has succeeded. */
  readonly keep?: (easel: Easel, settings: Settings) => Promise<void>;
}

/**
 * Runs one command as if it were typed in a terminal and returns the exit code. The program keeps its data in a temporary folder, so that it
 * never meets a running bot's.
 */
export async function runOnce({ prepare, keep, assumeYes = false, ...command }: OnceOptions): Promise<number> {
  // Whoever names one file gets one picture.
  const settings = { ...loadProcessSettings(), DEFAULT_COUNT: 1 };
  const log = createLogger({
    level: settings.LOG_LEVEL === "info" ? "warn" : settings.LOG_LEVEL,
    prompts: settings.LOG_PROMPTS,
  });
  const dataDir = await mkdtemp(join(tmpdir(), "easel-"));
  try {
    const easel = await createEasel({ settings, log, clock: systemClock, dataDir });
    await prepare?.(easel, settings);
    const terminal = createOneShot({ ...terminalDeps(easel, settings, log), ...command, assumeYes });
    process.on("SIGINT", () => terminal.interrupt());
    await easel.connect(terminal);
    const code = await terminal.finished;
    if (code === 0) await keep?.(easel, settings);
    await easel.stop({ graceMs: 0 });
    return code;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
