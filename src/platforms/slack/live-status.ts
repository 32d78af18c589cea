import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import { notice, type StatusUpdate } from "../../core/message.ts";
import { statusText } from "../../core/status-text.ts";
import type { SlackAddress } from "./address.ts";
import type { Delivery } from "./deliver.ts";
import { EDIT_EVERY_MS } from "./limits.ts";
import type { SlackApi } from "./slack-api.ts";
import { faultOf, isMessageGone } from "./slack-faults.ts";

export interface LiveStatus {
  /** Shows an update soon; a newer one replaces what waits. */
  show(address: SlackAddress, update: StatusUpdate): void;
  /** No update of this job is sent any more; resolves when the last one is through, so that it cannot overwrite the answer. */
  close(job: string): Promise<void>;
}

interface Card {
  readonly address: SlackAddress;
  latest: StatusUpdate | undefined;
  shownAt: number | undefined;
  stopTimer: (() => void) | undefined;
  editing: Promise<void> | undefined;
  /** No more edits: the answer comes, or the message is gone. */
  over: boolean;
}

/**
 * Keeps one message per waiting or running job up to date: place in the queue, step, Cancel. At most one edit in three seconds; where a
 * workspace has used up its edits, or Slack limits them, an edit is left out and the next one says more.
 */
export function createLiveStatus(deps: {
  readonly api: Pick<SlackApi, "hasRoomForEdit">;
  readonly delivery: Pick<Delivery, "showStatus">;
  readonly clock: Clock;
  readonly log: Logger;
}): LiveStatus {
  const { clock, log } = deps;
  const cards = new Map<string, Card>();

  function soon(job: string, card: Card): void {
    if (card.over || card.stopTimer || card.editing) return;
    const waitMs = card.shownAt === undefined ? 0 : Math.max(0, card.shownAt + EDIT_EVERY_MS - clock.now());
    card.stopTimer = clock.after(waitMs, () => {
      card.stopTimer = undefined;
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
      const isFirst = card.shownAt === undefined;
      card.shownAt = clock.now();
      if (!isFirst && !(await deps.api.hasRoomForEdit(card.address))) return;
      const message = { ...notice(statusText(update), { private: card.address.hidden }), buttons: update.buttons };
      card.over ||= (await deps.delivery.showStatus(card.address, message, job)) === "over";
    } catch (error) {
      const { kind, code } = faultOf(error);
      card.over ||= kind === "refused" || isMessageGone(code);
      log.debug("a status could not be shown", { job, error });
    }
  }

  return {
    show(address, update) {
      const known = cards.get(update.job);
      const card: Card = known ?? {
        address,
        latest: undefined,
        shownAt: undefined,
        stopTimer: undefined,
        editing: undefined,
        over: false,
      };
      cards.set(update.job, card);
      card.latest = update;
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
