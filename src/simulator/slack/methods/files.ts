import { asList, asObject, asText, type JsonObject } from "../../discord/json.ts";
import { checkBlocks } from "../block-kit/validate.ts";
import type { ConversationAccess } from "../conversations-access.ts";
import type { FileShares } from "../file-shares.ts";
import type { Files } from "../files.ts";
import { forBots, type Methods } from "../method.ts";
import type { SlackFiles } from "../slack-files-in-blocks.ts";
import { schemaError, SlackError } from "../slack-error.ts";

/** files.*: uploads in three steps, and what became of them. */
export function fileMethods(deps: {
  readonly files: Files;
  readonly shares: FileShares;
  readonly access: ConversationAccess;
  readonly slackFiles: SlackFiles;
  readonly originUrl: () => string;
}): Methods {
  const { files } = deps;

  return {
    "files.getUploadURLExternal": forBots(
      {
        tier: 4,
        scopes: ["files:write"],
        required: ["filename", "length"],
        optional: ["alt_txt", "alt_text", "snippet_type"],
      },
      ({ args, grant, workspace }) => {
        const lengthBytes = args.number("length");
        if (lengthBytes === undefined || !Number.isInteger(lengthBytes) || lengthBytes <= 0)
          throw schemaError("invalid_arguments", ["must be more than 0 [json-pointer:/length]"]);
        const altText = args.text("alt_txt") ?? args.text("alt_text");
        const file = files.create({
          teamId: workspace.id,
          userId: grant.userId,
          name: args.required("filename"),
          lengthBytes,
          ...(altText === undefined ? {} : { altText }),
        });
        return { upload_url: `${deps.originUrl()}/upload/v1/${file.id}`, file_id: file.id };
      },
    ),
    "files.completeUploadExternal": forBots(
      {
        tier: 4,
        scopes: ["files:write"],
        required: ["files"],
        optional: ["channel_id", "channels", "thread_ts", "initial_comment", "blocks"],
      },
      (call) => {
        const { args, grant } = call;
        const asked = asList(args.json("files", "invalid_arguments")).map((one) => asObject(one));
        if (asked.length === 0)
          throw schemaError("invalid_arguments", ["no less than 1 items allowed [json-pointer:/files]"]);
        const uploads = asked.map((one) => {
          const file = files.get(asText(one?.["id"]) ?? "");
          if (!file || file.userId !== grant.userId || file.deleted) throw new SlackError("file_not_found");
          if (!file.bytes) throw new SlackError("file_update_failed");
          return { file, title: asText(one?.["title"]) };
        });
        const comment = args.text("initial_comment");
        const blocks = comment === undefined ? args.json("blocks", "invalid_blocks_format") : undefined;
        const problems =
          blocks === undefined ? [] : checkBlocks(blocks, (one) => deps.slackFiles.isUsable(one, grant.userId));
        if (problems.length > 0) throw schemaError("invalid_blocks", problems);
        const channelIds = [args.text("channel_id"), ...(args.text("channels") ?? "").split(",")].filter(
          (id) => id !== undefined && id !== "",
        );
        const targets = channelIds.map((id) => deps.access.toPostIn(call, id!));
        for (const { file, title } of uploads) {
          if (file.processedAtMs === undefined) files.complete(file);
          if (title !== undefined) file.title = title;
        }
        const threadTs = args.text("thread_ts");
        for (const conversation of targets)
          deps.shares.later(
            uploads.map(({ file }) => file),
            conversation,
            {
              text: comment ?? "",
              ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
              ...(Array.isArray(blocks) ? { blocks } : {}),
            },
          );
        return { files: uploads.map(({ file }) => files.json(file)) };
      },
    ),
    "files.info": forBots(
      { tier: 4, scopes: ["files:read"], required: ["file"], optional: ["cursor", "limit", "count", "page"] },
      ({ args, grant }) => ({
        file: files.json(files.require(args.required("file"), grant.userId)),
        comments: [],
        response_metadata: { next_cursor: "" },
        paging: { count: 0, total: 0, page: 1, pages: 0 },
      }),
    ),
    "files.list": forBots(
      {
        tier: 3,
        scopes: ["files:read"],
        optional: [
          "channel",
          "count",
          "page",
          "show_files_hidden_by_limit",
          "team_id",
          "ts_from",
          "ts_to",
          "types",
          "user",
        ],
      },
      ({ args, grant }) => {
        const [count, page] = [args.number("count") ?? 100, args.number("page") ?? 1];
        const seen = [...files.all()]
          .reverse()
          .filter((file) => !file.deleted && file.processedAtMs !== undefined && files.isVisible(file, grant.userId))
          .filter((file) => (args.text("user") ?? file.userId) === file.userId)
          .filter(
            (file) => !args.has("channel") || file.shares.some((one) => one.conversation.id === args.text("channel")),
          );
        const pages = Math.ceil(seen.length / count);
        const shown = seen.slice((page - 1) * count, page * count);
        return { files: shown.map((file) => files.json(file)), paging: { count, total: seen.length, page, pages } };
      },
    ),
    "files.delete": forBots({ tier: 3, scopes: ["files:write"], required: ["file"] }, ({ args, grant }): JsonObject => {
      const file = files.require(args.required("file"), grant.userId);
      if (file.userId !== grant.userId) throw new SlackError("cant_delete_file");
      file.deleted = true;
      return {};
    }),
  };
}
