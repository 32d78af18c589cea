import { InteractionResponseType, MessageFlags, type APIInteraction } from "discord-api-types/v10";
import type { Clock } from "../../core/clock.ts";
import type { DiscordRest } from "./discord-rest.ts";
import { ACK_LIMIT_MS } from "./limits.ts";
import { faultOf } from "./rest-faults.ts";
import { snowflakeTime } from "./snowflake.ts";

/**
 * `acked`: Discord took it. `perhaps`: it may have; go on, the first edit will tell. `late`: its three seconds were over. `taken`: another
 * process answered first. `failed`: Discord was not there; the person sees “did not respond”.
 */
export type Acknowledgement = "acked" | "perhaps" | "late" | "taken" | "failed";

/** The first answer to an interaction, e.g. {type: 5}. */
export type Callback = { readonly type: InteractionResponseType; readonly data?: unknown };

const ATTEMPT_MS = 1200;
const PAUSE_MS = 100;
const UNKNOWN_INTERACTION = 10062;
const ALREADY_ACKNOWLEDGED = 40060;

/** The placeholder “thinking…”, for everybody or for the person alone. */
export function deferral(ephemeral: boolean): Callback {
  return {
    type: InteractionResponseType.DeferredChannelMessageWithSource,
    ...(ephemeral ? { data: { flags: MessageFlags.Ephemeral } } : {}),
  };
}

/** How old an interaction is by Discord's clock, in milliseconds. */
export function ageOf({ id }: Pick<APIInteraction, "id">, rest: DiscordRest, clock: Clock): number {
  return clock.now() + rest.skewMs() - snowflakeTime(id);
}

/** Posts the first answer within the interaction's three seconds, as often as that takes. Never rejects. */
export async function acknowledge(
  deps: { readonly rest: DiscordRest; readonly clock: Clock },
  raw: Pick<APIInteraction, "id" | "token">,
  callback: Callback,
): Promise<Acknowledgement> {
  const { rest, clock } = deps;
  let lost = false;
  for (;;) {
    const leftMs = ACK_LIMIT_MS - ageOf(raw, rest, clock);
    if (leftMs <= 0) return lost ? "perhaps" : "failed";
    try {
      await rest.send({
        method: "POST",
        path: `/interactions/${raw.id}/${raw.token}/callback`,
        body: callback,
        auth: false,
        repeatable: false,
        attempts: 1,
        timeoutMs: Math.min(ATTEMPT_MS, Math.max(leftMs, PAUSE_MS)),
      });
      return "acked";
    } catch (error) {
      const { kind, code } = faultOf(error);
      if (code === ALREADY_ACKNOWLEDGED) return lost ? "acked" : "taken";
      if (code === UNKNOWN_INTERACTION) return "late";
      if (kind === "refused" || kind === "unauthorized" || kind === "limited") return "failed";
      lost ||= kind === "lost";
    }
    await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve, { keepAlive: true }));
  }
}
