import type { KeyValueStore } from "../../core/stores.ts";

/** The message that shows, or will show, a job's answer. */
export interface AnswerRecord {
  readonly channel: string;
  /** Absent while nobody knows whether Slack took it. */
  readonly ts?: string;
  readonly thread: string | null;
  /** `asked`: Slack was asked to post it. `status`: it shows how the job goes. `answer`: it is the last word. */
  readonly state: "asked" | "status" | "answer";
  /** When Slack was asked, in milliseconds since the epoch. */
  readonly since: number;
  /** Ids of the files it shows. */
  readonly files: readonly string[];
}

export interface AnswerRecords {
  find(key: string): Promise<AnswerRecord | undefined>;
  keep(key: string, record: AnswerRecord): Promise<void>;
  forget(key: string): Promise<void>;
}

const KEPT_MS = 400 * 24 * 3_600_000;

/** What was posted for which job, so that nothing is posted twice and messages can be taken back. */
export function createAnswerRecords(store: KeyValueStore): AnswerRecords {
  return {
    find: (key) => store.get<AnswerRecord>(recordKey(key)),
    keep: (key, record) => store.set(recordKey(key), record, KEPT_MS),
    async forget(key) {
      await store.delete(recordKey(key));
    },
  };
}

function recordKey(key: string): string {
  return `slack:answer:${key}`;
}
