import { WebSocket } from "ws";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createCaller } from "./call-api.ts";

export interface Frame {
  readonly type: string;
  readonly envelope_id?: string;
  readonly reason?: string;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
  readonly num_connections?: number;
  readonly payload?: Readonly<Record<string, unknown>>;
}

export interface SocketClient {
  readonly socket: WebSocket;
  readonly frames: readonly Frame[];
  /** The next frame that has not been taken yet. */
  next(): Promise<Frame>;
  ack(envelopeId: string, payload?: object): void;
}

/** A bare Socket Mode client. Resolves when the socket is open; rejects when it is refused. */
export async function openSocket(slack: SlackSimulator): Promise<SocketClient> {
  const { body } = await createCaller(slack)("apps.connections.open", {}, slack.appToken);
  const socket = new WebSocket(String(body["url"]));
  const frames: Frame[] = [];
  const waiting: ((frame: Frame) => void)[] = [];
  let taken = 0;
  socket.on("message", (data) => {
    const frame = JSON.parse((data as Buffer).toString("utf8")) as Frame;
    frames.push(frame);
    const hungry = waiting.shift();
    if (hungry) {
      taken += 1;
      hungry(frame);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });

  return {
    socket,
    frames,
    next() {
      const ready = frames[taken];
      if (ready === undefined) return new Promise((resolve) => void waiting.push(resolve));
      taken += 1;
      return Promise.resolve(ready);
    },
    ack: (envelopeId, payload = {}) => socket.send(JSON.stringify({ envelope_id: envelopeId, payload })),
  };
}
