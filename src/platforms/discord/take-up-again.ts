import { MessageFlags, type APIMessage } from "discord-api-types/v10";
import type { Logger } from "../../core/logger.ts";
import type { DiscordRest } from "./discord-rest.ts";
import { faultOf } from "./rest-faults.ts";
import type { LeftInteraction, UnansweredInteractions } from "./unanswered-interactions.ts";

/** An interaction whose handling ended the process twice would do so for ever. */
const MAX_TRIES = 1;

export interface TakeUpDeps {
  readonly rest: DiscordRest;
  readonly unanswered: UnansweredInteractions;
  readonly log: Logger;
  /** Serves an interaction whose placeholder is there; false where it asks for no picture: doing it twice may then not be doing it once. */
  readonly serve: (left: LeftInteraction) => Promise<boolean>;
  /** Says that there was a restart. */
  readonly apologise: (left: LeftInteraction) => Promise<void>;
}

/**
 * After a restart: what still shows “thinking…” is drawn where somebody asked for a picture, and gets a sentence otherwise, since nobody
 * knows what has been done of it. What was answered or never acknowledged is forgotten.
 */
export async function takeUpAgain(deps: TakeUpDeps): Promise<void> {
  const { unanswered, log } = deps;
  for (const left of await unanswered.left()) {
    try {
      if (await isThinking(deps.rest, left)) await takeUp(deps, left);
      unanswered.end(left.raw.id);
    } catch (error) {
      // It stays written down; another start may reach Discord.
      log.warn("an interaction of an earlier run could not be taken up", { interaction: left.raw.id, error });
    }
  }
}

async function takeUp({ unanswered, log, serve, apologise }: TakeUpDeps, left: LeftInteraction): Promise<void> {
  log.info("an interaction of an earlier run is taken up", { interaction: left.raw.id, tries: left.tries });
  await unanswered.begin(left, left.tries + 1);
  const served = left.tries < MAX_TRIES && (await serve(left));
  if (!served) await apologise(left);
}

async function isThinking(rest: DiscordRest, { raw }: LeftInteraction): Promise<boolean> {
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
