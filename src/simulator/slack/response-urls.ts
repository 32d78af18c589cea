import { asObject, asText, type JsonObject } from "../discord/json.ts";
import { checkBlocks } from "./block-kit/validate.ts";
import type { Author, Messages } from "./messages.ts";
import type { SlackFiles } from "./slack-files-in-blocks.ts";
import { schemaError, SlackError } from "./slack-error.ts";
import type { ResponseUrl, Triggers } from "./triggers.ts";
import type { World } from "./world.ts";

/** Answers at the addresses that interactions carry. */
export interface ResponseUrls {
  /** Posts, replaces or deletes. Throws `used_url`, `expired_url`, `invalid_payload`, `no_text`, `invalid_blocks`. */
  answer(path: string, body: string): void;
  /** The same for the answer in an acknowledgement, which does not count as a use. */
  apply(place: Omit<ResponseUrl, "uses" | "path" | "createdAtMs">, given: JsonObject): void;
}

export function createResponseUrls(deps: {
  readonly world: World;
  readonly triggers: Triggers;
  readonly messages: Messages;
  readonly slackFiles: SlackFiles;
  readonly botAuthor: (teamId: string) => Author;
}): ResponseUrls {
  const { messages, world } = deps;

  function apply(place: Omit<ResponseUrl, "uses" | "path" | "createdAtMs">, given: JsonObject): void {
    const source = place.ts === undefined ? undefined : messages.get(place.channelId, place.ts);
    if (given["delete_original"] === true) {
      if (!source) throw new SlackError("message_not_found");
      messages.delete(source);
      return;
    }
    const text = asText(given["text"]) ?? "";
    const { blocks } = given;
    if (blocks !== undefined) {
      const problems = checkBlocks(blocks, (file) => deps.slackFiles.isUsableIn(file, place.channelId));
      if (problems.length > 0) throw schemaError("invalid_blocks", problems);
    }
    if (text.trim() === "" && !(Array.isArray(blocks) && blocks.length > 0)) throw new SlackError("no_text");
    const fields = { text, ...(Array.isArray(blocks) ? { blocks } : {}) };
    if (given["replace_original"] === true && source) {
      messages.update(source, { blocks: [], ...fields }, deps.botAuthor(place.teamId).userId);
      return;
    }
    const threadTs = asText(given["thread_ts"]);
    const visible = given["response_type"] === "in_channel" ? {} : { visibleTo: place.userId };
    messages.create(
      { conversation: world.conversation(place.channelId)!, author: deps.botAuthor(place.teamId), ...visible },
      { ...fields, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) },
    );
  }

  return {
    apply,
    answer(path, body) {
      const url = deps.triggers.useResponseUrl(path);
      let given: JsonObject | undefined;
      try {
        given = asObject(JSON.parse(body));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
      if (!given) throw new SlackError("invalid_payload");
      apply(url, given);
    },
  };
}
