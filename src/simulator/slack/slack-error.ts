import type { JsonObject } from "../discord/json.ts";

/** What a method answers instead of its result: `{"ok": false, "error": code}`, with more fields for some codes. */
export class SlackError extends Error {
  readonly code: string;
  readonly fields: JsonObject;
  constructor(code: string, fields: JsonObject = {}) {
    super(code);
    this.name = "SlackError";
    this.code = code;
    this.fields = fields;
  }
}

/** Slack's error for arguments, blocks and views that break rules: one sentence for each, with a JSON pointer. */
export function schemaError(code: string, problems: readonly string[]): SlackError {
  return new SlackError(code, {
    ...(code === "invalid_blocks" ? { errors: problems } : {}),
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}
