import type { LogFields, Logger } from "../core/logger.ts";
import type { ChildMessage } from "./protocol.ts";

/** A Logger whose lines are written by the bot process, with its levels and its care for prompts. */
export function createChildLog(send: (message: ChildMessage) => void, inherited: LogFields = {}): Logger {
  const at =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: LogFields = {}) =>
      send({ type: "log", level, message, fields: { ...inherited, ...fields } });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => createChildLog(send, { ...inherited, ...fields }),
  };
}
