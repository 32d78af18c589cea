import { join } from "node:path";
import type { Settings } from "./config/variables.ts";
import type { ModerationDeps } from "./moderation/create-moderation.ts";
import { ABSOLUTE_CATEGORIES } from "./safety/policy.ts";

const DAY_MS = 24 * 3_600_000;
/** One such request is enough for the first ban. */
const SEVERE_CATEGORIES = ["sexual-minors"] as const;

type FromSettings = "pauseFile" | "auditPrompts" | "strikes" | "absolute" | "keep" | "limits";

/** What moderation takes from the settings. */
export function moderationSettings(settings: Settings, dataDir: string): Pick<ModerationDeps, FromSettings> {
  const quota = settings.QUOTA_DEVICE_SECONDS;
  return {
    pauseFile: join(dataDir, "PAUSE"),
    auditPrompts: settings.AUDIT_PROMPTS,
    strikes: {
      free: settings.STRIKE_FREE_RULES,
      severe: SEVERE_CATEGORIES,
      steps: settings.STRIKE_BANS,
      windowMs: settings.STRIKE_DAYS * DAY_MS,
    },
    absolute: ABSOLUTE_CATEGORIES,
    keep: { jobDays: settings.RETENTION_DAYS, auditDays: settings.AUDIT_DAYS },
    limits: [
      `Requests per person: ${settings.REQUESTS_PER_MINUTE} a minute`,
      `Waiting jobs: ${settings.MAX_WAITING_PER_PERSON} per person, ${settings.MAX_WAITING_PER_CHANNEL} per channel, ${settings.MAX_WAITING} in all`,
      quota === 0 ? "No quota" : `Quota: ${quota} device seconds in ${settings.QUOTA_PERIOD_HOURS} h`,
    ],
  };
}
