import { type APIMessage, type APIUser, MessageFlags, MessageType } from "discord-api-types/v10";
import type { Attachments } from "./attachments.ts";
import { discordError, invalidForm } from "./discord-error.ts";
import type {
  AttachmentInput,
  MessageStore,
  RequestProblem,
  StoredMessage,
  UploadedFile,
} from "./discord-simulator.ts";
import { asList, asNumber, asObject, asText, type JsonObject } from "./json.ts";
import { checkMessage, isEmptyMessage } from "./message-rules.ts";
import { createProblems } from "./problems.ts";
import { renderComponents } from "./render-components.ts";
import type { SimulatedClock } from "./simulated-clock.ts";

/** Where a new message belongs, and what it answers. */
export interface MessagePlace {
  readonly channelId: string;
  readonly author: APIUser;
  readonly type?: MessageType;
  readonly visibleTo?: string;
  readonly interactionId?: string;
  readonly extra?: Partial<APIMessage>;
  readonly sizeLimitBytes: number;
}

export interface MessagesDeps {
  readonly clock: SimulatedClock;
  readonly attachments: Attachments;
  readonly newId: () => string;
  user(id: string): APIUser | undefined;
  note(problems: readonly RequestProblem[]): void;
}

export interface Messages extends Omit<MessageStore, "post"> {
  /** Checks and adds a message. Throws 50035, 50006 or 40005. */
  create(body: JsonObject, files: readonly UploadedFile[], place: MessagePlace): StoredMessage;
  /** The message of a deferred answer: "thinking". */
  createLoading(flags: number, place: MessagePlace): StoredMessage;
  /** Checks and edits a message; fields that the body does not name stay. Throws 10008, 50035, 50006 or 40005. */
  edit(id: string, body: JsonObject, files: readonly UploadedFile[], sizeLimitBytes: number): StoredMessage;
  /** The message, unless it was deleted. Throws 10008. */
  require(id: string | undefined): StoredMessage;
}

/** Flags that a bot may set: SUPPRESS_EMBEDS, EPHEMERAL, SUPPRESS_NOTIFICATIONS, IS_COMPONENTS_V2. */
const SETTABLE =
  MessageFlags.SuppressEmbeds |
  MessageFlags.Ephemeral |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2;

/** All messages, with their past. */
export function createMessages(deps: MessagesDeps): Messages {
  const stored = new Map<string, StoredMessage>();
  const listeners = new Set<(message: StoredMessage) => void>();

  function put(message: StoredMessage): StoredMessage {
    stored.set(message.message.id, message);
    for (const listener of listeners) listener(message);
    return message;
  }

  /** Problems that Discord refuses end the request; the others are only written down. */
  function check(
    body: JsonObject,
    files: readonly UploadedFile[],
    before: APIMessage | undefined,
    sizeLimitBytes: number,
  ): void {
    const problems = createProblems();
    checkMessage(body, files, before && { flags: before.flags ?? 0, attachments: before.attachments }, problems);
    deps.note(problems.found);
    const refused = problems.found.filter((problem) => problem.refused);
    if (refused.length > 0) throw invalidForm(refused);
    if (files.some(({ bytes }) => bytes.length > sizeLimitBytes)) throw discordError(40005);
  }

  function storeFiles(body: JsonObject, files: readonly UploadedFile[], channelId: string) {
    return files.map((file) => {
      const index = /\d+/.exec(file.field)?.[0];
      const entry =
        asObject(asList(body["attachments"]).find((entry) => String(asObject(entry)?.["id"]) === index)) ?? {};
      const description = asText(entry["description"]);
      const input = { ...file, filename: asText(entry["filename"]) ?? file.filename };
      const spoiler = entry["is_spoiler"] === true;
      return deps.attachments.store(channelId, input, {
        spoiler,
        ...(description === undefined ? {} : { description }),
      });
    });
  }

  function mentions(body: JsonObject, content: string): APIUser[] {
    const allowed = asObject(body["allowed_mentions"]);
    const ids = [...`${content} ${JSON.stringify(body["components"] ?? "")}`.matchAll(/<@!?(\d+)>/g)].map(
      (match) => match[1]!,
    );
    const everyone = !allowed || asList(allowed["parse"]).includes("users");
    const pinged = ids.filter((id) => everyone || asList(allowed["users"]).includes(id));
    return [...new Set(pinged)].flatMap((id) => deps.user(id) ?? []);
  }

  function blank(place: MessagePlace, flags: number): APIMessage {
    return {
      id: deps.newId(),
      channel_id: place.channelId,
      author: place.author,
      type: place.type ?? MessageType.Default,
      content: "",
      timestamp: deps.clock.isoNow(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      components: [],
      pinned: false,
      flags: asFlags(flags),
      ...place.extra,
    };
  }

  function require(id: string | undefined): StoredMessage {
    const known = id === undefined ? undefined : stored.get(id);
    if (!known || known.deleted) throw discordError(10008);
    return known;
  }

  return {
    create(body, files, place) {
      check(body, files, undefined, place.sizeLimitBytes);
      if (files.length === 0 && isEmptyMessage(body)) throw discordError(50006);
      const message = blank(place, asNumber(body["flags"]) & SETTABLE);
      message.content = asText(body["content"]) ?? "";
      message.attachments = storeFiles(body, files, place.channelId);
      message.embeds = renderEmbeds(body["embeds"]);
      message.components = renderComponents(body["components"], message.attachments, deps.newId);
      message.mentions = mentions(body, message.content);
      if (typeof body["nonce"] === "string" || typeof body["nonce"] === "number") message.nonce = body["nonce"];
      return put(wrap(message, place));
    },
    createLoading(flags, place) {
      return put(wrap(blank(place, (flags & MessageFlags.Ephemeral) | MessageFlags.Loading), place));
    },
    edit(id, body, files, sizeLimitBytes) {
      const known = require(id);
      const before = known.message;
      check(body, files, before, sizeLimitBytes);
      const wasLoading = ((before.flags ?? 0) & MessageFlags.Loading) !== 0;
      const keep = asList(body["attachments"]).map((entry) => String(asObject(entry)?.["id"]));
      const kept =
        "attachments" in body ? before.attachments.filter(({ id }) => keep.includes(id)) : before.attachments;
      const flags = (before.flags ?? 0) & ~MessageFlags.Loading;
      const message: APIMessage = {
        ...before,
        flags: asFlags(flags | (asNumber(body["flags"]) & SETTABLE & ~MessageFlags.Ephemeral)),
        edited_timestamp: wasLoading ? null : deps.clock.isoNow(),
        attachments: [...kept, ...storeFiles(body, files, before.channel_id)],
      };
      if ("content" in body) message.content = asText(body["content"]) ?? "";
      if ("embeds" in body) message.embeds = renderEmbeds(body["embeds"]);
      if ("components" in body)
        message.components = renderComponents(body["components"], message.attachments, deps.newId);
      message.mentions = mentions({ components: message.components, ...body }, message.content);
      if (isEmptyMessage(message as unknown as JsonObject)) throw discordError(50006);
      return put({ ...known, message, history: [...known.history, before] });
    },
    require,
    all: () => [...stored.values()],
    get: (id) => stored.get(id),
    inChannel: (channelId) => [...stored.values()].filter(({ message }) => message.channel_id === channelId),
    delete(id) {
      put({ ...require(id), deleted: true });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function renderEmbeds(list: unknown): APIMessage["embeds"] {
  return asList(list).map((embed) => ({ type: "rich", ...asObject(embed) })) as unknown as APIMessage["embeds"];
}

/** Reads what a person attached, in the shape of an upload. */
export function asUploads(attachments: readonly AttachmentInput[]): UploadedFile[] {
  return attachments.map((file, i) => ({ field: `files[${i}]`, ...file }));
}

function wrap(message: APIMessage, place: MessagePlace): StoredMessage {
  const { visibleTo, interactionId } = place;
  const about = {
    ...(visibleTo === undefined ? {} : { visibleTo }),
    ...(interactionId === undefined ? {} : { interactionId }),
  };
  return { message, history: [], deleted: false, ...about };
}

function asFlags(bits: unknown): MessageFlags {
  return bits as MessageFlags;
}
