import { MessageFlags, type APIMessage } from "discord-api-types/v10";
import type { DiscordRest } from "./discord-rest.ts";
import { faultOf } from "./rest-faults.ts";
import type { PromisedInteraction } from "./unanswered-interactions.ts";

/** Whether an interaction of an earlier run still shows “thinking…”: it was acknowledged, and not answered. */
export async function isThinking(rest: DiscordRest, { raw }: PromisedInteraction): Promise<boolean> {
  try {
    const message = await rest.send<APIMessage>({
      method: "GET",
      path: `/webhooks/${raw.application_id}/${raw.token}/messages/@original`,
      auth: false,
      repeatable: true,
    });
    return ((message.flags ?? 0) & MessageFlags.Loading) !== 0;
  } catch (error) {
    if (faultOf(error).kind === "refused" || faultOf(error).kind === "unauthorized") return false;
    throw error;
  }
}
