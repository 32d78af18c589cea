import { SocketModeReceiver, type App, type Receiver } from "@slack/bolt";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import { createBoltLogger } from "./bolt-logger.ts";
import { codeOf, isTokenDead } from "./slack-faults.ts";

export interface SocketDeps {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
  /** Slack will not connect this app any more, and why. */
  readonly onFatal: (sentence: string) => void;
}

export interface SocketConnections extends Receiver {
  /** At least one connection brings events. */
  ready(): boolean;
  stop(): Promise<void>;
}

/** One alone is without a connection at every refresh of Slack's, every few hours. */
const CONNECTIONS = 2;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5000;
/** A second connection that Slack finds too many waits longer. */
const TOO_MANY_RETRY_MS = 5 * 60_000;
const HELLO_MS = 20_000;
const OPEN_TIMEOUT_MS = 10_000;
/** Pongs have to come within this; a connection that only looks alive is replaced after it. */
const PONG_MS = 10_000;
const PING_MS = 30_000;

const FATAL_CODES: Readonly<Record<string, string>> = {
  link_disabled: "Socket Mode is switched off for this Slack app. Switch it on in the app's settings.",
  not_allowed_token_type: "SLACK_APP_TOKEN is no app-level token: it begins with xapp-.",
  missing_scope: "The app-level token SLACK_APP_TOKEN needs the scope connections:write.",
};
const TOKEN_SENTENCE =
  "Slack does not accept SLACK_APP_TOKEN. Make a new app-level token on the Basic Information page of the Slack app.";

type End = "closed" | "refresh" | "too many" | "disabled";

/**
 * Socket Mode on two connections at once, each kept up for ever: Bolt's receiver brings the events, but connecting again is our own, because
 * the stock client gives up (and takes the process with it) when Slack cannot be asked for a while, and is without a connection for seconds at
 * every refresh.
 */
export function createSocketConnections(deps: SocketDeps): SocketConnections {
  const { clock, log } = deps;
  const logger = createBoltLogger(log);
  const open = new Set<SocketModeReceiver>();
  const wakes = new Set<() => void>();
  let app: App | undefined;
  let closed = false;

  /** Each has options of its own: the SDK writes into them. */
  function createReceiver(): SocketModeReceiver {
    const receiver = new SocketModeReceiver({
      appToken: deps.appToken,
      logger,
      autoReconnectEnabled: false,
      clientPingTimeout: PONG_MS,
      serverPingTimeout: PING_MS,
      installerOptions: {
        clientOptions: { slackApiUrl: deps.apiUrl, timeout: OPEN_TIMEOUT_MS, retryConfig: { retries: 0 } },
      },
    });
    if (app) receiver.init(app);
    ignoreWarnings(receiver);
    return receiver;
  }

  async function connect(receiver: SocketModeReceiver): Promise<void> {
    let stopTimer: (() => void) | undefined;
    const late = new Promise<never>((_, reject) => {
      stopTimer = clock.after(HELLO_MS, () => reject(new Error("no hello from Slack")), { keepAlive: true });
    });
    try {
      await Promise.race([receiver.start(), late]);
    } finally {
      stopTimer?.();
    }
  }

  async function keep(slot: number, onFirst: () => void): Promise<void> {
    for (let failures = 0; !closed;) {
      const receiver = createReceiver();
      const end = ending(receiver);
      try {
        await connect(receiver);
      } catch (error) {
        void receiver.stop();
        const sentence = fatalSentence(codeOf(error));
        if (sentence !== undefined) return fail(sentence);
        failures += 1;
        log.warn("Slack's sockets cannot be reached yet", { slot, failures, error });
        await sleep(backoffMs(failures));
        continue;
      }
      if (closed) return receiver.stop();
      open.add(receiver);
      failures = 0;
      log.info("connected to Slack", { slot });
      onFirst();
      const how = await end;
      open.delete(receiver);
      if (how === "disabled") return fail(FATAL_CODES["link_disabled"]!);
      if (closed) return;
      log.info("a connection to Slack ended", { slot, how });
      // Slack waits for both sides to say goodbye; the next connection does not.
      if (how === "too many") await sleep(slot === 0 ? MAX_RETRY_MS : TOO_MANY_RETRY_MS);
    }
  }

  function fail(sentence: string): void {
    closed = true;
    deps.onFatal(sentence);
  }

  function backoffMs(failures: number): number {
    const ms = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
    return ms / 2 + deps.random(Math.ceil(ms / 2));
  }

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        wakes.delete(wake);
        stopTimer();
        resolve();
      };
      const stopTimer = clock.after(ms, wake, { keepAlive: true });
      wakes.add(wake);
    });
  }

  return {
    ready: () => open.size > 0,
    init(next) {
      app = next;
    },
    /** Resolves with the first connection, however long that takes. */
    start() {
      return new Promise<void>((resolve, reject) => {
        for (let slot = 0; slot < CONNECTIONS; slot++) keep(slot, resolve).catch(reject);
      });
    },
    async stop() {
      closed = true;
      for (const wake of wakes) wake();
      await Promise.all([...open].map((receiver) => receiver.stop()));
      open.clear();
    },
  };
}

/** Resolves when the connection has ended, or Slack asks for another one. */
function ending(receiver: SocketModeReceiver): Promise<End> {
  return new Promise((resolve) => {
    receiver.client.on("disconnected", () => resolve("closed"));
    receiver.client.on("ws_message", (data: unknown) => {
      const reason = disconnectReason(data);
      if (reason !== undefined) resolve(ENDS[reason] ?? "refresh");
    });
  });
}

/** A warning comes some time before a refresh, and events still come: the stock client would hang up at once and lose them. */
function ignoreWarnings({ client }: SocketModeReceiver): void {
  const listeners = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", (...message: unknown[]) => {
    if (disconnectReason(message[0]) === "warning") return;
    for (const listener of listeners) listener.apply(client, message);
  });
}

const ENDS: Readonly<Record<string, End>> = { link_disabled: "disabled", too_many_websockets: "too many" };

/** Why Slack ends a connection, when a message says so. */
function disconnectReason(data: unknown): string | undefined {
  if (typeof data !== "string" || !data.includes('"disconnect"')) return undefined;
  const message = JSON.parse(data) as { type?: string; reason?: string };
  return message.type === "disconnect" ? (message.reason ?? "") : undefined;
}

function fatalSentence(code: string | undefined): string | undefined {
  if (isTokenDead(code)) return TOKEN_SENTENCE;
  return FATAL_CODES[code ?? ""];
}
