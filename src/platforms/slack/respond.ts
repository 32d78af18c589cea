import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { SlackAddress } from "./address.ts";
import { RESPONSE_USES } from "./limits.ts";
import type { MessageBody } from "./render-message.ts";

/** Answers by an interaction's response_url, to the person alone. False when that is over or Slack does not take it; never rejects. */
export type Respond = (address: SlackAddress, body: MessageBody) => Promise<boolean>;

const TIMEOUT_MS = 10_000;
const REMEMBERED = 2000;

/** It works where the bot is no member, for half an hour and five times. */
export function createRespond({ clock, log }: { readonly clock: Clock; readonly log: Logger }): Respond {
  const uses = new Map<string, number>();

  return async ({ responseUrl, respondUntil }, body) => {
    if (responseUrl === null || clock.now() > respondUntil) return false;
    const used = uses.get(responseUrl) ?? 0;
    if (used >= RESPONSE_USES) return false;
    uses.set(responseUrl, used + 1);
    if (uses.size > REMEMBERED) uses.delete(uses.keys().next().value!);
    try {
      const response = await fetch(responseUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ response_type: "ephemeral", replace_original: false, ...body }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.arrayBuffer();
      if (!response.ok) log.warn("Slack does not take an answer by response_url", { status: response.status });
      return response.ok;
    } catch (error) {
      log.warn("an answer by response_url was lost", { error });
      return false;
    }
  };
}
