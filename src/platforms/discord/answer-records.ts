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
  /**
   * Writes down that the answer of `key` goes out as a new message of the interaction. “again”: it did before, and may be there. “full”: who
   * only installed the bot for themselves gets so many and no more.
   */
  beginFollowUp(address: DiscordAddress, key: string): Promise<"new" | "again" | "full">;
  /** Discord did not take it. */
  undoFollowUp(address: DiscordAddress, key: string): Promise<void>;
  find(key: string): Promise<AnswerRecord | undefined>;
  keep(key: string, record: AnswerRecord): Promise<void>;
  forget(key: string): Promise<void>;
}

const PERSONAL_FOLLOW_UPS = 5;
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

  async function followUps(address: DiscordAddress): Promise<readonly string[]> {
    return (await store.get<string[]>(followUpKey(address))) ?? [];
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
    async beginFollowUp(address, key) {
      const begun = await followUps(address);
      if (begun.includes(key)) return "again";
      const personal = !address.owners.some((owner) => owner.startsWith("0:"));
      if (personal && begun.length >= PERSONAL_FOLLOW_UPS) return "full";
      await store.set(followUpKey(address), [...begun, key], 2 * TOKEN_LIFE_MS);
      return "new";
    },
    async undoFollowUp(address, key) {
      const begun = await followUps(address);
      await store.set(
        followUpKey(address),
        begun.filter((other) => other !== key),
        2 * TOKEN_LIFE_MS,
      );
    },
    find: (key) => store.get<AnswerRecord>(recordKey(key)),
    keep: (key, record) => store.set(recordKey(key), record, KEPT_MS),
    async forget(key) {
      await store.delete(recordKey(key));
    },
  };
}

function followUpKey({ interaction }: DiscordAddress): string {
  return `discord:follow-ups:${interaction}`;
}

function recordKey(key: string): string {
  return `discord:answer:${key}`;
}
