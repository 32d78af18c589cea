import { asText, type JsonObject } from "../discord/json.ts";
import { withDefaults } from "./block-kit/with-defaults.ts";
import type { Ids } from "./ids.ts";
import { SlackError } from "./slack-error.ts";
import type { Conversation } from "./world.ts";

/** A message as its readers see it, with its past. */
export interface StoredMessage {
  readonly channelId: string;
  readonly teamId: string;
  readonly ts: string;
  readonly message: JsonObject;
  /** Earlier versions, oldest first. */
  readonly history: readonly JsonObject[];
  readonly deleted: boolean;
  /** Set for an ephemeral message: the only person who sees it. */
  readonly visibleTo?: string;
}

/** Who writes: a person, or the app's bot. */
export interface Author {
  readonly userId: string;
  readonly bot?: { readonly botId: string; readonly appId: string; readonly name: string };
}

export interface Messages {
  /** `ts` may be taken from the ids before, for what has to know it. */
  create(
    place: { conversation: Conversation; author: Author; visibleTo?: string; ts?: string },
    fields: JsonObject,
  ): StoredMessage;
  /** Throws `message_not_found`. */
  require(channelId: string, ts: string): StoredMessage;
  update(message: StoredMessage, fields: JsonObject, editor?: string): StoredMessage;
  delete(message: StoredMessage): StoredMessage;
  get(channelId: string, ts: string): StoredMessage | undefined;
  all(): readonly StoredMessage[];
  /** What everybody in the conversation sees, oldest first; with `threads` also the replies. */
  inChannel(channelId: string, options?: { readonly threads?: boolean }): readonly StoredMessage[];
  thread(channelId: string, ts: string): readonly StoredMessage[];
  onChange(listener: (message: StoredMessage) => void): () => void;
}

const TEXT_LIMIT = 40_000;

/** All messages of all conversations. */
export function createMessages(ids: Ids): Messages {
  const stored = new Map<string, StoredMessage>();
  const listeners = new Set<(message: StoredMessage) => void>();

  function put(message: StoredMessage): StoredMessage {
    stored.set(keyOf(message.channelId, message.ts), message);
    for (const listener of listeners) listener(message);
    return message;
  }

  function get(channelId: string, ts: string): StoredMessage | undefined {
    const message = stored.get(keyOf(channelId, ts));
    return message?.deleted === false ? message : undefined;
  }
  const visible = (channelId: string) =>
    [...stored.values()].filter((one) => one.channelId === channelId && !one.deleted && one.visibleTo === undefined);

  function countReply(parent: StoredMessage | undefined, reply: StoredMessage): void {
    if (!parent) return;
    const old = parent.message;
    const users = [
      ...new Set([...((old["reply_users"] as string[] | undefined) ?? []), String(reply.message["user"])]),
    ];
    const counts = {
      thread_ts: parent.ts,
      reply_count: Number(old["reply_count"] ?? 0) + 1,
      reply_users_count: users.length,
      latest_reply: reply.ts,
      reply_users: users,
      is_locked: false,
      subscribed: false,
    };
    stored.set(keyOf(parent.channelId, parent.ts), { ...parent, message: { ...old, ...counts } });
  }

  return {
    create({ conversation, author, visibleTo, ts = ids.ts() }, fields) {
      const threadTs = asText(fields["thread_ts"]);
      const parent = threadTs === undefined ? undefined : get(conversation.id, threadTs);
      const message = {
        type: "message",
        user: author.userId,
        ts,
        ...(author.bot ? { bot_id: author.bot.botId, app_id: author.bot.appId } : {}),
        team: conversation.teamId,
        ...(author.bot ? { bot_profile: profileOf(author.bot, conversation.teamId) } : {}),
        ...(parent && threadTs !== undefined ? { parent_user_id: parent.message["user"] } : {}),
        ...rendered(fields, ids),
      };
      const created: StoredMessage = {
        channelId: conversation.id,
        teamId: conversation.teamId,
        ts,
        message,
        history: [],
        deleted: false,
        ...(visibleTo === undefined ? {} : { visibleTo }),
      };
      if (visibleTo === undefined) countReply(parent, created);
      return put(created);
    },
    require(channelId, ts) {
      const message = get(channelId, ts);
      if (!message) throw new SlackError("message_not_found");
      return message;
    },
    update(old, fields, editor) {
      const edited = editor === undefined ? {} : { edited: { user: editor, ts: ids.ts() } };
      const message = { ...old.message, ...rendered(fields, ids), ...edited };
      return put({ ...old, message, history: [...old.history, old.message] });
    },
    delete: (old) => put({ ...old, deleted: true }),
    get,
    all: () => [...stored.values()],
    inChannel(channelId, { threads = true } = {}) {
      return visible(channelId).filter((one) => threads || isTopLevel(one));
    },
    thread: (channelId, ts) => visible(channelId).filter((one) => one.ts === ts || one.message["thread_ts"] === ts),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Longer texts are cut, blocks get ids, absent fields stay as they are. */
function rendered(fields: JsonObject, ids: Ids): JsonObject {
  const { text, blocks, ...rest } = fields;
  return {
    ...rest,
    ...(typeof text === "string" ? { text: Array.from(text).slice(0, TEXT_LIMIT).join("") } : {}),
    ...(Array.isArray(blocks) ? { blocks: withDefaults(blocks, ids.blockId) } : {}),
  };
}

function profileOf(bot: NonNullable<Author["bot"]>, teamId: string): JsonObject {
  const icons = { image_36: "", image_48: "", image_72: "" };
  return {
    id: bot.botId,
    app_id: bot.appId,
    name: bot.name,
    icons,
    deleted: false,
    updated: 0,
    team_id: teamId,
  };
}

function keyOf(channelId: string, ts: string): string {
  return `${channelId} ${ts}`;
}

function isTopLevel({ message, ts }: StoredMessage): boolean {
  const { thread_ts: threadTs, subtype } = message;
  return threadTs === undefined || threadTs === ts || subtype === "thread_broadcast";
}
