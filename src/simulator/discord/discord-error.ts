import type { RequestProblem } from "./discord-simulator.ts";
import type { JsonObject } from "./json.ts";

/** An answer that is not a success, with Discord's own code (discord-api-docs, topics/opcodes-and-status-codes.mdx). */
export class DiscordError extends Error {
  override readonly name = "DiscordError";
  readonly status: number;
  readonly code: number;
  readonly extra: JsonObject;

  constructor(status: number, code: number, message: string, extra: JsonObject = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }

  get body(): JsonObject {
    return { message: this.message, code: this.code, ...this.extra };
  }
}

const KNOWN = {
  0: [404, "404: Not Found"],
  10003: [404, "Unknown Channel"],
  10008: [404, "Unknown Message"],
  10013: [404, "Unknown User"],
  10015: [404, "Unknown Webhook"],
  10062: [404, "Unknown interaction"],
  10063: [404, "Unknown application command"],
  40005: [413, "Request entity too large"],
  40060: [400, "Interaction has already been acknowledged."],
  40094: [400, "Maximum number of follow up messages for this interaction has been reached."],
  50001: [403, "Missing Access"],
  50005: [403, "Cannot edit a message authored by another user"],
  50006: [400, "Cannot send an empty message"],
  50007: [403, "Cannot send messages to this user"],
  50013: [403, "Missing Permissions"],
  50027: [401, "Invalid Webhook Token"],
  50083: [
    400,
    "Tried to perform an operation on an archived thread, such as editing a message or adding a user to the thread",
  ],
  50109: [400, "The request body contains invalid JSON."],
} as const;

/** The error with Discord's status and sentence for a code. */
export function discordError(code: keyof typeof KNOWN): DiscordError {
  const [status, message] = KNOWN[code];
  return new DiscordError(status, code, message);
}

/** 50035 with its tree: one branch per part of a field's path, `_errors` at the leaves. */
export function invalidForm(problems: readonly RequestProblem[]): DiscordError {
  const tree: JsonObject = {};
  for (const { field, message } of problems) {
    let branch = tree;
    for (const part of field.split(".").filter((part) => part !== "")) branch = (branch[part] ??= {}) as JsonObject;
    const leaf = (branch["_errors"] ??= []) as JsonObject[];
    leaf.push({ code: "BASE_TYPE_INVALID", message });
  }
  return new DiscordError(400, 50035, "Invalid Form Body", { errors: tree });
}
