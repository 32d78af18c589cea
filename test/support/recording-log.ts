import type { LogFields, Logger } from "../../src/core/logger.ts";

export interface RecordingLog extends Logger {
  /** Every line: level, message and all fields, those of the parents too. */
  readonly lines: readonly LogFields[];
}

/** A Logger that keeps its lines for the test. */
export function createRecordingLog(inherited: LogFields = {}, lines: LogFields[] = []): RecordingLog {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, ...inherited, ...fields });
  return {
    lines,
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => createRecordingLog({ ...inherited, ...fields }, lines),
  };
}
