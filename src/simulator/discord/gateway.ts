import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { GatewayCloseCodes, GatewayOpcodes } from "discord-api-types/v10";
import { WebSocketServer } from "ws";
import { createGatewayConnection, type GatewayConnection, type GatewayRules } from "./gateway-connection.ts";
import { createGatewaySessions, type GatewaySession, shardOf } from "./gateway-sessions.ts";
import { asList, asNumber, type JsonObject } from "./json.ts";

const DAY_MS = 86_400_000;
/** Five seconds less what a network may shift. */
const IDENTIFY_EVERY_MS = 4800;

/** The gateway's admin side: what a test or an outage does to a bot's connection. */
export interface SimulatedGateway {
  /** Connections that have identified or resumed. */
  readonly connected: number;
  readonly lastIdentify: JsonObject | undefined;
  /** Sends an event to all sessions that hear of `guildId`; those without a connection get it when they resume. */
  dispatch(
    event: string,
    data: unknown,
    to?: { readonly guildId?: string | undefined; readonly intent?: number },
  ): void;
  /** Op 7: asks every connection to reconnect and resume. */
  askToReconnect(): void;
  /** Op 9: takes the sessions away, or only says so when `resumable`. */
  invalidate(resumable: boolean): void;
  /** Op 1: asks for a heartbeat at once. */
  askForHeartbeat(): void;
  close(code: number): void;
  /** Cuts all connections, or one shard's, without a close frame. */
  drop(shard?: number): void;
  /** Keeps the connections open, but neither reads nor writes any more. */
  freeze(): void;
  acknowledgeHeartbeats(yes: boolean): void;
  /** Says HELLO to new connections, or nothing at all. */
  greet(yes: boolean): void;
  /** Takes IDENTIFY and RESUME without a word: connections that look alive and never get a session. */
  muteSessions(yes: boolean): void;
  /** Answers 503 to every new connection. */
  refuseUpgrades(yes: boolean): void;
  /** Answers op 9 to every RESUME. */
  refuseResumes(yes: boolean): void;
  /** Closes at every IDENTIFY with this code; undefined ends it. */
  closeIdentifyWith(code: number | undefined): void;
  /** The resume_gateway_url of sessions to come. */
  setResumeUrl(url: string): void;
  allowPrivilegedIntents(intents: number): void;
  /** IDENTIFYs that are left in the current day. */
  identifiesLeft(): { readonly remaining: number; readonly resetAfterMs: number };
}

export interface GatewayDeps {
  readonly heartbeatIntervalMs: number;
  readonly identifyBudget: number;
  /** Shards that may IDENTIFY at the same time: those whose number leaves another rest when divided by it. */
  readonly maxConcurrency: number;
  readonly now: () => number;
  readonly token: () => string;
  url(): string;
  /** The data of READY that every session gets, and the events that follow it. */
  ready(session: GatewaySession): {
    readonly ready: JsonObject;
    readonly events: readonly (readonly [string, JsonObject])[];
  };
  onSession(): void;
}

export interface GatewayServer extends SimulatedGateway {
  readonly counts: {
    identifies: number;
    hastyIdentifies: number;
    resumes: number;
    heartbeats: number;
    upgradesRefused: number;
    closes: number[];
  };
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  stop(): void;
}

/** Discord's gateway over websockets: sessions that survive their connections, and every way in which it can fail. */
export function createGateway(deps: GatewayDeps): GatewayServer {
  const server = new WebSocketServer({ noServer: true });
  const sessions = createGatewaySessions();
  const connections = new Set<GatewayConnection>();
  const counts = {
    identifies: 0,
    hastyIdentifies: 0,
    resumes: 0,
    heartbeats: 0,
    upgradesRefused: 0,
    closes: [] as number[],
  };
  const identifiedAtMs: number[] = [];
  const lanes = new Map<number, number>();
  let lastIdentify: JsonObject | undefined;
  let acknowledges = true;
  let greets = true;
  let mute = false;
  let refusesUpgrades = false;
  let refusesResumes = false;
  let identifyClose: number | undefined;
  let resumeUrl: string | undefined;
  let privileged = 0;

  const rules: GatewayRules = {
    heartbeatIntervalMs: deps.heartbeatIntervalMs,
    sessions,
    now: deps.now,
    token: deps.token,
    privilegedIntents: () => privileged,
    greets: () => greets,
    acknowledges: () => acknowledges,
    resumes: () => !refusesResumes,
    mute: () => mute,
    identify(data) {
      counts.identifies += 1;
      lastIdentify = data;
      if (identifyClose !== undefined) return identifyClose;
      if (identifiesLeft().remaining === 0) return GatewayCloseCodes.AuthenticationFailed;
      identifiedAtMs.push(deps.now());
      const lane = asNumber(asList(data["shard"])[0]) % deps.maxConcurrency;
      const before = lanes.get(lane) ?? Number.NEGATIVE_INFINITY;
      lanes.set(lane, deps.now());
      if (deps.now() - before >= IDENTIFY_EVERY_MS) return undefined;
      counts.hastyIdentifies += 1;
      return "too soon";
    },
    welcome(session) {
      const { ready, events } = deps.ready(session);
      session.dispatch("READY", {
        ...ready,
        v: 10,
        session_id: session.id,
        session_type: "normal",
        resume_gateway_url: resumeUrl ?? deps.url(),
        shard: session.shard,
      });
      for (const [event, data] of events) session.dispatch(event, data);
      deps.onSession();
    },
    resumed() {
      counts.resumes += 1;
      deps.onSession();
    },
    heard(op) {
      if (op === GatewayOpcodes.Heartbeat) counts.heartbeats += 1;
    },
  };

  function identifiesLeft(): { remaining: number; resetAfterMs: number } {
    while (identifiedAtMs[0] !== undefined && identifiedAtMs[0] <= deps.now() - DAY_MS) identifiedAtMs.shift();
    const oldest = identifiedAtMs[0];
    const resetAfterMs = oldest === undefined ? 0 : oldest + DAY_MS - deps.now();
    return { remaining: Math.max(0, deps.identifyBudget - identifiedAtMs.length), resetAfterMs };
  }

  return {
    counts,
    get connected() {
      return [...connections].filter(({ session }) => session !== undefined).length;
    },
    get lastIdentify() {
      return lastIdentify;
    },
    upgrade(request, socket, head) {
      if (refusesUpgrades) {
        counts.upgradesRefused += 1;
        socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, (accepted) => {
        const query = new URL(request.url ?? "/", "ws://gateway").searchParams;
        const connection = createGatewayConnection(accepted, query, rules);
        connections.add(connection);
        accepted.on("close", (code) => {
          connections.delete(connection);
          counts.closes.push(code);
        });
        // A client that vanishes is one of the cases; ws reports it as "close" as well.
        accepted.on("error", () => accepted.terminate());
      });
    },
    dispatch(event, data, { guildId, intent = 0 } = {}) {
      for (const session of sessions.all)
        if (
          session.shard[0] === shardOf(guildId, session.shard[1]) &&
          (intent === 0 || (session.intents & intent) !== 0)
        )
          session.dispatch(event, data);
    },
    askToReconnect() {
      for (const connection of connections) connection.send({ op: GatewayOpcodes.Reconnect, d: null });
    },
    invalidate(resumable) {
      for (const connection of connections) connection.invalidate(resumable);
    },
    askForHeartbeat() {
      for (const connection of connections) connection.send({ op: GatewayOpcodes.Heartbeat, d: null });
    },
    close(code) {
      for (const { socket } of connections) socket.close(code);
    },
    drop(shard) {
      for (const { socket, session } of connections)
        if (shard === undefined || session?.shard[0] === shard) socket.terminate();
    },
    freeze() {
      for (const connection of connections) {
        connection.socket.pause();
        connection.session?.attach(() => undefined);
      }
    },
    acknowledgeHeartbeats(yes) {
      acknowledges = yes;
    },
    greet(yes) {
      greets = yes;
    },
    muteSessions(yes) {
      mute = yes;
    },
    refuseUpgrades(yes) {
      refusesUpgrades = yes;
    },
    refuseResumes(yes) {
      refusesResumes = yes;
    },
    closeIdentifyWith(code) {
      identifyClose = code;
    },
    setResumeUrl(url) {
      resumeUrl = url;
    },
    allowPrivilegedIntents(intents) {
      privileged = intents;
    },
    identifiesLeft,
    stop() {
      for (const { socket } of connections) socket.terminate();
      server.close();
    },
  };
}
