import type { Call } from "./method.ts";
import { SlackError } from "./slack-error.ts";
import type { Conversation, World } from "./world.ts";

/** How a bot finds conversations, and what it may do in them. */
export interface ConversationAccess {
  /** By id, or by the id of a person for their direct conversation. Throws `channel_not_found` for what the bot cannot see. */
  find(call: Call, id: string): Conversation;
  /** A conversation in which the bot may post. Throws `is_archived` and `not_in_channel` too. */
  toPostIn(call: Call, id: string): Conversation;
  /** A conversation whose messages the bot may read. Throws `not_in_channel` and `missing_scope` too. */
  toRead(call: Call, id: string): Conversation;
}

const HISTORY_SCOPE = { public: "channels:history", private: "groups:history", im: "im:history", mpim: "mpim:history" };

export function createConversationAccess(world: World): ConversationAccess {
  function reaches({ grant, workspace }: Call, teamId: string): boolean {
    if (!grant.isEnterpriseInstall) return teamId === workspace.id;
    return world.workspace(teamId)?.enterprise?.id === grant.enterpriseId;
  }

  function find(call: Call, id: string): Conversation {
    const { grant } = call;
    const person = world.person(id);
    if (person && !person.deleted && !person.isBot && reaches(call, person.teamId))
      return world.openDirect(person.teamId, [grant.userId, person.id]).conversation;
    const conversation = world.conversation(id);
    const isSeen = conversation?.kind === "public" || conversation?.members.has(grant.userId) === true;
    if (!conversation || !isSeen || !reaches(call, conversation.teamId)) throw new SlackError("channel_not_found");
    return conversation;
  }

  return {
    find,
    toPostIn(call, id) {
      const conversation = find(call, id);
      if (conversation.archived) throw new SlackError("is_archived");
      const publicly = conversation.kind === "public" && call.grant.scopes.includes("chat:write.public");
      if (!conversation.members.has(call.grant.userId) && !publicly) throw new SlackError("not_in_channel");
      return conversation;
    },
    toRead(call, id) {
      const conversation = find(call, id);
      requireScope(call, HISTORY_SCOPE[conversation.kind]);
      if (!conversation.members.has(call.grant.userId)) throw new SlackError("not_in_channel");
      return conversation;
    },
  };
}

/** Throws `missing_scope` with what is needed and what there is. */
export function requireScope({ grant }: Pick<Call, "grant">, ...needed: readonly (string | readonly string[])[]): void {
  const missing = needed.filter((scope) =>
    typeof scope === "string" ? !grant.scopes.includes(scope) : !scope.some((one) => grant.scopes.includes(one)),
  );
  if (missing.length === 0) return;
  const names = missing.map((scope) => (typeof scope === "string" ? scope : scope.join("|")));
  throw new SlackError("missing_scope", { needed: names.join(","), provided: grant.scopes.join(",") });
}
