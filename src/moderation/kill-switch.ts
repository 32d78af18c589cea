import { stat } from "node:fs/promises";
import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { KillSwitch, Pause } from "../core/moderation.ts";
import type { KeyValueStore } from "../core/stores.ts";
import type { AuditLog } from "./audit-log.ts";

const PAUSE_KEY = "paused";

/**
 * The kill switch has two hands: moderators' (a stored setting) and the operator's (a file that exists, whatever is in it). Either one
 * stops everything.
 */
export function createKillSwitch(deps: {
  readonly settings: KeyValueStore;
  /** DATA_DIR/PAUSE */
  readonly file: string;
  readonly clock: Clock;
  readonly audit: AuditLog;
}): KillSwitch {
  const { settings, file, clock, audit } = deps;

  return {
    async pause(by) {
      await settings.set(PAUSE_KEY, { by, at: clock.now() } satisfies Pause);
      audit.append({ event: "pause", by });
    },
    async resume(by) {
      if (await settings.delete(PAUSE_KEY)) audit.append({ event: "resume", by });
      if (await whenMade(file)) throw new UserError("pause-file", { file });
    },
    async paused() {
      const madeAt = await whenMade(file);
      return madeAt === undefined ? settings.get<Pause>(PAUSE_KEY) : { by: "the operator's file", at: madeAt };
    },
  };
}

async function whenMade(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
