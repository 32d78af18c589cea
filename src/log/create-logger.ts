import { createHash } from "node:crypto";
import { pino, type DestinationStream, type Logger as Pino } from "pino";
import type { LogFields, Logger } from "../core/logger.ts";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error" | "silent";
  /** What becomes of fields that hold prompts. */
  readonly prompts: "off" | "hash" | "full";
  /** Where lines go; standard error by default, so that standard output stays the program's. */
  readonly destination?: DestinationStream;
}

const PROMPT_FIELDS = ["prompt", "negativePrompt"];
const SECRET_FIELDS = ["token", "authorization", "secret", "password", "interactionToken"];

/** JSON lines by pino: a static message plus fields. Secrets are always removed, prompts as configured. */
export function createLogger(options: LogOptions): Logger {
  const base = pino(
    { level: options.level, base: null, formatters: { level: (label) => ({ level: label }) } },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  );
  return wrap(base, (fields) => clean(fields, options.prompts));
}

function wrap(logger: Pino, cleaned: (fields: LogFields) => LogFields): Logger {
  return {
    debug: (message, fields = {}) => logger.debug(cleaned(fields), message),
    info: (message, fields = {}) => logger.info(cleaned(fields), message),
    warn: (message, fields = {}) => logger.warn(cleaned(fields), message),
    error: (message, fields = {}) => logger.error(cleaned(fields), message),
    child: (fields) => wrap(logger.child(cleaned(fields)), cleaned),
  };
}

function clean(fields: LogFields, prompts: LogOptions["prompts"]): LogFields {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (SECRET_FIELDS.includes(key)) continue;
    if (PROMPT_FIELDS.includes(key)) {
      if (prompts === "full") out[key] = value;
      else if (prompts === "hash") out[key] = createHash("sha256").update(String(value)).digest("hex").slice(0, 12);
    } else out[key] = value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
  }
  return out;
}
