import { RateLimitError } from "discord.js";
import type { Clock } from "../../core/clock.ts";
import { UserError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { CircuitOpenError, faultOf } from "./rest-faults.ts";

const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 30_000;

/**
 * Sends what has no outbox, and again for as long as Discord is away or limits it and somebody still waits: each call has had its own few
 * attempts by then. Rejects with what can not pass, or when nobody waits any more.
 */
export async function keepTrying<T>(
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  send: () => Promise<T>,
  isAwaited: () => boolean,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await send();
    } catch (error) {
      if (!canPass(error) || !isAwaited()) throw error;
      const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 5), limitOf(error)));
      log.warn("an answer is tried again later", { failures, pauseMs, error });
      await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
    }
  }
}

/** A fault of our own is no connection that broke. */
function canPass(error: unknown): boolean {
  if (error instanceof UserError) return false;
  const { kind } = faultOf(error);
  if (kind !== "lost") return kind === "unsent" || kind === "down" || kind === "limited";
  return error instanceof Error && ("code" in error || error.name === "AbortError");
}

function limitOf(error: unknown): number {
  if (error instanceof CircuitOpenError) return error.retryAfterMs;
  return error instanceof RateLimitError ? error.retryAfter : 0;
}
