import type { JsonObject } from "../discord/json.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Envelope } from "./envelopes.ts";
import type { Grants } from "./grants.ts";
import type { Ids } from "./ids.ts";
import type { Messages, StoredMessage } from "./messages.ts";
import type { Payloads } from "./payloads.ts";
import type { World } from "./world.ts";

const EVENT = { public: "message.channels", private: "message.groups", im: "message.im", mpim: "message.mpim" };
const CHANNEL_TYPE = { public: "channel", private: "group", im: "im", mpim: "mpim" };

/**
 * Tells the app of messages in conversations that it is in, as far as it subscribed: app_mention, and `message` for new, changed and deleted
 * ones, its own included. The returned function gives the envelopes that a message caused.
 */
export function createMessageEvents(deps: {
  readonly ids: Ids;
  readonly world: World;
  readonly grants: Grants;
  readonly payloads: Payloads;
  readonly deliveries: Deliveries;
  readonly messages: Messages;
  readonly subscriptions: readonly string[];
}): (message: StoredMessage) => readonly Envelope[] {
  const caused = new WeakMap<JsonObject, Envelope[]>();

  function tell(stored: StoredMessage): void {
    const conversation = deps.world.conversation(stored.channelId)!;
    const workspace = deps.world.workspace(stored.teamId)!;
    const grant = deps.grants.of(workspace);
    if (!grant || stored.visibleTo !== undefined || !conversation.members.has(grant.userId)) return;
    const { message } = stored;
    const isOwn = message["user"] === grant.userId;
    const isNew = stored.history.length === 0 && !stored.deleted;
    const isMention = String(message["text"]).includes(`<@${grant.userId}>`);
    const { kind, id } = conversation;
    const events: JsonObject[] = [];
    if (isNew && isMention && !isOwn && kind !== "im" && deps.subscriptions.includes("app_mention"))
      events.push({ ...message, type: "app_mention", channel: id, event_ts: stored.ts });
    if (deps.subscriptions.includes(EVENT[kind]))
      events.push({
        type: "message",
        channel: id,
        channel_type: CHANNEL_TYPE[kind],
        ...(isNew ? shown(stored) : changed(stored)),
      });
    const envelopes = events.map((event) => deps.deliveries.send("events_api", deps.payloads.event(workspace, event)));
    caused.set(message, envelopes);
  }

  function changed({ deleted, history, message, ts }: StoredMessage): JsonObject {
    const eventTs = deps.ids.ts();
    const about = deleted
      ? { subtype: "message_deleted", deleted_ts: ts, previous_message: message }
      : { subtype: "message_changed", message, previous_message: history.at(-1) };
    return { ...about, hidden: true, ts: eventTs, event_ts: eventTs };
  }

  deps.messages.onChange(tell);
  return ({ message }) => caused.get(message) ?? [];
}

function shown({ message, ts }: StoredMessage): JsonObject {
  return { ...message, event_ts: ts };
}
