import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InteractionResponseType, InteractionType, type APIInteraction } from "discord-api-types/v10";
import type { Logger } from "../../core/logger.ts";

export interface EndpointSettings {
  /** The application's public key, 64 hexadecimal digits. */
  readonly publicKey: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface InteractionsEndpoint {
  /** Resolves to the port. */
  listen(): Promise<number>;
  listening(): boolean;
  close(): Promise<void>;
}

/** Interactions are a few kilobytes; forms with long texts some tens. */
const MAX_BODY_BYTES = 1024 ** 2;
/** What comes before the 32 bytes of an Ed25519 key in SPKI (RFC 8410). */
const SPKI_PREFIX = "302a300506032b6570032100";

/**
 * Interactions by HTTP in place of the gateway: for any number of processes behind a load balancer. Each request has to be signed by Discord;
 * it is answered 202 at once, and the interaction is acknowledged by REST as always.
 */
export function createInteractionsEndpoint(
  deps: EndpointSettings & { readonly log: Logger; readonly onInteraction: (raw: APIInteraction) => void },
): InteractionsEndpoint {
  const key = publicKeyOf(deps.publicKey);
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      deps.log.warn("a request to the interactions endpoint failed", { error });
      if (!response.headersSent) answer(response, 400);
      else response.destroy();
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") return answer(response, 405);
    if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return answer(response, 413);
    const body = await readBody(request);
    if (body === undefined) return answer(response, 413);
    if (!isSigned(key, request, body)) return answer(response, 401);
    const raw = JSON.parse(body.toString("utf8")) as APIInteraction;
    if (raw.type === InteractionType.Ping) return answer(response, 200, { type: InteractionResponseType.Pong });
    answer(response, 202);
    deps.onInteraction(raw);
  }

  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(deps.port, deps.host, resolve);
      });
      return (server.address() as AddressInfo).port;
    },
    listening: () => server.listening,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Every request was answered at once: what is open is idle or too slow.
        server.closeAllConnections();
      }),
  };
}

/** Discord signs the time of sending and the body together. */
function isSigned(key: KeyObject, { headers }: IncomingMessage, body: Buffer): boolean {
  const signature = headers["x-signature-ed25519"];
  const timestamp = headers["x-signature-timestamp"];
  if (typeof signature !== "string" || typeof timestamp !== "string" || !/^[0-9a-f]{128}$/i.test(signature)) {
    return false;
  }
  return verify(undefined, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, "hex"));
}

function publicKeyOf(hex: string): KeyObject {
  return createPublicKey({ key: Buffer.from(SPKI_PREFIX + hex, "hex"), format: "der", type: "spki" });
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function answer(response: ServerResponse, status: number, json?: unknown): void {
  response.writeHead(status, json === undefined ? {} : { "content-type": "application/json" });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}
