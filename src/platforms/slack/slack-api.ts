import { WebClient, type WebAPICallResult } from "@slack/web-api";
import Bottleneck from "bottleneck";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import { workspaceKey, type Workspace } from "./address.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { faultOf, isTokenDead, LimitedError } from "./slack-faults.ts";

export interface SlackCall {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The channel whose limits hold: messages to one channel go one after the other, a second apart. */
  readonly channel?: string;
  /** Doing it twice does no harm, so that it is tried again after a lost reply. */
  readonly repeatable: boolean;
  /** How often it is tried; 1 also means that nothing waits for a limit to pass. */
  readonly attempts?: number;
}

/** The Web API as the bots of all workspaces use it. */
export interface SlackApi {
  call<T extends object = object>(workspace: Workspace, request: SlackCall): Promise<WebAPICallResult & T>;
  /** Whether the workspace's edits leave room for one that can be left out. */
  hasRoomForEdit(workspace: Workspace): Promise<boolean>;
  /** The bot's token for a file's address, where it is known. */
  tokenFor(fileUrl: string): string | undefined;
}

export interface SlackApiDeps {
  readonly apiUrl: string;
  /** The bot's token in a workspace; rejects where it is not installed. */
  readonly tokenOf: (workspace: Workspace) => Promise<string>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The bot is not welcome in a workspace any more. */
  readonly onTokenDead: (workspace: Workspace, code: string) => void;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
}

const TIMEOUT_MS = 15_000;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 300;
const POST_EVERY_MS = 1000;
/** Slack allows about 50 edits in a minute and workspace; the rest is for answers. */
const EDITS_PER_MINUTE = 40;
const POSTS: ReadonlySet<string> = new Set(["chat.postMessage", "chat.postEphemeral"]);

/**
 * Beyond the stock client: calls end in time; a limit holds back what is limited (a method in a channel) and nothing else; only what may be
 * done twice is repeated after a lost reply.
 */
export function createSlackApi(deps: SlackApiDeps): SlackApi {
  const { clock, log } = deps;
  const logger = createBoltLogger(log);
  const clients = new Map<string, { readonly token: string; readonly client: WebClient }>();
  const posts = new Bottleneck.Group({ maxConcurrent: 1, minTime: POST_EVERY_MS });
  const edits = new Bottleneck.Group({
    reservoir: EDITS_PER_MINUTE,
    reservoirRefreshAmount: EDITS_PER_MINUTE,
    reservoirRefreshInterval: 60_000,
  });
  /** Until when a method in a channel is limited. */
  const limitedUntil = new Map<string, number>();

  async function clientOf(workspace: Workspace): Promise<WebClient> {
    const token = await deps.tokenOf(workspace);
    const known = clients.get(workspaceKey(workspace));
    if (known?.token === token) return known.client;
    const client = new WebClient(token, {
      slackApiUrl: deps.apiUrl,
      logger,
      timeout: TIMEOUT_MS,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      ...(workspace.orgWide ? { teamId: workspace.team } : {}),
    });
    clients.set(workspaceKey(workspace), { token, client });
    return client;
  }

  async function once<T extends object>(workspace: Workspace, request: SlackCall): Promise<WebAPICallResult & T> {
    const client = await clientOf(workspace);
    const send = () => client.apiCall(request.method, { ...request.args }) as Promise<WebAPICallResult & T>;
    if (POSTS.has(request.method)) return posts.key(`${workspaceKey(workspace)} ${request.channel}`).schedule(send);
    return request.method === "chat.update" ? edits.key(workspaceKey(workspace)).schedule(send) : send();
  }

  async function call<T extends object>(workspace: Workspace, request: SlackCall): Promise<WebAPICallResult & T> {
    const attempts = request.attempts ?? ATTEMPTS;
    const lane = `${workspaceKey(workspace)} ${request.method} ${request.channel ?? ""}`;
    for (let attempt = 1; ; attempt++) {
      await waitForLimit(lane, attempts > 1);
      try {
        return await once<T>(workspace, request);
      } catch (error) {
        const { kind, code, retryAfterMs = 0 } = faultOf(error);
        if (isTokenDead(code)) deps.onTokenDead(workspace, code!);
        if (kind === "limited") {
          limitedUntil.set(lane, clock.now() + retryAfterMs);
          log.warn("Slack limits a call", { method: request.method, retryAfterMs });
        }
        const again = kind === "unsent" || kind === "limited" || (kind === "lost" && request.repeatable);
        if (!again || attempt >= attempts) throw error;
        if (kind !== "limited") await pause(backoffMs(attempt));
      }
    }
  }

  async function waitForLimit(lane: string, patient: boolean): Promise<void> {
    const waitMs = (limitedUntil.get(lane) ?? 0) - clock.now();
    if (waitMs <= 0) {
      limitedUntil.delete(lane);
      return;
    }
    if (!patient) throw new LimitedError(waitMs);
    await pause(waitMs);
  }

  function backoffMs(attempt: number): number {
    const ms = FIRST_PAUSE_MS * 3 ** (attempt - 1);
    return ms + deps.random(ms);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => clock.after(ms, resolve, { keepAlive: true }));
  }

  return {
    call,
    hasRoomForEdit: (workspace) => edits.key(workspaceKey(workspace)).check(),
    tokenFor(fileUrl) {
      const team = /\/(T[A-Z0-9]+)-/.exec(fileUrl)?.[1];
      const found = [...clients].find(([key]) => key === team || key.endsWith(`.${team}`));
      // With one workspace, every address that comes with an event is its.
      return (found ?? (clients.size === 1 ? [...clients][0] : undefined))?.[1].token;
    },
  };
}
