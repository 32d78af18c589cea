import type { JsonObject } from "../../discord/json.ts";
import { type ConversationAccess, requireScope } from "../conversations-access.ts";
import { forBots, type Methods } from "../method.ts";
import { page } from "../page.ts";
import { SlackError } from "../slack-error.ts";
import type { Messages } from "../messages.ts";
import type { Conversation, World } from "../world.ts";

const READ_SCOPE = { public: "channels:read", private: "groups:read", im: "im:read", mpim: "mpim:read" };
const TYPE_NAME = { public: "public_channel", private: "private_channel", im: "im", mpim: "mpim" };
const PAGING = ["cursor", "limit"];
const MAX_USERS = 8;

/** conversations.*: channels and direct conversations, and what was said in them. */
export function conversationMethods(deps: {
  readonly world: World;
  readonly messages: Messages;
  readonly access: ConversationAccess;
}): Methods {
  const { access, messages, world } = deps;

  return {
    "conversations.open": forBots(
      { tier: 3, optional: ["channel", "users", "return_im", "prevent_creation"] },
      (call) => {
        const { args, grant, workspace } = call;
        const whole = (one: Conversation, isNew: boolean): JsonObject => ({
          ...(isNew ? {} : { no_op: true, already_open: true }),
          channel: args.flag("return_im") ? conversationJson(one, grant.userId) : { id: one.id },
        });
        const channelId = args.text("channel");
        if (channelId !== undefined) {
          const known = access.find(call, channelId);
          if (known.kind !== "im" && known.kind !== "mpim")
            throw new SlackError("method_not_supported_for_channel_type");
          return whole(known, false);
        }
        const users = (args.text("users") ?? "")
          .split(",")
          .map((id) => id.trim())
          .filter((id) => id !== "");
        if (users.length === 0) throw new SlackError("users_list_not_supplied");
        if (users.length > MAX_USERS) throw new SlackError("too_many_users");
        requireScope(call, users.length > 1 ? "mpim:write" : "im:write");
        for (const id of users) {
          const person = world.person(id);
          if (!person) throw new SlackError("user_not_found");
          if (person.deleted) throw new SlackError("user_disabled");
          if (person.isBot) throw new SlackError("cannot_dm_bot");
        }
        const { conversation, isNew } = world.openDirect(world.person(users[0]!)?.teamId ?? workspace.id, [
          grant.userId,
          ...users,
        ]);
        return whole(conversation, isNew);
      },
    ),
    "conversations.info": forBots(
      { tier: 3, required: ["channel"], optional: ["include_locale", "include_num_members"] },
      (call) => {
        const conversation = access.find(call, call.args.required("channel"));
        requireScope(call, READ_SCOPE[conversation.kind]);
        return { channel: conversationJson(conversation, call.grant.userId, call.args.flag("include_num_members")) };
      },
    ),
    "conversations.members": forBots({ tier: 4, required: ["channel"], optional: PAGING }, (call) => {
      const conversation = access.find(call, call.args.required("channel"));
      requireScope(call, READ_SCOPE[conversation.kind]);
      const { items, nextCursor } = page([...conversation.members], call.args);
      return { members: items, response_metadata: { next_cursor: nextCursor } };
    }),
    "conversations.list": forBots(
      { tier: 2, optional: [...PAGING, "types", "exclude_archived", "team_id"] },
      (call) => {
        const { args, grant, workspace } = call;
        const types = (args.text("types") ?? "public_channel").split(",").map((one) => one.trim());
        const kinds = (Object.keys(TYPE_NAME) as Conversation["kind"][]).filter((kind) =>
          types.includes(TYPE_NAME[kind]),
        );
        if (kinds.length < types.length) throw new SlackError("invalid_types");
        requireScope(call, ...kinds.map((kind) => READ_SCOPE[kind]));
        const seen = world
          .conversations()
          .filter((one) => one.teamId === workspace.id && kinds.includes(one.kind))
          .filter((one) => one.kind === "public" || one.members.has(grant.userId))
          .filter((one) => !(one.archived && args.flag("exclude_archived")));
        const { items, nextCursor } = page(seen, args);
        const channels = items.map((one) => conversationJson(one, grant.userId, true));
        return { channels, response_metadata: { next_cursor: nextCursor } };
      },
    ),
    "conversations.join": forBots({ tier: 3, scopes: ["channels:join"], required: ["channel"] }, (call) => {
      const conversation = access.find(call, call.args.required("channel"));
      if (conversation.kind !== "public") throw new SlackError("method_not_supported_for_channel_type");
      if (conversation.archived) throw new SlackError("is_archived");
      conversation.members.add(call.grant.userId);
      return { channel: conversationJson(conversation, call.grant.userId) };
    }),
    "conversations.history": forBots(
      {
        tier: 3,
        required: ["channel"],
        optional: [...PAGING, "latest", "oldest", "inclusive", "include_all_metadata"],
      },
      (call) => {
        const conversation = access.toRead(call, call.args.required("channel"));
        const shown = messages.inChannel(conversation.id, { threads: false }).filter(within(call.args));
        const { items, nextCursor } = page([...shown].reverse(), call.args);
        return { ...listed(items, call.args), has_more: nextCursor !== "", pin_count: 0, ...next(nextCursor) };
      },
    ),
    "conversations.replies": forBots(
      {
        tier: 3,
        required: ["channel", "ts"],
        optional: [...PAGING, "latest", "oldest", "inclusive", "include_all_metadata"],
      },
      (call) => {
        const conversation = access.toRead(call, call.args.required("channel"));
        const thread = messages.thread(conversation.id, call.args.required("ts"));
        if (thread.length === 0) throw new SlackError("thread_not_found");
        const { items, nextCursor } = page(thread.filter(within(call.args)), call.args);
        return { ...listed(items, call.args), has_more: nextCursor !== "", ...next(nextCursor) };
      },
    ),
  };
}

const next = (nextCursor: string): JsonObject => ({ response_metadata: { next_cursor: nextCursor } });

/** Metadata is left out unless it is asked for. */
function listed(items: readonly { readonly message: JsonObject }[], args: { flag(name: string): boolean }): JsonObject {
  const whole = args.flag("include_all_metadata");
  const messages = items.map(({ message }) => {
    const { metadata, ...rest } = message;
    return whole && metadata !== undefined ? message : rest;
  });
  return { messages };
}

function within(args: { text(name: string): string | undefined; flag(name: string): boolean }) {
  const [oldest, latest] = [Number(args.text("oldest") ?? 0), Number(args.text("latest") ?? Number.POSITIVE_INFINITY)];
  const inclusive = args.flag("inclusive");
  return ({ ts }: { readonly ts: string }) =>
    inclusive ? Number(ts) >= oldest && Number(ts) <= latest : Number(ts) > oldest && Number(ts) < latest;
}

/** A conversation as a member sees it. */
export function conversationJson(one: Conversation, viewerId: string, withCount = false): JsonObject {
  const created = Math.floor(one.createdAtMs / 1000);
  const empty = { value: "", creator: "", last_set: 0 };
  const shared = {
    id: one.id,
    created,
    creator: one.creator,
    is_archived: one.archived,
    is_im: one.kind === "im",
    is_mpim: one.kind === "mpim",
    is_org_shared: false,
    context_team_id: one.teamId,
    updated: one.createdAtMs,
    is_open: one.members.has(viewerId),
    last_read: "0000000000.000000",
  };
  const counted = withCount ? { num_members: one.members.size } : {};
  if (one.kind === "im") {
    const user = [...one.members].find((id) => id !== viewerId);
    return { ...shared, user, is_user_deleted: false, priority: 0, ...counted };
  }
  return {
    ...shared,
    name: one.name,
    name_normalized: one.name,
    is_channel: one.kind === "public",
    is_group: one.kind === "private",
    is_private: one.kind !== "public",
    is_general: one.name === "general",
    is_shared: false,
    is_ext_shared: false,
    is_pending_ext_shared: false,
    is_member: one.members.has(viewerId),
    unlinked: 0,
    topic: empty,
    purpose: empty,
    previous_names: [],
    shared_team_ids: [one.teamId],
    ...counted,
  };
}
