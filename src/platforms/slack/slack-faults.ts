import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";

/**
 * What went wrong with a call, by what can be done about it. `unsent`: nothing reached Slack. `lost`: Slack may have done it, no answer said so.
 * `limited`: wait. `refused`: trying again is no use.
 */
export interface SlackFault {
  readonly kind: "unsent" | "lost" | "limited" | "refused";
  /** Slack's own word for it, e.g. channel_not_found. */
  readonly code?: string;
  readonly retryAfterMs?: number;
}

/** A limit without a time gets this one. */
const UNKNOWN_LIMIT_MS = 30_000;
const UNSENT_CODES = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT", "ENETUNREACH"]);
/** Slack's trouble, after which nobody knows whether it was done. */
const TROUBLE = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "operation_timeout",
]);
const TOKEN_DEAD = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "app_missing",
  "team_access_not_granted",
]);
const PLACE_CLOSED = new Set([
  "not_in_channel",
  "channel_not_found",
  "is_archived",
  "channel_is_archived",
  "user_not_in_channel",
  "restricted_action",
  "restricted_action_read_only_channel",
  "restricted_action_thread_only_channel",
  "restricted_action_non_threadable_channel",
  "restricted_action_thread_locked",
  "cannot_dm_bot",
  "user_not_found",
  "user_disabled",
  "user_not_visible",
  "messages_tab_disabled",
  "thread_not_found",
  "ekm_access_denied",
  "no_permission",
  "missing_scope",
]);

/** A call that was not made, because Slack would not take it for a while. */
export class LimitedError extends Error {
  override readonly name = "LimitedError";
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`Slack limits this for another ${Math.ceil(retryAfterMs / 1000)} s`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Sorts whatever a call was rejected with. */
export function faultOf(error: unknown): SlackFault {
  if (error instanceof LimitedError) return { kind: "limited", retryAfterMs: error.retryAfterMs };
  if (error instanceof WebAPIRateLimitedError) return { kind: "limited", retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIHTTPError) {
    return error.statusCode >= 500 ? { kind: "lost" } : { kind: "refused", code: `http_${error.statusCode}` };
  }
  if (error instanceof WebAPIPlatformError) return platformFault(error.data.error);
  if (error instanceof WebAPIRequestError) {
    return { kind: codes(error.original).some((code) => UNSENT_CODES.has(code)) ? "unsent" : "lost" };
  }
  // The SDK has no class of its own for a limit that does not say how long.
  if (error instanceof Error && error.message.startsWith("Retry header"))
    return { kind: "limited", retryAfterMs: UNKNOWN_LIMIT_MS };
  return { kind: "lost" };
}

function platformFault(code: string): SlackFault {
  if (code === "ratelimited" || code === "rate_limited") {
    return { kind: "limited", code, retryAfterMs: UNKNOWN_LIMIT_MS };
  }
  // A proxy's page instead of Slack's answer.
  if (!/^[a-z_]{1,60}$/.test(code)) return { kind: "lost" };
  return { kind: TROUBLE.has(code) ? "lost" : "refused", code };
}

/** The codes of an error and of what caused it: fetch hides the reason. */
function codes(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return ["code" in error ? String(error.code) : "", ...codes(error.cause)];
}

/** Slack's word for a refusal, when it said one. */
export function codeOf(error: unknown): string | undefined {
  return faultOf(error).code;
}

/** The bot cannot act in this workspace any more. */
export function isTokenDead(code: string | undefined): boolean {
  return code !== undefined && TOKEN_DEAD.has(code);
}

/** The bot cannot write there; another place may do. */
export function isPlaceClosed(code: string | undefined): boolean {
  return code !== undefined && PLACE_CLOSED.has(code);
}

/** The message is gone, or is not the bot's to change. */
export function isMessageGone(code: string | undefined): boolean {
  return code === "message_not_found" || code === "cant_update_message" || code === "edit_window_closed";
}

/** A picture in the blocks that Slack has not finished with, or does not have: its words are in the error's messages. */
export function isFileFault(error: unknown): boolean {
  if (!(error instanceof WebAPIPlatformError) || error.data.error !== "invalid_blocks") return false;
  return JSON.stringify(error.data).includes("invalid slack file");
}
