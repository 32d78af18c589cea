import {
  type APIInteraction,
  type APIMessage,
  type APIModalInteractionResponseCallbackData,
  type APIModalSubmitInteractionMetadata,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionResponseType as Callback,
  InteractionType,
  MessageFlags,
  MessageType,
} from "discord-api-types/v10";
import { discordError, invalidForm } from "./discord-error.ts";
import type { InteractionCallback, RequestProblem, StoredMessage, UploadedFile } from "./discord-simulator.ts";
import { checkAutocomplete, checkModal } from "./form-rules.ts";
import { asNumber, asObject, type JsonObject } from "./json.ts";
import type { MessagePlace, Messages } from "./messages.ts";
import { createProblems } from "./problems.ts";
import type { World } from "./world.ts";

const ANSWER_MS = 3000;
const TOKEN_MS = 15 * 60_000;
const MAX_USER_INSTALL_FOLLOW_UPS = 5;

/** An interaction and what the bot made of it. */
export interface InteractionRecord {
  readonly payload: APIInteraction;
  readonly createdAtMs: number;
  readonly sizeLimitBytes: number;
  /** The message whose component was pressed, or from which the form was opened. */
  readonly sourceId?: string;
  /** The interaction that opened the form which this one sends. */
  readonly openerId?: string;
  callback?: InteractionCallback;
  modal?: APIModalInteractionResponseCallbackData;
  originalId?: string;
  readonly followUpIds: string[];
}

export interface Interactions {
  add(record: InteractionRecord): void;
  get(id: string): InteractionRecord | undefined;
  /** Handles a callback. Throws 10062, 40060 and what messages throw. */
  answer(
    id: string,
    token: string,
    body: unknown,
    files: readonly UploadedFile[],
  ): { readonly record: InteractionRecord; readonly message?: StoredMessage };
  /** The interaction behind a webhook's token. Throws 10015 before the callback and for unknown tokens, 50027 after 15 minutes. */
  byToken(token: string): InteractionRecord;
  /** The message that "@original" or an id stands for. Throws 10008. */
  resolve(record: InteractionRecord, messageId: string): StoredMessage;
  /** A message after the callback. Throws 40094 for the sixth of a user install. */
  followUp(record: InteractionRecord, body: JsonObject, files: readonly UploadedFile[]): StoredMessage;
}

/** Which callbacks each type of interaction may get. */
const ALLOWED: ReadonlyMap<InteractionType, readonly number[]> = new Map([
  [InteractionType.ApplicationCommand, [4, 5, 9]],
  [InteractionType.MessageComponent, [4, 5, 6, 7, 9]],
  [InteractionType.ApplicationCommandAutocomplete, [8]],
  [InteractionType.ModalSubmit, [4, 5, 6, 7]],
]);

/** The life of interactions: three seconds for the first answer, fifteen minutes for the rest. */
export function createInteractions(deps: {
  readonly world: World;
  readonly messages: Messages;
  now(): number;
  note(problems: readonly RequestProblem[]): void;
  onAnswer(record: InteractionRecord): void;
}): Interactions {
  const { messages, world } = deps;
  const records = new Map<string, InteractionRecord>();
  const tokens = new Map<string, InteractionRecord>();

  function place(record: InteractionRecord, ephemeral: boolean): MessagePlace {
    const { payload } = record;
    const user = payload.member?.user ?? payload.user!;
    const chat = payload.type === InteractionType.ApplicationCommand;
    return {
      channelId: payload.channel?.id ?? world.channelId,
      author: world.bot,
      type:
        chat && payload.data.type === ApplicationCommandType.ChatInput
          ? MessageType.ChatInputCommand
          : chat
            ? MessageType.ContextMenuCommand
            : MessageType.Reply,
      interactionId: payload.id,
      sizeLimitBytes: record.sizeLimitBytes,
      extra: {
        application_id: world.applicationId,
        webhook_id: world.applicationId,
        interaction_metadata: metadata(record),
      },
      ...(ephemeral ? { visibleTo: user.id } : {}),
    };
  }

  function metadata(record: InteractionRecord): NonNullable<APIMessage["interaction_metadata"]> {
    const { payload, sourceId, openerId } = record;
    const base = {
      id: payload.id,
      user: payload.member?.user ?? payload.user!,
      authorizing_integration_owners: payload.authorizing_integration_owners,
    };
    if (openerId !== undefined) {
      // A form opens no form: what opened this one was a command or a component.
      const opener = metadata(records.get(openerId)!) as Exclude<
        APIMessage["interaction_metadata"],
        APIModalSubmitInteractionMetadata | undefined
      >;
      return { ...base, type: InteractionType.ModalSubmit, triggering_interaction_metadata: opener };
    }
    if (payload.type === InteractionType.MessageComponent)
      return { ...base, type: payload.type, interacted_message_id: sourceId! };
    return { ...base, type: InteractionType.ApplicationCommand };
  }

  function apply(
    record: InteractionRecord,
    type: unknown,
    data: JsonObject,
    files: readonly UploadedFile[],
  ): StoredMessage | undefined {
    switch (type) {
      case Callback.ChannelMessageWithSource:
        return messages.create(data, files, place(record, isEphemeral(data)));
      case Callback.DeferredChannelMessageWithSource:
        return messages.createLoading(asNumber(data["flags"]), place(record, isEphemeral(data)));
      case Callback.DeferredMessageUpdate:
        return messages.require(record.sourceId);
      case Callback.UpdateMessage:
        return messages.edit(messages.require(record.sourceId).message.id, data, files, record.sizeLimitBytes);
      default:
        return undefined;
    }
  }

  return {
    add(record) {
      records.set(record.payload.id, record);
      tokens.set(record.payload.token, record);
    },
    get: (id) => records.get(id),
    answer(id, token, body, files) {
      const record = records.get(id);
      if (!record || record.payload.token !== token) throw discordError(10062);
      if (record.callback) throw discordError(40060);
      const afterMs = deps.now() - record.createdAtMs;
      if (afterMs > ANSWER_MS) throw discordError(10062);
      const { type, data: rawData } = asObject(body) ?? {};
      const data = asObject(rawData) ?? {};
      const problems = createProblems();
      let allowed = ALLOWED.get(record.payload.type) ?? [];
      if (record.sourceId === undefined) allowed = allowed.filter((type) => type !== 6 && type !== 7);
      if (!allowed.includes(asNumber(type))) problems.refuse("type", `Value must be one of (${allowed.join(", ")}).`);
      else if (type === Callback.Modal) checkModal(data, problems);
      else if (type === Callback.ApplicationCommandAutocompleteResult) checkAutocomplete(data, problems);
      else if (
        type === Callback.DeferredChannelMessageWithSource &&
        (asNumber(data["flags"]) & ~MessageFlags.Ephemeral) !== 0
      )
        problems.note("data.flags", "A deferred answer can only be EPHEMERAL; other flags come with the edit.");
      deps.note(problems.found);
      const refused = problems.found.filter((problem) => problem.refused);
      if (refused.length > 0) throw invalidForm(refused);

      const message = apply(record, type, data, files);
      record.callback = { type: asNumber(type), data: rawData, afterMs };
      if (type === Callback.Modal) record.modal = data as unknown as APIModalInteractionResponseCallbackData;
      if (message) record.originalId = message.message.id;
      deps.onAnswer(record);
      return { record, ...(message ? { message } : {}) };
    },
    byToken(token) {
      const record = tokens.get(token);
      if (!record) throw discordError(10015);
      if (deps.now() - record.createdAtMs > TOKEN_MS) throw discordError(50027);
      if (!record.callback) throw discordError(10015);
      return record;
    },
    resolve(record, messageId) {
      const message = messages.require(messageId === "@original" ? record.originalId : messageId);
      const own = message.message.id === record.originalId || record.followUpIds.includes(message.message.id);
      if (!own) throw discordError(10008);
      return message;
    },
    followUp(record, body, files) {
      // As on Discord, the first message after a deferral takes the place of the "thinking" one.
      const original = record.originalId === undefined ? undefined : messages.get(record.originalId);
      if (original && !original.deleted && ((original.message.flags ?? 0) & MessageFlags.Loading) !== 0)
        return messages.edit(original.message.id, body, files, record.sizeLimitBytes);
      const onlyUserInstall =
        record.payload.authorizing_integration_owners[ApplicationIntegrationType.GuildInstall] === undefined;
      if (onlyUserInstall && record.followUpIds.length >= MAX_USER_INSTALL_FOLLOW_UPS) throw discordError(40094);
      const created = messages.create(body, files, place(record, isEphemeral(body)));
      record.followUpIds.push(created.message.id);
      return created;
    },
  };
}

function isEphemeral(data: JsonObject): boolean {
  return (asNumber(data["flags"]) & MessageFlags.Ephemeral) !== 0;
}
