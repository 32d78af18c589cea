import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Workspace } from "./address.ts";
import type { AnswerRecord, AnswerRecords } from "./answer-records.ts";
import type { MessageBody } from "./render-message.ts";
import type { SlackApi } from "./slack-api.ts";
import { faultOf } from "./slack-faults.ts";

/** Where a message goes. */
export interface Target {
  readonly channel: string;
  readonly thread: string | null;
}

export interface PostOnce {
  /** Posts a message and keeps it under `key` in the given state; also after a lost reply it stands in the channel once. */
  post(
    workspace: Workspace,
    target: Target,
    body: MessageBody,
    kept: { readonly key: string; readonly state: "status" | "answer"; readonly files: readonly string[] },
  ): Promise<AnswerRecord>;
  /** What is kept under a key; of a message whose reply was lost, what the channel says. */
  find(workspace: Workspace, key: string): Promise<AnswerRecord | undefined>;
}

export const EVENT_TYPE = "easel_message";
const ATTEMPTS = 3;
const PAUSE_MS = 500;
/** Slack's clock and ours may differ. */
const SKEW_MS = 5 * 60_000;
const LOOK_BACK = 100;

interface HistoryPage {
  readonly messages?: readonly {
    readonly ts?: string;
    readonly metadata?: { readonly event_payload?: Readonly<Record<string, unknown>> };
  }[];
}

/**
 * Messages that must not be posted twice. Slack has no key for that, so every message carries ours in its metadata, it is written down before
 * Slack is asked, and when no answer came the channel itself is asked.
 */
export function createPostOnce(deps: {
  readonly api: SlackApi;
  readonly records: AnswerRecords;
  readonly clock: Clock;
  readonly log: Logger;
}): PostOnce {
  const { api, records, clock, log } = deps;

  async function look(workspace: Workspace, record: AnswerRecord, key: string): Promise<string | undefined> {
    const { channel, thread, since } = record;
    const args = {
      channel,
      oldest: String((since - SKEW_MS) / 1000),
      limit: LOOK_BACK,
      include_all_metadata: true,
      ...(thread === null ? {} : { ts: thread }),
    };
    const method = thread === null ? "conversations.history" : "conversations.replies";
    try {
      const { messages = [] } = await api.call<HistoryPage>(workspace, { method, args, channel, repeatable: true });
      return messages.find(({ metadata }) => metadata?.event_payload?.["key"] === key)?.ts;
    } catch (error) {
      if (faultOf(error).kind !== "refused") throw error;
      // Without the history scopes nobody can look; an answer twice is better than none.
      log.warn("the channel's history may not be read, so a message may stand there twice", { key, error });
      return undefined;
    }
  }

  async function found(workspace: Workspace, key: string, record: AnswerRecord): Promise<AnswerRecord | undefined> {
    if (record.state !== "asked") return record;
    const ts = await look(workspace, record, key);
    if (ts === undefined) return undefined;
    const known: AnswerRecord = { ...record, ts, state: "status" };
    await records.keep(key, known);
    return known;
  }

  return {
    async post(workspace, { channel, thread }, body, { key, state, files }) {
      const asked: AnswerRecord = { channel, thread, state: "asked", since: clock.now(), files };
      await records.keep(key, asked);
      for (let attempt = 1; ; attempt++) {
        try {
          const args = {
            channel,
            ...body,
            ...(thread === null ? {} : { thread_ts: thread }),
            metadata: { event_type: EVENT_TYPE, event_payload: { key } },
            unfurl_links: false,
            unfurl_media: false,
          };
          const posted = await api.call<{ ts?: string; channel?: string }>(workspace, {
            method: "chat.postMessage",
            args,
            channel,
            repeatable: false,
          });
          if (posted.ts === undefined) throw new Error("Slack did not say which message it posted");
          const record: AnswerRecord = { ...asked, channel: posted.channel ?? channel, ts: posted.ts, state };
          await records.keep(key, record);
          return record;
        } catch (error) {
          if (faultOf(error).kind !== "lost") {
            await records.forget(key);
            throw error;
          }
          const known = await found(workspace, key, asked);
          if (known) {
            const record: AnswerRecord = { ...known, state };
            await records.keep(key, record);
            return record;
          }
          if (attempt >= ATTEMPTS) throw error;
          await new Promise<void>((resolve) => clock.after(PAUSE_MS * attempt, resolve, { keepAlive: true }));
        }
      }
    },
    async find(workspace, key) {
      const record = await records.find(key);
      return record && found(workspace, key, record);
    },
  };
}
