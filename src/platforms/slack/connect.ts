import type { App, AuthorizeResult, Receiver } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { KeyValueStore } from "../../core/stores.ts";
import type { Workspace } from "./address.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { createHttpEndpoint, type HttpSettings } from "./http-endpoint.ts";
import { codeOf, isTokenDead } from "./slack-faults.ts";
import { createSocketConnections } from "./socket-connections.ts";

export interface ConnectSettings {
  /** The bot of the one workspace; absent where workspaces install the app themselves. */
  readonly botToken?: string;
  /** Events come by sockets. */
  readonly appToken?: string;
  /** Events or installations come by HTTP. */
  readonly http?: HttpSettings;
}

/** How events come in and whose tokens answers use. */
export interface Connection extends Receiver {
  ready(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  tokenOf(workspace: Workspace): Promise<string>;
  authorize(workspace: Workspace): Promise<AuthorizeResult>;
  uninstalled(workspace: Workspace): Promise<void>;
  /** A workspace's token does not work any more. */
  tokenDied(code: string): void;
}

export interface ConnectDeps extends ConnectSettings {
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: KeyValueStore;
  readonly random: (below: number) => number;
  readonly onFatal: (sentence: string) => void;
}

const TOKEN_SENTENCE =
  "Slack does not accept SLACK_BOT_TOKEN. Copy the Bot User OAuth Token from the OAuth & Permissions page of the Slack app again.";
const CHECK_TIMEOUT_MS = 10_000;
const CHECK_AGAIN_MS = 5000;

/** Sockets, HTTP, or both: whatever the settings ask for, as one receiver for Bolt. */
export function createConnection(deps: ConnectDeps): Connection {
  const { clock, log, botToken, onFatal } = deps;
  const sockets =
    deps.appToken === undefined ? undefined : createSocketConnections({ ...deps, appToken: deps.appToken });
  const http = deps.http && createHttpEndpoint({ ...deps, ...deps.http });
  let identity: Pick<AuthorizeResult, "botId" | "botUserId"> = {};
  let stopped = false;
  let stopTimer: (() => void) | undefined;

  /** A wrong token should be told at once and not with the first answer; while Slack is away there is time. */
  async function checkToken(token: string): Promise<void> {
    const client = new WebClient(token, {
      slackApiUrl: deps.apiUrl,
      timeout: CHECK_TIMEOUT_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: createBoltLogger(log),
    });
    try {
      const { bot_id: botId, user_id: botUserId } = await client.auth.test();
      identity = { ...(botId === undefined ? {} : { botId }), ...(botUserId === undefined ? {} : { botUserId }) };
    } catch (error) {
      if (isTokenDead(codeOf(error))) return onFatal(TOKEN_SENTENCE);
      log.warn("Slack does not say who this bot is yet", { error });
      if (!stopped) stopTimer = clock.after(CHECK_AGAIN_MS, () => void checkToken(token));
    }
  }

  async function tokenOf(workspace: Workspace): Promise<string> {
    if (botToken !== undefined) return botToken;
    if (!http) throw new Error("there is neither a bot token nor a way to install the app");
    return http.tokenOf(workspace);
  }

  return {
    tokenOf,
    ready: () => sockets?.ready() ?? http?.listening() ?? false,
    init(app: App) {
      sockets?.init(app);
      http?.init(app);
    },
    async start() {
      if (botToken !== undefined) void checkToken(botToken);
      const port = await http?.start();
      if (port !== undefined) log.info("waiting for Slack by HTTP", { port });
      await sockets?.start();
    },
    async stop() {
      stopped = true;
      stopTimer?.();
      await http?.stop();
      await sockets?.stop();
    },
    async authorize(workspace) {
      const { team, enterprise } = workspace;
      return {
        ...identity,
        botToken: await tokenOf(workspace),
        teamId: team,
        ...(enterprise === null ? {} : { enterpriseId: enterprise }),
      };
    },
    async uninstalled(workspace) {
      if (botToken === undefined) await http?.uninstalled(workspace);
      else onFatal("The app was removed from the Slack workspace. Install it again and copy its new bot token.");
    },
    tokenDied(code) {
      if (botToken === undefined) log.error("a workspace's token does not work any more", { code });
      else onFatal(TOKEN_SENTENCE);
    },
  };
}
