import type { Logger } from "../../core/logger.ts";
import type { Unanswered, UnansweredStore } from "../../core/stores.ts";
import { TOKEN_LIFE_MS } from "./limits.ts";
import type { PersonalInteraction } from "./read-interaction.ts";
import { snowflakeTime } from "./snowflake.ts";

/** An interaction that an earlier run acknowledged, or was about to, and did not answer. */
export interface LeftInteraction {
  readonly raw: PersonalInteraction;
  /** Its placeholder is seen by the person alone. */
  readonly ephemeral: boolean;
  /** How often it was taken up again before. */
  readonly tries: number;
}

/** Interactions between their acknowledgement and their answer (or job), written down so that a restart can go on. */
export interface UnansweredInteractions {
  /** Resolves when it is written down, or cannot be: a full disk must not keep anybody from an answer. */
  begin(interaction: Omit<LeftInteraction, "tries">, tries?: number): Promise<void>;
  /** It is answered, or a job that answers itself. */
  end(id: string): void;
  /** What an earlier run left, the oldest first. */
  left(): Promise<readonly LeftInteraction[]>;
  /** Resolves when everything is written down. */
  settled(): Promise<void>;
}

const PLATFORM = "discord";

/** Writes in batches: what comes together in a burst is one transaction, or it would cost acknowledgements their time. */
export function createUnansweredInteractions(store: UnansweredStore, log: Logger): UnansweredInteractions {
  let added = new Map<string, Unanswered>();
  let removed = new Set<string>();
  let written: Promise<void> | undefined;

  function soon(): Promise<void> {
    written ??= new Promise((resolve) => setImmediate(resolve)).then(write);
    return written;
  }

  async function write(): Promise<void> {
    const changes = { add: [...added.values()], remove: [...removed] };
    [added, removed, written] = [new Map(), new Set(), undefined];
    try {
      await store.change(PLATFORM, changes);
    } catch (error) {
      log.warn("interactions could not be written down", { interactions: changes.add.length, error });
    }
  }

  return {
    begin({ raw, ephemeral }, tries = 0) {
      const expiresAt = snowflakeTime(raw.id) + TOKEN_LIFE_MS;
      added.set(raw.id, { id: raw.id, body: { raw, ephemeral }, tries, expiresAt });
      return soon();
    },
    end(id) {
      added.delete(id);
      removed.add(id);
      void soon();
    },
    async left() {
      const rows = await store.list(PLATFORM);
      return rows.map(({ body, tries }) => ({ ...(body as Omit<LeftInteraction, "tries">), tries }));
    },
    async settled() {
      await written;
    },
  };
}
