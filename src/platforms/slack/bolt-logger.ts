import { LogLevel, type Logger as BoltLogger } from "@slack/bolt";
import type { Logger } from "../../core/logger.ts";

/** Our log as Bolt's, without what Bolt would say about every request: that may hold what people typed. */
export function createBoltLogger(log: Logger): BoltLogger {
  return {
    debug() {},
    info() {},
    warn: (...parts) => log.warn("from the Slack SDK", { detail: detail(parts) }),
    error: (...parts) => log.warn("trouble in the Slack SDK", { detail: detail(parts) }),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  };
}

function detail(parts: readonly unknown[]): string {
  return parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
}
