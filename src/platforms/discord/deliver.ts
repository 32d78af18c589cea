import type { APIChannel, APIMessage } from "discord-api-types/v10";
import type { Clock } from "../../core/clock.ts";
import { UserError } from "../../core/errors.ts";
import type { BlobRef } from "../../core/image-request.ts";
import type { Logger } from "../../core/logger.ts";
import type { Message } from "../../core/message.ts";
import type { DeliveryOutcome } from "../../core/platform.ts";
import { textOf } from "../../core/texts/text.ts";
import type { DiscordAddress } from "./address.ts";
import type { AnswerRecords } from "./answer-records.ts";
import type { DiscordRest } from "./discord-rest.ts";
import { keepTrying } from "./keep-trying.ts";
import { DISCORD_LIMITS, TOKEN_LIFE_MS, TOKEN_USE_MS } from "./limits.ts";
import { outgoingFiles, toRawFiles, type FitPicture } from "./outgoing-files.ts";
import { renderMessage, type OutgoingFile, type RenderOptions } from "./render-message.ts";
import { FILE_TOO_LARGE, isPlaceClosed, isTokenDead, UNKNOWN_MESSAGE } from "./reply-codes.ts";
import { codeOf, faultOf } from "./rest-faults.ts";

export interface DeliverDeps {
  readonly rest: DiscordRest;
  readonly records: AnswerRecords;
  readonly readBlob: (ref: BlobRef) => Promise<Uint8Array>;
  readonly fit: FitPicture;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Delivery {
  deliver(address: DiscordAddress, message: Message, key: string): Promise<DeliveryOutcome>;
  /** Into the channel, by the bot itself. */
  post(address: DiscordAddress, message: Message, key: string): Promise<DeliveryOutcome>;
  withdraw(address: DiscordAddress, key: string): Promise<boolean>;
  /** Answers an interaction whose placeholder is there. */
  reply(address: DiscordAddress, message: Message): Promise<void>;
}

/** One way for an answer: it resolves to the message (unknown where the reply was lost), or to why this way is closed. */
type Rung = () => Promise<{ readonly posted: APIMessage | undefined; readonly ephemeral: boolean } | Closed>;
interface Closed {
  readonly closed: string;
  /** No other way is tried. */
  readonly final?: true;
}

/**
 * The ladder of an answer: the placeholder is edited by the interaction's token; when that is too old, the bot posts into the channel and
 * mentions the person; then a direct message; else the answer stays in the history. Every rung can be climbed again without posting twice.
 */
export function createDelivery(deps: DeliverDeps): Delivery {
  const { rest, records, clock, log } = deps;

  function canUseToken({ expiresAt }: DiscordAddress): boolean {
    return clock.now() + rest.skewMs() < expiresAt - (TOKEN_LIFE_MS - TOKEN_USE_MS);
  }

  async function send(request: {
    method: "POST" | "PATCH";
    path: `/${string}`;
    auth: boolean;
    files: readonly OutgoingFile[];
    body: object;
    repeatable?: boolean;
  }): Promise<APIMessage> {
    const { files, repeatable = true, ...sent } = request;
    return rest.send<APIMessage>({ ...sent, files: toRawFiles(files), repeatable });
  }

  function editPlaceholder(address: DiscordAddress, message: Message, files: readonly OutgoingFile[]) {
    const { flags, ...body } = renderMessage(message, files);
    return send({
      method: "PATCH",
      path: `${webhook(address)}/messages/@original`,
      auth: false,
      files,
      body: { ...body, flags },
    });
  }

  /**
   * A new message of the interaction. Discord knows no nonce for it and shows no list of them, so it goes out once: when the reply is lost
   * it counts as posted, for twice is worse than /history.
   */
  async function followUp(
    address: DiscordAddress,
    message: Message,
    files: readonly OutgoingFile[],
    key: string,
  ): Promise<APIMessage | "full" | undefined> {
    const state = await begin(address, key);
    if (state === "full") return "full";
    if (state === "again") return undefined;
    const body = renderMessage(message, files, { ephemeral: message.private });
    try {
      return await send({ method: "POST", path: webhook(address), auth: false, files, body, repeatable: false });
    } catch (error) {
      if (faultOf(error).kind === "lost") {
        log.warn("the reply to a new message was lost; it counts as posted", { key, error });
        return undefined;
      }
      await records.undoFollowUp(address, key);
      throw error;
    }
  }

  /** A full disk must not keep its own sentence from the person: what cannot be written down goes out all the same. */
  async function begin(address: DiscordAddress, key: string): Promise<"new" | "again" | "full"> {
    try {
      return await records.beginFollowUp(address, key);
    } catch (error) {
      log.warn("a new message could not be written down", { key, error });
      return "new";
    }
  }

  function write(
    channel: string,
    message: Message,
    files: readonly OutgoingFile[],
    key: string,
    options?: RenderOptions,
  ) {
    const body = { ...renderMessage(message, files, options), nonce: nonceOf(key), enforce_nonce: true };
    return send({ method: "POST", path: `/channels/${channel}/messages`, auth: true, files, body });
  }

  /** For an answer that only one person may see where a placeholder for everybody stands. */
  async function replaceByPrivate(
    address: DiscordAddress,
    message: Message,
    files: readonly OutgoingFile[],
    key: string,
  ) {
    await removePlaceholder(address);
    return followUp(address, message, files, key);
  }

  async function removePlaceholder(address: DiscordAddress): Promise<void> {
    try {
      await rest.send({
        method: "DELETE",
        path: `${webhook(address)}/messages/@original`,
        auth: false,
        repeatable: true,
      });
    } catch (error) {
      // Gone already: an earlier attempt, or a moderator.
      if (codeOf(error) !== UNKNOWN_MESSAGE) throw error;
    }
  }

  async function openDirectChannel(user: string): Promise<string> {
    const channel = await rest.send<APIChannel>({
      method: "POST",
      path: "/users/@me/channels",
      body: { recipient_id: user },
      auth: true,
      repeatable: true,
    });
    return channel.id;
  }

  function ladder(address: DiscordAddress, message: Message, files: readonly OutgoingFile[], key: string): Rung[] {
    const isPublic = !message.private && !address.ephemeral;
    const byToken: Rung = async () => {
      if (!canUseToken(address)) return { closed: "the interaction is too old" };
      const mine = await records.claimPlaceholder(address, key);
      // Several jobs of one interaction: the others' answers are new messages, and the channel knows them by their nonce.
      if (!mine && isPublic && address.postable) return { closed: "the placeholder belongs to another answer" };
      const hidden = message.private && !address.ephemeral;
      const posted = mine
        ? await (hidden ? replaceByPrivate : editPlaceholder)(address, message, files, key)
        : await followUp(address, message, files, key);
      if (posted === "full") return { closed: "the interaction's messages are used up" };
      return { posted, ephemeral: address.ephemeral || message.private };
    };
    const byChannel: Rung = async () => {
      if (!isPublic || !address.postable) return { closed: "the bot may not write into the channel" };
      return {
        posted: await write(address.channel, message, files, key, { mention: address.user }),
        ephemeral: false,
      };
    };
    const byDirectMessage: Rung = async () => {
      const lead = address.guild === null ? undefined : whyHere(address, isPublic);
      const channel = await openDirectChannel(address.user);
      return { posted: await write(channel, message, files, key, lead ? { lead } : {}), ephemeral: false };
    };
    return [byToken, byChannel, byDirectMessage];
  }

  async function climb(rungs: readonly Rung[], key: string): Promise<DeliveryOutcome> {
    const reasons: string[] = [];
    for (const rung of rungs) {
      const result = await attempt(rung);
      if ("posted" in result) {
        const { posted, ephemeral } = result;
        if (posted) await records.keep(key, { channel: posted.channel_id, message: posted.id, ephemeral });
        return { state: "delivered" };
      }
      reasons.push(result.closed);
      if (result.final) break;
    }
    return { state: "undeliverable", reason: reasons.join("; ") };
  }

  /** Rejects where a later attempt may help. */
  async function attempt(rung: Rung): Promise<Awaited<ReturnType<Rung>>> {
    try {
      return await rung();
    } catch (error) {
      const { kind, code } = faultOf(error);
      if (code === FILE_TOO_LARGE) throw error;
      if (code === UNKNOWN_MESSAGE) return { closed: "somebody deleted the placeholder", final: true };
      if (isTokenDead(code) || isPlaceClosed(code)) return { closed: `Discord answers ${code}` };
      if (kind !== "refused") throw error;
      log.error("Discord refuses an answer", { error });
      return { closed: `Discord answers ${code ?? "with a refusal"}` };
    }
  }

  /** Calls `post` with the message's files; files that Discord finds too large are tried smaller once, and then replaced by the reason. */
  async function withFiles<T>(
    address: DiscordAddress,
    message: Message,
    post: (message: Message, files: readonly OutgoingFile[]) => Promise<T>,
  ): Promise<T> {
    for (const maxBytes of [address.attachmentBytes, Math.floor(address.attachmentBytes / 2)]) {
      try {
        return await post(message, await outgoingFiles(deps, message, maxBytes));
      } catch (error) {
        const tooLarge = error instanceof UserError && error.code === "picture-too-large";
        if (!tooLarge && codeOf(error) !== FILE_TOO_LARGE) throw error;
        log.warn("Discord finds the pictures too large", { maxBytes });
      }
    }
    const text = `${message.text}\n${textOf(address.locale, "reply.files-too-large")}`;
    return post({ ...message, text, pictures: [] }, []);
  }

  return {
    async deliver(address, message, key) {
      if (await records.find(key)) return { state: "delivered" };
      return withFiles(address, message, (fitting, files) => climb(ladder(address, fitting, files, key), key));
    },
    async post(address, message, key) {
      if (await records.find(key)) return { state: "delivered" };
      return withFiles(address, message, (fitting, files) => {
        const byBot: Rung = async () => ({
          posted: await write(address.channel, fitting, files, key),
          ephemeral: false,
        });
        return climb([byBot], key);
      });
    },
    async withdraw(address, key) {
      const record = await records.find(key);
      if (!record || (record.ephemeral && !canUseToken(address))) return false;
      const path = record.ephemeral
        ? (`${webhook(address)}/messages/${record.message}` as const)
        : (`/channels/${record.channel}/messages/${record.message}` as const);
      try {
        await rest.send({ method: "DELETE", path, auth: !record.ephemeral, repeatable: true });
      } catch (error) {
        if (faultOf(error).kind !== "refused") throw error;
        return false;
      }
      await records.forget(key);
      return true;
    },
    async reply(address, message) {
      const post = () =>
        withFiles(address, message, async (fitting, files) => {
          const hidden = fitting.private && !address.ephemeral;
          await (hidden ? replaceByPrivate : editPlaceholder)(address, fitting, files, `reply:${address.interaction}`);
        });
      await keepTrying(deps, post, () => canUseToken(address));
    },
  };
}

/** A direct message that nobody expects says where it belongs. */
function whyHere({ channel, locale }: DiscordAddress, isPublic: boolean): string {
  return textOf(locale, isPublic ? "reply.channel-closed" : "reply.late-private", { channel: `<#${channel}>` });
}

function webhook({ application, token }: DiscordAddress): `/${string}` {
  return `/webhooks/${application}/${token}`;
}

/** Discord's nonces are short; job ids are shorter. */
function nonceOf(key: string): string {
  return key.slice(-DISCORD_LIMITS.nonceChars);
}
