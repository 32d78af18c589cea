import type { JsonObject } from "../discord/json.ts";
import type { Files, StoredFile } from "./files.ts";
import type { Ids } from "./ids.ts";
import type { Author, Messages, StoredMessage } from "./messages.ts";
import type { ServiceClock } from "./service-clock.ts";
import type { Conversation } from "./world.ts";

/** Files in conversations. */
export interface FileShares {
  /** Posts the message with the files once they are processed, as completeUploadExternal does: not at once, and sometimes never. */
  later(files: readonly StoredFile[], conversation: Conversation, fields: JsonObject): void;
  /** Posts it now, as a person's upload. */
  now(files: readonly StoredFile[], conversation: Conversation, fields: JsonObject): StoredMessage;
  /** So many of the next shares are confirmed and never happen. */
  readonly loseNext: (count: number) => void;
  /** Whether files that were announced with `alt_txt` are never shared, as Slack sometimes does (python-slack-sdk issues 1575 and 1818). */
  loseWithAltText: boolean;
}

export function createFileShares(deps: {
  readonly clock: ServiceClock;
  readonly ids: Ids;
  readonly files: Files;
  readonly messages: Messages;
  readonly authorOf: (userId: string) => Author;
}): FileShares {
  let losses = 0;

  function now(files: readonly StoredFile[], conversation: Conversation, fields: JsonObject): StoredMessage {
    const author = deps.authorOf(files[0]!.userId);
    const ts = deps.ids.ts();
    const threadTs = fields["thread_ts"];
    for (const file of files)
      file.shares.push({ conversation, ts, ...(typeof threadTs === "string" ? { threadTs } : {}) });
    return deps.messages.create(
      { conversation, author, ts },
      {
        subtype: "file_share",
        upload: true,
        display_as_bot: false,
        ...fields,
        files: files.map((file) => deps.files.json(file)),
      },
    );
  }

  const self: FileShares = {
    loseWithAltText: false,
    now,
    later(files, conversation, fields) {
      const hasAltText = files.some(({ altText }) => altText !== undefined);
      if (self.loseWithAltText && hasAltText) return;
      if (losses > 0) {
        losses -= 1;
        return;
      }
      if (Number.isFinite(deps.files.processingMs))
        deps.clock.after(deps.files.processingMs, () => now(files, conversation, fields), { keepAlive: true });
    },
    loseNext(count) {
      losses += count;
    },
  };
  return self;
}
