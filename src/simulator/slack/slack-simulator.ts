import type { Clock } from "../../core/clock.ts";
import type { CustomEmoji } from "./custom-emoji.ts";
import type { Deliveries } from "./deliveries.ts";
import type { FaultTable } from "./faults.ts";
import type { FileShares } from "./file-shares.ts";
import type { Files } from "./files.ts";
import type { Grants } from "./grants.ts";
import type { HttpDelivery } from "./http-delivery.ts";
import type { Interactions } from "./inject.ts";
import type { Happenings } from "./inject-events.ts";
import type { Messages, StoredMessage } from "./messages.ts";
import type { OAuth } from "./oauth.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { RecordedRequest, RequestLog } from "./request-log.ts";
import type { SocketModeControls } from "./socket-mode.ts";
import type { StoredView, Views } from "./views.ts";
import type { SeededWorkspace, World } from "./world.ts";

/** What a simulated Slack is made of. Times in milliseconds of the given clock. */
export interface SlackSimulatorOptions {
  readonly clock: Clock;
  /** 0, the default, takes any free port of 127.0.0.1. */
  readonly port?: number;
  /** Names of the workspaces; by default one, "Easel Test". */
  readonly workspaces?: readonly string[];
  /** Puts all workspaces into an Enterprise Grid of this name. */
  readonly enterprise?: string;
  /** Where the app is installed at the start; by default in the first workspace. "enterprise" is one installation for all. */
  readonly installed?: "first" | "all" | "enterprise" | "nowhere";
  /** Scopes of the bot token; by default those that a picture bot asks for. */
  readonly scopes?: readonly string[];
  readonly botName?: string;
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Whether OAuth gives tokens that live for twelve hours. */
  readonly tokenRotation?: boolean;
  /** Event types that the app subscribed to; by default app_mention and message.im. Others than messages always come. */
  readonly subscriptions?: readonly string[];
  /** How long Slack takes to look at an uploaded file; by default 300 ms. */
  readonly fileProcessingMs?: number;
  /** Whether Slack's tiers are enforced from the start; by default not. */
  readonly rateLimits?: boolean;
  /** Sockets per app; by default 10. */
  readonly socketLimit?: number;
}

/** What the people see and do. */
export type Inject = Interactions & Happenings;

/** A Slack of one's own on 127.0.0.1: Web API, Socket Mode, signed HTTP requests, OAuth and files for an app, and the people on the other side as an object. */
export interface SlackSimulator {
  /** `slackApiUrl` for WebClient: http://127.0.0.1:<port>/api/ */
  readonly apiUrl: string;
  readonly originUrl: string;
  /** Token of the first installation. */
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly world: World;
  /** The first workspace. */
  readonly workspace: SeededWorkspace;
  /** User id of the bot in a workspace; by default the first. */
  readonly botUserId: (workspace?: SeededWorkspace) => string;
  /** Installs the app, or takes tokens away. */
  readonly grants: Grants;
  readonly inject: Inject;
  readonly messages: Omit<Messages, "create" | "update">;
  readonly views: Omit<Views, "open" | "push" | "publish" | "update">;
  readonly files: Pick<Files, "all" | "get" | "isProcessed" | "processingMs">;
  /** Emoji that people made for their workspace. */
  readonly emoji: Pick<CustomEmoji, "add" | "alias">;
  /** How Slack fails to show files in channels. */
  readonly shares: Pick<FileShares, "loseNext" | "loseWithAltText">;
  readonly socketMode: SocketModeControls;
  /** Where links that install the app lead back to. */
  readonly oauth: Pick<OAuth, "redirectUrl">;
  /** Requests by HTTP instead of Socket Mode. */
  readonly http: Pick<HttpDelivery, "set" | "urls" | "tamperNext" | "replay">;
  readonly deliveries: Pick<Deliveries, "duplicateNext" | "envelopes">;
  readonly faults: FaultTable;
  readonly rateLimits: RateLimits;
  readonly log: Pick<RequestLog, "requests" | "violations" | "errors">;
  /** Turns this Slack's clock on: triggers and addresses expire, files get processed, events are tried again. */
  advanceClock(ms: number): void;
  /** The first message that fits, now or later; rejects after `timeoutMs` (by default 10,000). */
  waitForMessage(predicate: (message: StoredMessage) => boolean, timeoutMs?: number): Promise<StoredMessage>;
  waitForView(predicate: (view: StoredView) => boolean, timeoutMs?: number): Promise<StoredView>;
  /** The first finished request that fits, now or later. */
  waitForRequest(predicate: (request: RecordedRequest) => boolean, timeoutMs?: number): Promise<RecordedRequest>;
  /** Waits until so many sockets (by default one) take envelopes. */
  waitForSockets(count?: number, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}
