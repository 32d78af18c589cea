import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";

/**
 * What went wrong with a request, by what can be done about it. `unsent`: nothing reached Discord. `lost`: Discord may have done it, the reply
 * did not arrive. `down`: Discord said 5xx, nothing was done. `limited`: wait. `unauthorized`: the token. `refused`: trying again is no use.
 */
export interface RestFault {
  readonly kind: "unsent" | "lost" | "down" | "limited" | "unauthorized" | "refused";
  /** Discord's own error code, e.g. 10062. */
  readonly code?: number;
}

const UNSENT_CODES = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT", "ENETUNREACH"]);

/** Requests are not sent for a while, because Discord would not take them. */
export class CircuitOpenError extends Error {
  override readonly name = "CircuitOpenError";
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`Discord limits this bot; no requests for another ${Math.ceil(retryAfterMs / 1000)} s`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Sorts whatever a request was rejected with. */
export function faultOf(error: unknown): RestFault {
  if (error instanceof RateLimitError || error instanceof CircuitOpenError) return { kind: "limited" };
  if (error instanceof HTTPError) return { kind: "down" };
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code);
    return { kind: error.status === 401 ? "unauthorized" : "refused", ...(Number.isNaN(code) ? {} : { code }) };
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return { kind: UNSENT_CODES.has(code) ? "unsent" : "lost" };
}

/** Discord's error code, when it said one. */
export function codeOf(error: unknown): number | undefined {
  return faultOf(error).code;
}
