import { GatewayCloseCodes, GatewayOpcodes } from "discord-api-types/v10";
import type { WebSocket } from "ws";
import type { GatewayMessage, GatewaySession, GatewaySessions } from "./gateway-sessions.ts";
import { createGatewayTransport } from "./gateway-transport.ts";
import { asNumber, asObject, asText, type JsonObject } from "./json.ts";

const MAX_PAYLOAD_BYTES = 4096;
const MAX_SENDS = 120;
const SEND_WINDOW_MS = 60_000;
const ALL_INTENTS = 2 ** 26 - 1;

/** What a connection asks of the service around it. */
export interface GatewayRules {
  readonly heartbeatIntervalMs: number;
  readonly sessions: GatewaySessions;
  readonly now: () => number;
  readonly token: () => string;
  privilegedIntents(): number;
  /** Whether new connections are spoken to at all. */
  greets(): boolean;
  acknowledges(): boolean;
  resumes(): boolean;
  /** Whether IDENTIFY and RESUME stay without an answer. */
  mute(): boolean;
  /** Counts an IDENTIFY; a close code refuses it, and so does an op 9 when it comes too soon after another. */
  identify(data: JsonObject): number | "too soon" | undefined;
  /** Sends READY and what follows it. */
  welcome(session: GatewaySession): void;
  resumed(): void;
  heard(op: unknown): void;
}

export interface GatewayConnection {
  readonly socket: WebSocket;
  readonly session: GatewaySession | undefined;
  send(message: GatewayMessage): void;
  /** Op 9: the connection has no session any more, and may resume it or identify anew. */
  invalidate(resumable: boolean): void;
}

/** The server's side of one gateway connection (discord-api-docs, events/gateway.mdx). */
export function createGatewayConnection(
  socket: WebSocket,
  query: URLSearchParams,
  rules: GatewayRules,
): GatewayConnection {
  const transmit = createGatewayTransport(socket, query.get("compress") === "zlib-stream");
  const sentAtMs: number[] = [];
  let session: GatewaySession | undefined;

  const send = (message: GatewayMessage) => {
    if (socket.readyState === socket.OPEN) transmit(JSON.stringify({ s: null, t: null, ...message }));
  };
  const close = (code: number) => socket.close(code);

  function receive(data: Buffer): void {
    const nowMs = rules.now();
    sentAtMs.push(nowMs);
    while (sentAtMs[0]! <= nowMs - SEND_WINDOW_MS) sentAtMs.shift();
    if (sentAtMs.length > MAX_SENDS) return close(GatewayCloseCodes.RateLimited);
    if (data.length > MAX_PAYLOAD_BYTES) return close(GatewayCloseCodes.DecodeError);
    let message: JsonObject | undefined;
    try {
      message = asObject(JSON.parse(data.toString("utf8")));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    if (!message) return close(GatewayCloseCodes.DecodeError);
    const { op } = message;
    rules.heard(op);
    const body = asObject(message["d"]) ?? {};
    if (op === GatewayOpcodes.Heartbeat) {
      if (rules.acknowledges()) send({ op: GatewayOpcodes.HeartbeatAck, d: null });
    } else if (op === GatewayOpcodes.Identify || op === GatewayOpcodes.Resume) {
      if (!rules.mute()) (op === GatewayOpcodes.Identify ? identify : resume)(body);
    } else if (!CLIENT_OPCODES.includes(op)) close(GatewayCloseCodes.UnknownOpcode);
    else if (!session) close(GatewayCloseCodes.NotAuthenticated);
  }

  function invalidate(resumable: boolean): void {
    session?.detach(send);
    if (session && !resumable) rules.sessions.end(session.id);
    session = undefined;
    send({ op: GatewayOpcodes.InvalidSession, d: resumable });
  }

  function identify(body: JsonObject): void {
    if (session) return close(GatewayCloseCodes.AlreadyAuthenticated);
    const refused = rules.identify(body);
    if (refused === "too soon") return invalidate(false);
    if (refused !== undefined) return close(refused);
    if (query.get("v") !== "10") return close(GatewayCloseCodes.InvalidAPIVersion);
    if (!hasToken(body)) return close(GatewayCloseCodes.AuthenticationFailed);
    const intents = asNumber(body["intents"]);
    if (intents < 0 || intents > ALL_INTENTS) return close(GatewayCloseCodes.InvalidIntents);
    if ((intents & PRIVILEGED & ~rules.privilegedIntents()) !== 0) return close(GatewayCloseCodes.DisallowedIntents);
    const shard = Array.isArray(body["shard"]) ? body["shard"] : [0, 1];
    const [index, count] = [asNumber(shard[0]), asNumber(shard[1])];
    if (shard.length !== 2 || index < 0 || index >= count) return close(GatewayCloseCodes.InvalidShard);
    session = rules.sessions.open([index, count], intents);
    session.attach(send);
    rules.welcome(session);
  }

  function resume(body: JsonObject): void {
    if (session) return close(GatewayCloseCodes.AlreadyAuthenticated);
    if (!hasToken(body)) return close(GatewayCloseCodes.AuthenticationFailed);
    const known = rules.resumes() ? rules.sessions.get(asText(body["session_id"]) ?? "") : undefined;
    if (!known) return send({ op: GatewayOpcodes.InvalidSession, d: false });
    const missed = known.after(asNumber(body["seq"]));
    if (!missed) return close(GatewayCloseCodes.InvalidSeq);
    session = known;
    for (const event of missed) send(event);
    session.attach(send);
    session.dispatch("RESUMED", {});
    rules.resumed();
  }

  const hasToken = (body: JsonObject) => (asText(body["token"]) ?? "").replace(/^Bot /, "") === rules.token();

  socket.on("message", (data) => receive(data as Buffer));
  socket.on("close", (code) => {
    session?.detach(send);
    // A client that says goodbye in an orderly way gives its session up.
    if (session && (code === 1000 || code === 1001)) rules.sessions.end(session.id);
  });
  if (rules.greets())
    send({ op: GatewayOpcodes.Hello, d: { heartbeat_interval: rules.heartbeatIntervalMs, _trace: [] } });

  return {
    socket,
    get session() {
      return session;
    },
    send,
    invalidate,
  };
}

const CLIENT_OPCODES: readonly unknown[] = [
  GatewayOpcodes.PresenceUpdate,
  GatewayOpcodes.VoiceStateUpdate,
  GatewayOpcodes.RequestGuildMembers,
  GatewayOpcodes.RequestSoundboardSounds,
];

/** GUILD_MEMBERS, GUILD_PRESENCES and MESSAGE_CONTENT. */
const PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15);
