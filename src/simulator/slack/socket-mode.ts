import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../../core/clock.ts";
import { asObject, asText, type JsonObject } from "../discord/json.ts";
import type { Ids } from "./ids.ts";
import type { ServiceClock } from "./service-clock.ts";

export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

/** The levers of Socket Mode that a test pulls. Sockets are numbered from 1 in the order of their coming. */
export interface SocketModeControls {
  /** Numbers of the sockets that get envelopes. */
  readonly connected: readonly number[];
  /** How many sockets ever said hello. */
  readonly opened: number;
  /** Close codes in order; 1006 for a cut. */
  readonly closes: readonly number[];
  /** Tells sockets to go: they get no more envelopes; after ten seconds Slack closes those that stayed. `warning` comes ahead of a refresh and changes nothing yet. */
  disconnect(reason: DisconnectReason, which?: number): void;
  /** Cuts connections without a word. */
  drop(which?: number): void;
  /** Half-open: sockets stay, but nothing comes back, pings and pongs included. Envelopes sent to them are lost. */
  freeze(which?: number): void;
  /** Answers this status to upgrades from now on; undefined takes them again. */
  refuseUpgrades(status: number | undefined): void;
  /** Sockets per app; Slack allows ten. */
  limit: number;
}

export interface SocketMode extends SocketModeControls {
  /** A one-use address, as apps.connections.open gives it. */
  ticketUrl(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends to one socket, each time the next; the number of it, or undefined when there is none. */
  send(message: JsonObject): number | undefined;
  /** Says goodbye to all sockets; those that do not answer are cut. */
  close(): Promise<void>;
}

interface Connection {
  readonly number: number;
  readonly socket: WebSocket;
  draining: boolean;
  frozen: boolean;
}

const PING_MS = 5000;
const GRACE_MS = 10_000;
/** Of the machine's time, also where the simulator's stands still. */
const CLOSING_MS = 250;

/** Slack's side of Socket Mode (docs.slack.dev, apis/events-api/using-socket-mode). */
export function createSocketMode(deps: {
  readonly clock: ServiceClock;
  /** For pings: a clock that is turned by minutes would send too many at once. */
  readonly pingClock: Clock;
  readonly ids: Ids;
  readonly appId: string;
  readonly limit: number;
  readonly url: () => string;
  readonly onAck: (envelopeId: string, payload: JsonObject) => void;
  readonly onOpen: () => void;
  /** A socket is gone: what it has not acknowledged goes elsewhere. */
  readonly onClose: (number: number) => void;
}): SocketMode {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const connections = new Set<Connection>();
  const tickets = new Set<string>();
  const closes: number[] = [];
  let opened = 0;
  let turn = 0;
  let refused: number | undefined;

  const taking = () => [...connections].filter(({ draining }) => !draining);
  const chosen = (which?: number) => [...connections].filter(({ number }) => (which ?? number) === number);
  const tell = (connection: Connection, message: JsonObject) => {
    if (!connection.frozen) connection.socket.send(JSON.stringify(message));
  };

  function accept(socket: WebSocket): void {
    const connection: Connection = { number: ++opened, socket, draining: false, frozen: false };
    if (connections.size >= self.limit) {
      connection.draining = true;
      connections.add(connection);
      retire(connection, "too_many_websockets");
    } else {
      connections.add(connection);
      tell(connection, {
        type: "hello",
        num_connections: taking().length,
        connection_info: { app_id: deps.appId },
        debug_info: { host: "applink-simulated", build_number: 1, approximate_connection_time: 18_060 },
      });
    }
    const stopPings = keepPinging(connection);
    socket.on("ping", (data: Buffer) => {
      if (!connection.frozen) socket.pong(data);
    });
    socket.on("message", (data: RawData) => hear(connection, data));
    socket.on("close", (code: number) => {
      stopPings();
      connections.delete(connection);
      closes.push(code);
      deps.onClose(connection.number);
    });
    socket.on("error", () => socket.terminate());
    deps.onOpen();
  }

  /** Pings for as long as the socket lives; the returned function ends that. */
  function keepPinging(connection: Connection): () => void {
    let cancel: (() => void) | undefined;
    const next = () => {
      cancel = deps.pingClock.after(PING_MS, () => {
        if (!connection.frozen) connection.socket.ping(`Ping from simulated Slack ${connection.number}`);
        next();
      });
    };
    next();
    return () => cancel?.();
  }

  function hear(connection: Connection, data: RawData): void {
    if (connection.frozen) return;
    const message = asObject(JSON.parse((data as Buffer).toString("utf8")));
    const id = asText(message?.["envelope_id"]);
    if (id !== undefined) deps.onAck(id, asObject(message?.["payload"]) ?? {});
  }

  function retire(connection: Connection, reason: DisconnectReason): void {
    tell(connection, { type: "disconnect", reason, debug_info: { host: "applink-simulated" } });
    if (reason === "warning") return;
    connection.draining = true;
    deps.clock.after(GRACE_MS, () => connection.socket.terminate());
  }

  const self: SocketMode = {
    limit: deps.limit,
    get connected() {
      return taking().map(({ number }) => number);
    },
    get opened() {
      return opened;
    },
    closes,
    disconnect(reason, which) {
      for (const connection of chosen(which)) retire(connection, reason);
    },
    drop(which) {
      for (const { socket } of chosen(which)) socket.terminate();
    },
    freeze(which) {
      for (const connection of chosen(which)) connection.frozen = true;
    },
    refuseUpgrades(status) {
      refused = status;
    },
    ticketUrl() {
      const ticket = deps.ids.uuid();
      tickets.add(ticket);
      return `${deps.url()}/link/?ticket=${ticket}&app_id=${deps.appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? "/", "http://localhost").searchParams.get("ticket") ?? "";
      const status = refused ?? (tickets.delete(ticket) ? undefined : 403);
      if (status !== undefined) {
        socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    send(message) {
      const open = taking();
      const connection = open[turn++ % Math.max(1, open.length)];
      if (!connection) return undefined;
      tell(connection, message);
      return connection.number;
    },
    async close() {
      for (const { socket } of connections) socket.close(1001);
      const deadline = performance.now() + CLOSING_MS;
      while (connections.size > 0 && performance.now() < deadline) await setTimeout(CLOSING_MS / 50);
      for (const { socket } of connections) socket.terminate();
      server.close();
    },
  };
  return self;
}
