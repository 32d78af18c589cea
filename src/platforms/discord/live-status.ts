import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { StatusUpdate } from "../../core/message.ts";
import { statusText } from "../../core/status-text.ts";
import { textOf } from "../../core/texts/text.ts";
import type { DiscordAddress } from "./address.ts";
import type { AnswerRecords } from "./answer-records.ts";
import type { DiscordRest } from "./discord-rest.ts";
import { TOKEN_LIFE_MS, TOKEN_USE_MS } from "./limits.ts";
import { toRawFiles } from "./outgoing-files.ts";
import { renderMessage, type OutgoingFile } from "./render-message.ts";
import { isTokenDead, UNKNOWN_MESSAGE } from "./reply-codes.ts";
import { codeOf } from "./rest-faults.ts";

/** Discord allows five edits in five seconds; people need fewer. */
const EDIT_EVERY_MS = 2000;

export type Preview = NonNullable<StatusUpdate["preview"]>;

export interface LiveStatus {
  /** Shows an update soon; a newer one replaces what waits. */
  show(address: DiscordAddress, update: StatusUpdate): void;
  /** No update of this job is sent any more; resolves when the last one is through, so that it cannot overwrite the answer. */
  close(job: string): Promise<void>;
}

interface Card {
  readonly address: DiscordAddress;
  latest: StatusUpdate | undefined;
  preview: Preview | undefined;
  editedAt: number;
  stopTimer: (() => void) | undefined;
  editing: Promise<void> | undefined;
  /** No more edits: the answer comes, the token is old, or the message is gone. */
  over: boolean;
}

/**
 * Edits the placeholders of waiting and running jobs: place in the queue, step, preview, Cancel. An edit that fails is dropped, the next one
 * says more. `onDeleted` hears of a placeholder that a person deleted: nobody waits for the job any more.
 */
export function createLiveStatus(deps: {
  readonly rest: DiscordRest;
  readonly records: AnswerRecords;
  readonly clock: Clock;
  readonly log: Logger;
  readonly encodePreview: (preview: Preview) => Promise<Uint8Array>;
  readonly onDeleted: (job: string) => void;
}): LiveStatus {
  const { rest, records, clock, log } = deps;
  const cards = new Map<string, Card>();

  function soon(job: string, card: Card): void {
    if (card.over || card.stopTimer || card.editing) return;
    const waitMs = Math.max(0, card.editedAt + EDIT_EVERY_MS - clock.now());
    card.stopTimer = clock.after(waitMs, () => {
      card.stopTimer = undefined;
      card.editedAt = clock.now();
      card.editing = edit(job, card).finally(() => {
        card.editing = undefined;
        if (card.latest) soon(job, card);
      });
    });
  }

  async function edit(job: string, card: Card): Promise<void> {
    const update = card.latest;
    card.latest = undefined;
    if (!update || card.over) return;
    try {
      if (isTooLate(card.address) || !(await records.claimPlaceholder(card.address, job))) {
        card.over = true;
        return;
      }
      await send(card.address, update, card.preview);
    } catch (error) {
      const code = codeOf(error);
      if (code === UNKNOWN_MESSAGE || isTokenDead(code)) card.over = true;
      if (code === UNKNOWN_MESSAGE) return deps.onDeleted(job);
      log.debug("a status could not be shown", { job, error });
    }
  }

  async function send(address: DiscordAddress, update: StatusUpdate, preview: Preview | undefined): Promise<void> {
    const files: OutgoingFile[] = preview
      ? [
          {
            name: "preview.webp",
            data: await deps.encodePreview(preview),
            contentType: "image/webp",
            altText: "Unfinished picture",
            spoiler: false,
          },
        ]
      : [];
    const text = [
      statusText(update),
      ...(isLate(address, update) ? [textOf(update.locale, "reply.takes-long")] : []),
    ].join("\n");
    await rest.send({
      method: "PATCH",
      path: `/webhooks/${address.application}/${address.token}/messages/@original`,
      body: renderMessage({ kind: "notice", text, buttons: update.buttons }, files),
      files: toRawFiles(files),
      auth: false,
      repeatable: true,
      attempts: 1,
      timeoutMs: 10_000,
    });
  }

  function isTooLate({ expiresAt }: DiscordAddress): boolean {
    return clock.now() + rest.skewMs() > expiresAt - (TOKEN_LIFE_MS - TOKEN_USE_MS);
  }

  /** The answer will not fit into the token's life: people should know where to look. */
  function isLate({ expiresAt }: DiscordAddress, { etaMs = 0 }: StatusUpdate): boolean {
    return clock.now() + rest.skewMs() + etaMs > expiresAt - 2 * (TOKEN_LIFE_MS - TOKEN_USE_MS);
  }

  return {
    show(address, update) {
      const known = cards.get(update.job);
      const card: Card = known ?? {
        address,
        latest: undefined,
        preview: undefined,
        editedAt: Number.NEGATIVE_INFINITY,
        stopTimer: undefined,
        editing: undefined,
        over: false,
      };
      cards.set(update.job, card);
      card.latest = update;
      card.preview = update.preview ?? card.preview;
      soon(update.job, card);
    },
    async close(job) {
      const card = cards.get(job);
      if (!card) return;
      card.over = true;
      card.stopTimer?.();
      await card.editing;
      cards.delete(job);
    },
  };
}
