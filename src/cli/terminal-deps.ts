import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { processEnvironment } from "../config/load.ts";
import type { Settings } from "../config/variables.ts";
import type { Logger } from "../core/logger.ts";
import { NO_LIMITS, readPicture } from "../images/read-picture.ts";
import { toThumbnail } from "../images/resize.ts";
import type { Easel } from "../main.ts";
import type { TerminalDeps } from "../platforms/terminal/create-terminal.ts";
import { systemClock } from "../system-clock.ts";

/** What both terminal platforms of this process are made from: its streams, its user, its pictures folder. */
export function terminalDeps(easel: Easel, settings: Settings, log: Logger): TerminalDeps {
  return {
    output: process.stdout,
    errorOutput: process.stderr,
    env: processEnvironment(),
    session: randomBytes(6).toString("hex"),
    person: { platform: "terminal", id: "owner", name: userName(), moderator: true, roles: [] },
    queue: easel.queue,
    models: easel.models,
    readBlob: (ref) => easel.blobs.get(ref),
    store: easel.settings,
    outDir: resolve(settings.PICTURES_DIR),
    clock: systemClock,
    log,
    tools: {
      decode: (bytes) => readPicture(bytes, "the picture", NO_LIMITS),
      shrink: toThumbnail,
      convert: (bytes, type) => easel.provenance.convert(bytes, type),
      grid: (files, type) => easel.provenance.grid(files, type),
    },
  };
}

/** Containers may run as a user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "owner";
  }
}
