import type { APIInteraction, APIMessage, APIModalInteractionResponseCallbackData } from "discord-api-types/v10";
import type { Clock } from "../../core/clock.ts";
import type { SimulatedGateway } from "./gateway.ts";
import type { Fault, FaultTable } from "./faults.ts";
import type { InteractionsEndpoint } from "./interactions-endpoint.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { World } from "./world.ts";

/** What a simulated Discord is made of. Sizes in bytes, times in milliseconds of the given clock. */
export interface DiscordSimulatorOptions {
  readonly clock: Clock;
  /** 0, the default, takes any free port of 127.0.0.1. */
  readonly port?: number;
  /** The only bot token that is accepted. */
  readonly token?: string;
  /** By default 41,250 ms, as on Discord. */
  readonly heartbeatIntervalMs?: number;
  /** Per file; by default 10 MiB, as in a server without boosts. */
  readonly attachmentSizeLimitBytes?: number;
  /** Bodies above this are refused with 413; by default 25 MiB. */
  readonly requestSizeLimitBytes?: number;
  /** IDENTIFYs a day; by default 1000. */
  readonly identifyBudget?: number;
  /** How many shards the gateway recommends, and how many of them may IDENTIFY in five seconds; by default 1 each. */
  readonly shards?: number;
  readonly maxConcurrency?: number;
  /** Whether the buckets of Discord are enforced from the start; `rateLimits` can add some at any time. By default not. */
  readonly realisticRateLimits?: boolean;
  /** A second opinion on every request with a known route, for example Discord's own OpenAPI document. */
  readonly checkRequest?: (request: RecordedRequest) => readonly RequestProblem[];
}

/** Something wrong with a request. Discord answers 50035 to those that are `refused`; it overlooks the others, this simulator's log does not. */
export interface RequestProblem {
  /** Dotted path of the field, empty for the whole body. */
  readonly field: string;
  readonly message: string;
  readonly refused: boolean;
}

export interface Violation extends RequestProblem {
  readonly method: string;
  readonly path: string;
}

export interface UploadedFile {
  /** Name of the form field: files[0]. */
  readonly field: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** A request with what became of it. */
export interface RecordedRequest {
  readonly atMs: number;
  readonly method: string;
  /** Without /api/v10, percent-decoded. */
  readonly path: string;
  /** The path with placeholders, as in the OpenAPI document; undefined for an unknown route. */
  readonly route?: string;
  readonly query: URLSearchParams;
  readonly authorization?: string;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  /** The HTTP status, or what a fault did instead of answering; undefined while it runs. */
  status?: number | Exclude<Fault["kind"], "status" | "ratelimit" | "cloudflare">;
  /** The JSON that was answered. */
  response?: unknown;
}

/** A message as its readers see it, with its past. */
export interface StoredMessage {
  readonly message: APIMessage;
  /** Earlier versions, oldest first. */
  readonly history: readonly APIMessage[];
  readonly deleted: boolean;
  /** Set for an ephemeral message: the only person who sees it. */
  readonly visibleTo?: string;
  /** The interaction that it answers. */
  readonly interactionId?: string;
}

/** A value of a slash command's option: pictures by their bytes, people and channels by their id. */
export type OptionValue =
  | string
  | number
  | boolean
  | { readonly attachment: AttachmentInput }
  | { readonly user: string }
  | { readonly channel: string };

export interface AttachmentInput {
  readonly filename: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly widthPx?: number;
  readonly heightPx?: number;
}

/** Who acts, where and with which rights. Everything has a default: Alice, in the first channel of the guild, with the bot installed there. */
export interface InteractionContext {
  readonly userId?: string;
  /** A guild's channel, the DM with the bot, or a DM or group of other people (only for user installs). */
  readonly where?: "guild" | "bot-dm" | "private-channel";
  readonly channelId?: string;
  readonly nsfwChannel?: boolean;
  readonly install?: "guild" | "user";
  readonly locale?: string;
  readonly guildLocale?: string;
  /** Bit set of Discord's permission flags. */
  readonly memberPermissions?: bigint;
  readonly appPermissions?: bigint;
  readonly attachmentSizeLimitBytes?: number;
  /** How long the event was on its way: its id and its three seconds begin that much earlier. */
  readonly ageMs?: number;
}

export interface SlashCommand extends InteractionContext {
  /** With its subcommands: "imagine", "admin pause". */
  readonly name: string;
  readonly options?: Readonly<Record<string, OptionValue>>;
}

export interface AutocompleteRequest extends SlashCommand {
  /** The option being typed. */
  readonly focused: string;
}

export interface ComponentPress extends InteractionContext {
  readonly messageId: string;
  readonly customId: string;
  /** Presses a button that the message does not have (an old release's, a forged one). */
  readonly forged?: boolean;
}

export interface SelectChoice extends ComponentPress {
  readonly values: readonly string[];
}

export interface ModalSubmission extends InteractionContext {
  /** Values by the custom_id of each input: text, choices of a select, files of an upload, state of a checkbox. */
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | readonly AttachmentInput[]>>;
}

export interface MessageMenu extends InteractionContext {
  readonly name: string;
  readonly messageId: string;
}

export interface UserMenu extends InteractionContext {
  readonly name: string;
  readonly targetUserId: string;
}

/** The first answer to an interaction. */
export interface InteractionCallback {
  readonly type: number;
  readonly data: unknown;
  /** From creation to callback. */
  readonly afterMs: number;
}

export interface InjectedInteraction {
  readonly id: string;
  readonly token: string;
  readonly payload: APIInteraction;
  callback(): InteractionCallback | undefined;
  /** Rejects when `timeoutMs` (by default 10,000) pass without an answer. */
  waitForCallback(timeoutMs?: number): Promise<InteractionCallback>;
  /** The form that answered it, if one did. */
  modal(): APIModalInteractionResponseCallbackData | undefined;
  /** The answer's message (@original), once there is one. */
  original(): StoredMessage | undefined;
  /** Messages posted with its token after the first answer. */
  followUps(): readonly StoredMessage[];
  /** Delivers the same event once more, as a replayed RESUME may. */
  redeliver(): void;
}

/** The part of people: what they do in their clients. */
export interface Inject {
  slash(command: SlashCommand): InjectedInteraction;
  autocomplete(request: AutocompleteRequest): InjectedInteraction;
  button(press: ComponentPress): InjectedInteraction;
  select(choice: SelectChoice): InjectedInteraction;
  /** Sends the form that `opener` was answered with. */
  modal(opener: InjectedInteraction, submission: ModalSubmission): InjectedInteraction;
  messageMenu(menu: MessageMenu): InjectedInteraction;
  userMenu(menu: UserMenu): InjectedInteraction;
}

export interface MessageStore {
  all(): readonly StoredMessage[];
  get(id: string): StoredMessage | undefined;
  inChannel(channelId: string): readonly StoredMessage[];
  /** A message written by a person, for example with a picture in it. */
  post(message: {
    readonly userId?: string;
    readonly channelId?: string;
    readonly content?: string;
    readonly attachments?: readonly AttachmentInput[];
  }): StoredMessage;
  /** A person or a moderator deletes it. */
  delete(id: string): void;
  /** Calls back with each new, edited or deleted message; the returned function ends it. */
  onChange(listener: (message: StoredMessage) => void): () => void;
}

export interface SimulatorCounters {
  readonly identifies: number;
  /** IDENTIFYs that came before their five seconds were over; each lost its session. */
  readonly hastyIdentifies: number;
  readonly resumes: number;
  readonly heartbeats: number;
  readonly upgradesRefused: number;
  /** Answers with 401, 403 or 429 (a shared 429 does not count). */
  readonly invalidRequests: number;
  /** Close codes of gateway connections in order; 1006 for a cut. */
  readonly closes: readonly number[];
  /** Interactions that an HTTP endpoint failed to answer, and why. */
  readonly endpointFailures: readonly string[];
  /** How often each of Discord's error codes was answered. */
  readonly errors: ReadonlyMap<number, number>;
}

/** Why a channel takes no messages of the bot. */
export type ClosedCode = 10003 | 50001 | 50007 | 50013 | 50083;

/** A Discord of one's own on 127.0.0.1: REST, gateway and CDN for a bot, and the people on the other side as an object. */
export interface DiscordSimulator {
  /** Base address for DISCORD_API_URL: http://127.0.0.1:<port>/api. */
  readonly apiUrl: string;
  readonly gatewayUrl: string;
  readonly cdnUrl: string;
  readonly token: string;
  readonly world: World;
  readonly inject: Inject;
  readonly messages: MessageStore;
  readonly faults: FaultTable;
  readonly rateLimits: RateLimits;
  readonly gateway: SimulatedGateway;
  /** Interactions by HTTP, for bots without a gateway. */
  readonly endpoint: Pick<InteractionsEndpoint, "set" | "url" | "verifyKey">;
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly Violation[];
  readonly counters: SimulatorCounters;
  /** Registered commands: global, or those of a guild. */
  commands(guildId?: string): readonly { readonly id: string; readonly name: string; readonly type: number }[];
  /** Gives a person a picture of their own. */
  setAvatar(userId: string, file: AttachmentInput): void;
  /** Closes a channel: posts there answer 403 (50001, 50013, 50007), 404 (10003) or 400 (50083, an archived thread). */
  forbid(channelId: string, code: ClosedCode): void;
  allow(channelId: string): void;
  /** Turns this Discord's clock on, for tokens that expire and limits that reset; timers of the given clock stay as they are. */
  advanceClock(ms: number): void;
  /** The first stored message that fits, now or later; rejects after `timeoutMs` (by default 10,000). */
  waitForMessage(predicate: (message: StoredMessage) => boolean, timeoutMs?: number): Promise<StoredMessage>;
  /** The first finished request that fits, now or later. */
  waitForRequest(predicate: (request: RecordedRequest) => boolean, timeoutMs?: number): Promise<RecordedRequest>;
  /** Waits for a bot whose shards are all READY or RESUMED. */
  waitForSession(timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}
