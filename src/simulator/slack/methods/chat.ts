import { asObject, type JsonObject } from "../../discord/json.ts";
import { lengthOf } from "../block-kit/checks.ts";
import { checkBlocks } from "../block-kit/validate.ts";
import { type ConversationAccess } from "../conversations-access.ts";
import type { Grants } from "../grants.ts";
import type { Ids } from "../ids.ts";
import type { Author, Messages } from "../messages.ts";
import { type Call, forBots, type Methods } from "../method.ts";
import { schemaError, SlackError } from "../slack-error.ts";
import type { RequestLog } from "../request-log.ts";
import type { SlackFiles } from "../slack-files-in-blocks.ts";
import type { Conversation, World } from "../world.ts";

export interface ChatDeps {
  readonly ids: Ids;
  readonly world: World;
  readonly messages: Messages;
  readonly access: ConversationAccess;
  readonly slackFiles: SlackFiles;
  readonly authorOf: (call: Pick<Call, "grant">) => Author;
  readonly grants: Grants;
  readonly originUrl: () => string;
  readonly log: Pick<RequestLog, "note">;
}

const CONTENT = [
  "text",
  "blocks",
  "attachments",
  "metadata",
  "mrkdwn",
  "parse",
  "link_names",
  "as_user",
  "markdown_text",
];
const POSTING = [...CONTENT, "thread_ts", "username", "icon_url", "icon_emoji", "unfurl_links", "unfurl_media"];
const TEXT_LIMIT = 40_000;

/** chat.*: what the app says in conversations. */
export function chatMethods(deps: ChatDeps): Methods {
  const { access, messages } = deps;

  /** The fields of a message, checked. Throws `no_text` when there is nothing to show. */
  function content(call: Call, conversation: Conversation, needed: boolean): JsonObject {
    const { args } = call;
    const blocks = args.json("blocks", "invalid_blocks_format");
    const attachments = args.json("attachments", "invalid_attachments");
    const metadata = args.json("metadata", "invalid_metadata_format");
    if (blocks !== undefined && blocks !== null) {
      if (!Array.isArray(blocks)) throw new SlackError("invalid_blocks_format");
      const problems = checkBlocks(blocks, (file) => deps.slackFiles.isUsable(file, call.grant.userId));
      if (problems.length > 0) throw schemaError("invalid_blocks", problems);
    }
    if (metadata !== undefined) checkMetadata(metadata);
    const text = args.text("text") ?? args.text("markdown_text");
    const shown = [blocks, attachments].some((list) => Array.isArray(list) && list.length > 0);
    const isSilent = needed && (text ?? "").trim() === "";
    if (isSilent && !shown) throw new SlackError("no_text");
    if (isSilent)
      deps.log.note({
        method: "chat",
        message: "no text: notifications and screen readers say nothing",
        refused: false,
      });
    const threadTs = args.text("thread_ts");
    // A reply to what is gone becomes a message of the channel, without a word (slack-go/slack issue 1571).
    const isThreaded = threadTs !== undefined && messages.get(conversation.id, threadTs) !== undefined;
    return {
      ...(text !== undefined || needed || args.has("text") ? { text: text ?? "" } : {}),
      ...(Array.isArray(blocks) ? { blocks } : {}),
      ...(Array.isArray(attachments) ? { attachments } : {}),
      ...(asObject(metadata) ? { metadata } : {}),
      ...(isThreaded ? { thread_ts: threadTs } : {}),
    };
  }

  function own(call: Call, error: string) {
    const conversation = access.find(call, call.args.required("channel"));
    const message = messages.require(conversation.id, call.args.required("ts"));
    if (message.visibleTo !== undefined) throw new SlackError("message_not_found");
    if (message.message["user"] !== call.grant.userId) throw new SlackError(error);
    return message;
  }

  return {
    "chat.postMessage": forBots(
      { tier: "posting", scopes: ["chat:write"], required: ["channel"], optional: [...POSTING, "reply_broadcast"] },
      (call) => {
        const conversation = access.toPostIn(call, call.args.required("channel"));
        const fields = content(call, conversation, true);
        const broadcast = call.args.flag("reply_broadcast") && fields["thread_ts"] !== undefined;
        const subtype = broadcast ? { subtype: "thread_broadcast" } : {};
        const { ts, message } = messages.create(
          { conversation, author: deps.authorOf(call) },
          { ...subtype, ...fields },
        );
        return { channel: conversation.id, ts, message, ...truncated(call) };
      },
    ),
    "chat.postEphemeral": forBots(
      { tier: 4, scopes: ["chat:write"], required: ["channel", "user"], optional: POSTING },
      (call) => {
        const conversation = access.toPostIn(call, call.args.required("channel"));
        const user = deps.world.person(call.args.required("user"));
        if (!user || !conversation.members.has(user.id)) throw new SlackError("user_not_in_channel");
        const fields = content(call, conversation, true);
        const place = { conversation, author: deps.authorOf(call), visibleTo: user.id };
        return { message_ts: messages.create(place, fields).ts, ...truncated(call) };
      },
    ),
    "chat.update": forBots(
      {
        tier: 3,
        scopes: ["chat:write"],
        required: ["channel", "ts"],
        optional: [...CONTENT, "file_ids", "reply_broadcast"],
      },
      (call) => {
        const old = own(call, "cant_update_message");
        const conversation = deps.world.conversation(old.channelId)!;
        if (conversation.archived) throw new SlackError("is_archived");
        const fields = content(call, conversation, !call.args.has("blocks") || call.args.has("text"));
        const { ts, message } = messages.update(old, fields, call.grant.userId);
        return { channel: conversation.id, ts, text: message["text"], message, ...truncated(call) };
      },
    ),
    "chat.delete": forBots(
      { tier: 3, scopes: ["chat:write"], required: ["channel", "ts"], optional: ["as_user"] },
      (call) => {
        const { channelId, ts } = messages.delete(own(call, "cant_delete_message"));
        return { channel: channelId, ts };
      },
    ),
    "chat.getPermalink": forBots({ tier: "special", required: ["channel", "message_ts"] }, (call) => {
      const conversation = access.find(call, call.args.required("channel"));
      const message = messages.require(conversation.id, call.args.required("message_ts"));
      const threadTs = message.message["thread_ts"];
      const thread =
        typeof threadTs === "string" && threadTs !== message.ts ? `?thread_ts=${threadTs}&cid=${conversation.id}` : "";
      const permalink = `${deps.originUrl()}/archives/${conversation.id}/p${message.ts.replace(".", "")}${thread}`;
      return { channel: conversation.id, permalink };
    }),
  };
}

function checkMetadata(metadata: unknown): void {
  const given = asObject(metadata);
  if (typeof given?.["event_type"] !== "string" || !asObject(given["event_payload"]))
    throw new SlackError("invalid_metadata_format");
}

/** Slack cuts longer texts and says so. */
function truncated({ args }: Call): JsonObject {
  if (lengthOf(args.text("text") ?? "") <= TEXT_LIMIT) return {};
  const warnings = ["message_truncated"];
  const explanation = ["[WARN] Your message was truncated but still posted"];
  return { warning: "message_truncated", response_metadata: { warnings, messages: explanation } };
}
