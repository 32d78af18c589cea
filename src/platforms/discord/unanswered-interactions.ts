import type { Logger } from "../../core/logger.ts";
import { createPromisedAnswers, type PromisedAnswers } from "../../core/promised-answers.ts";
import type { UnansweredStore } from "../../core/stores.ts";
import { TOKEN_LIFE_MS } from "./limits.ts";
import type { PersonalInteraction } from "./read-interaction.ts";
import { snowflakeTime } from "./snowflake.ts";

/** An interaction that was acknowledged, or is about to be. */
export interface PromisedInteraction {
  readonly raw: PersonalInteraction;
  /** Its placeholder is seen by the person alone. */
  readonly ephemeral: boolean;
}

/** Interactions between their acknowledgement and their answer (or job). */
export interface UnansweredInteractions extends Omit<PromisedAnswers<PromisedInteraction>, "begin"> {
  begin(interaction: PromisedInteraction): Promise<void>;
  readonly promised: PromisedAnswers<PromisedInteraction>;
}

/** Written down for as long as the interaction's token lives. */
export function createUnansweredInteractions(store: UnansweredStore, log: Logger): UnansweredInteractions {
  const promised = createPromisedAnswers<PromisedInteraction>("discord", store, log);
  return {
    ...promised,
    promised,
    begin: (body) => promised.begin({ id: body.raw.id, body, expiresAt: snowflakeTime(body.raw.id) + TOKEN_LIFE_MS }),
  };
}
