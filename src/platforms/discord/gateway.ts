import { WebSocketManager, WebSocketShardEvents, type SessionInfo } from "@discordjs/ws";
import { GatewayDispatchEvents, type APIInteraction, type GatewayDispatchPayload } from "discord-api-types/v10";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { DiscordRest } from "./discord-rest.ts";
import { faultOf } from "./rest-faults.ts";

export interface Gateway {
  /** Resolves with the first READY of every shard; keeps trying until then. */
  connect(): Promise<void>;
  /** Every shard has a session that was confirmed (READY or RESUMED) and not closed since. */
  ready(): boolean;
  close(): Promise<void>;
}

/** Close codes after which Discord takes no new session, as a sentence for the operator. */
const FATAL_CLOSES: Readonly<Record<number, string>> = {
  4004: "Discord does not accept the token. Copy it again from the Bot page of the Discord developer portal.",
  4010: "Discord refused the shard number. Start one Easel per token.",
  4011: "Discord asks for more shards than this Easel connected with. Start it again.",
  4012: "Discord does not serve this version of its gateway any more. Update Easel.",
  4013: "Discord refused the intents. Update Easel.",
  4014: "Discord refused privileged intents, which Easel does not need. Update Easel.",
};

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 20_000;
/** After so many failed connections a session is given up: the address to resume it at may be gone for good. */
const RESUME_TRIES = 3;
const HANDSHAKE_MS = 10_000;
const HELLO_MS = 15_000;
/** A connection without READY or RESUMED for so long only looks alive, and so does a client that tries nothing for so long. */
const WATCHDOG_MS = 60_000;
const GOODBYE_MS = 2000;
/** After so many new beginnings in a row a new process may do better. */
const MAX_RESTARTS = 3;
const MAX_REFUSALS = 10;
const DEAD_SENTENCE =
  "Discord's gateway takes connections but starts no session, even after several new beginnings. Look at https://discordstatus.com, and start Easel again.";

interface Shard {
  /** The connection is past HELLO. */
  open: boolean;
  confirmed: boolean;
  /** Connections since the last READY or RESUMED. */
  failures: number;
  /** Of these, connections that were greeted and closed without a session: each may have cost one of a day's 1000 IDENTIFYs. */
  refusals: number;
  session: SessionInfo | null;
}

/**
 * The gateway of discord.js with no intents, so that it brings interactions and nothing else. Beyond the stock client: reconnecting backs off,
 * an address that is dead is given up for a new session, a session that only looks alive is replaced, and a close for good is told.
 */
export function createGateway(deps: {
  readonly rest: DiscordRest;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: (below: number) => number;
  readonly onInteraction: (raw: APIInteraction) => void;
  readonly onFatal: (sentence: string) => void;
}): Gateway {
  const { clock, log, rest } = deps;
  let shards = new Map<number, Shard>();
  let current: WebSocketManager | undefined;
  let closed = false;
  /** Whatever shows that the client is trying: a greeting, a closed connection, an address that could not be fetched. */
  let movements = 0;
  let restarts = 0;
  let stopWatch: (() => void) | undefined;
  const sleeping = new Set<() => void>();

  const shardOf = (id: number): Shard => {
    const known = shards.get(id) ?? { open: false, confirmed: false, failures: 0, refusals: 0, session: null };
    shards.set(id, known);
    return known;
  };

  function createManager(): WebSocketManager {
    const manager: WebSocketManager = new WebSocketManager({
      token: deps.token,
      intents: 0,
      rest: rest.bot,
      handshakeTimeout: HANDSHAKE_MS,
      helloTimeout: HELLO_MS,
      async retrieveSessionInfo(id) {
        if (manager !== current) return new Promise(() => {});
        const shard = shardOf(id);
        if (shard.open) return shard.session;
        // This is a shard that is about to connect: at once the first time, so that what happened meanwhile is still answered in time. An
        // abandoned one never does.
        if (shard.failures > 1) await sleep(backoffMs(shard.failures - 1));
        if (closed || manager !== current) return new Promise(() => {});
        if (shard.failures >= RESUME_TRIES) shard.session = null;
        return shard.session;
      },
      updateSessionInfo(id, session) {
        if (manager === current) shardOf(id).session = session;
      },
    });
    manager.on(WebSocketShardEvents.Hello, ({ shardId }) => {
      if (manager !== current) return;
      shardOf(shardId).open = true;
      movements += 1;
    });
    manager.on(WebSocketShardEvents.Ready, ({ data, shardId }) => {
      if (manager !== current) return;
      confirm(shardId);
      log.info("connected to Discord", { shard: shardId, user: data.user.username });
    });
    manager.on(WebSocketShardEvents.Resumed, ({ shardId }) => {
      if (manager !== current) return;
      confirm(shardId);
      log.info("session with Discord resumed", { shard: shardId });
    });
    manager.on(WebSocketShardEvents.Error, ({ error }) => log.warn("trouble with Discord's gateway", { error }));
    manager.on(WebSocketShardEvents.Debug, ({ message }) => log.debug("gateway", { detail: message }));
    manager.on(WebSocketShardEvents.Dispatch, ({ data }) => dispatch(data));
    manager.on(WebSocketShardEvents.Closed, ({ code, shardId }) => {
      if (manager === current) onClosed(shardId, code);
    });
    return manager;
  }

  function dispatch(payload: GatewayDispatchPayload): void {
    if (payload.t === GatewayDispatchEvents.InteractionCreate) deps.onInteraction(payload.d);
  }

  function confirm(id: number): void {
    Object.assign(shardOf(id), { open: true, confirmed: true, failures: 0, refusals: 0 });
    stopWatch?.();
    stopWatch = undefined;
    // Shards identify one after the other: each that is confirmed gives the next its time.
    if (!ready()) return watch();
    restarts = 0;
  }

  function onClosed(id: number, code: number): void {
    const shard = shardOf(id);
    const refusals = shard.open && !shard.confirmed ? shard.refusals + 1 : shard.refusals;
    Object.assign(shard, { open: false, confirmed: false, failures: shard.failures + 1, refusals });
    movements += 1;
    if (closed) return;
    const sentence = FATAL_CLOSES[code];
    if (sentence !== undefined) return end(sentence);
    if (refusals >= MAX_REFUSALS) return end(DEAD_SENTENCE);
    log.warn("the gateway closed the connection", { shard: id, code, failures: shard.failures });
    watch();
  }

  function end(sentence: string): void {
    closed = true;
    stopWatch?.();
    deps.onFatal(sentence);
  }

  /** Connections that open and are never confirmed are its business, and a client that has given up; an outage is waited out. */
  function watch(): void {
    if (stopWatch) return;
    const before = movements;
    stopWatch = clock.after(WATCHDOG_MS, () => {
      stopWatch = undefined;
      if (closed || ready()) return;
      const isUnconfirmed = [...shards.values()].some((shard) => shard.open && !shard.confirmed);
      if (!isUnconfirmed && movements !== before) return watch();
      restarts += 1;
      if (restarts > MAX_RESTARTS) return end(DEAD_SENTENCE);
      log.error("Discord's gateway does not confirm the session; starting a new one", { restarts });
      restart();
    });
  }

  function restart(): void {
    const abandoned = current;
    shards = new Map();
    void connect();
    if (abandoned) void goodbye(abandoned);
  }

  /** What does not confirm a session may not confirm its end either. */
  async function goodbye(manager: WebSocketManager): Promise<void> {
    const patience = new Promise((resolve) => clock.after(GOODBYE_MS, () => resolve(undefined), { keepAlive: true }));
    try {
      await Promise.race([manager.destroy({ reason: "Easel ends this connection" }), patience]);
    } catch (error) {
      log.warn("a connection could not be ended in order", { error });
    }
  }

  async function connect(): Promise<void> {
    for (let failures = 1; ; failures++) {
      const manager = (current = createManager());
      watch();
      try {
        // All of them from the start: a bot that lacks a shard is not ready.
        const count = await manager.getShardCount();
        if (closed || manager !== current) return;
        for (let id = 0; id < count; id++) shardOf(id);
        await manager.connect();
        return;
      } catch (error) {
        movements += 1;
        if (closed || manager !== current) return;
        // Who has no session to start gets told when; a token that is wrong was told by the REST side already.
        log.warn("Discord's gateway cannot be reached yet", { error, failures });
        if (faultOf(error).kind === "unauthorized") return end(FATAL_CLOSES[4004]!);
        await sleep(backoffMs(failures));
        if (closed) return;
      }
    }
  }

  function ready(): boolean {
    return shards.size > 0 && [...shards.values()].every((shard) => shard.confirmed);
  }

  function backoffMs(failures: number): number {
    const ms = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10));
    return ms / 2 + deps.random(Math.ceil(ms / 2));
  }

  /** Keeps the process alive meanwhile: nothing else may. After `close` it never resolves. */
  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stopTimer = clock.after(
        ms,
        () => {
          sleeping.delete(stopTimer);
          resolve();
        },
        { keepAlive: true },
      );
      sleeping.add(stopTimer);
    });
  }

  return {
    connect,
    ready,
    async close() {
      closed = true;
      stopWatch?.();
      for (const stopTimer of sleeping) stopTimer();
      const manager = current;
      current = undefined;
      if (manager) await goodbye(manager);
    },
  };
}
