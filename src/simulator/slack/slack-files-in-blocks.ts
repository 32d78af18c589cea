import type { JsonObject } from "../discord/json.ts";
import { type Files, typeOf } from "./files.ts";

/** Which files image blocks may show. */
export interface SlackFiles {
  /** It is there, a picture that Slack can show, processed, and visible to the one who posts. */
  isUsable(reference: JsonObject, userId: string): boolean;
  /** At a response_url Slack looks as the app without its bot: the file has to be shared in the channel. */
  isUsableIn(reference: JsonObject, channelId: string): boolean;
}

/** WebP is not among them (docs.slack.dev, reference/block-kit/composition-objects/slack-file-object). */
const SHOWN_TYPES = new Set(["png", "jpg", "gif"]);

export function createSlackFiles(files: Files): SlackFiles {
  const find = (reference: JsonObject) => {
    const file = files.find(reference);
    return file && files.isProcessed(file) && SHOWN_TYPES.has(typeOf(file).filetype) ? file : undefined;
  };

  return {
    isUsable(reference, userId) {
      const file = find(reference);
      return file !== undefined && files.isVisible(file, userId);
    },
    isUsableIn: (reference, channelId) =>
      find(reference)?.shares.some(({ conversation }) => conversation.id === channelId) ?? false,
  };
}
