import type { KeyValueStore } from "../../core/stores.ts";
import { TOKEN_LIFE_MS } from "./limits.ts";
import type { DiscordAddress } from "./address.ts";

/** A message that shows a job's answer. */
export interface AnswerRecord {
  readonly channel: string;
  readonly message: string;
  /** Only the interaction's token can change it. */
  readonly ephemeral: boolean;
}

export interface AnswerRecords {
  /**
   * Whether the placeholder of the interaction is this job's: an interaction has one, and may have started several jobs. The first who asks
   * has it, also after a restart.
   */
  claimPlaceholder(address: DiscordAddress, key: string): Promise<boolean>;
  find(key: string): Promise<AnswerRecord | undefined>;
  keep(key: string, record: AnswerRecord): Promise<void>;
  forget(key: string): Promise<void>;
}

const KEPT_MS = 400 * 24 * 3_600_000;

/** What was posted for which job, so that nothing is posted twice and messages can be taken back. */
export function createAnswerRecords(store: KeyValueStore): AnswerRecords {
  const claiming = new Map<string, Promise<string>>();

  async function claim(address: DiscordAddress, key: string): Promise<string> {
    const storeKey = `discord:placeholder:${address.interaction}`;
    const holder = await store.get<string>(storeKey);
    if (holder === undefined) await store.set(storeKey, key, 2 * TOKEN_LIFE_MS);
    return holder ?? key;
  }

  return {
    async claimPlaceholder(address, key) {
      const id = address.interaction;
      // One at a time: two jobs of one interaction must not both find it free.
      const mine = (claiming.get(id) ?? Promise.resolve("")).then(
        () => claim(address, key),
        () => claim(address, key),
      );
      claiming.set(id, mine);
      try {
        return (await mine) === key;
      } finally {
        if (claiming.get(id) === mine) claiming.delete(id);
      }
    },
    find: (key) => store.get<AnswerRecord>(recordKey(key)),
    keep: (key, record) => store.set(recordKey(key), record, KEPT_MS),
    async forget(key) {
      await store.delete(recordKey(key));
    },
  };
}

function recordKey(key: string): string {
  return `discord:answer:${key}`;
}
