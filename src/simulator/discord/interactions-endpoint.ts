import { generateKeyPairSync, sign } from "node:crypto";
import { type APIInteraction, InteractionType } from "discord-api-types/v10";
import { DiscordError } from "./discord-error.ts";
import type { Interactions } from "./interactions.ts";
import { asNumber, asObject, type JsonObject } from "./json.ts";

/** Interactions over HTTP instead of the gateway (discord-api-docs, interactions/overview.mdx, "Setting Up an Endpoint"). */
export interface InteractionsEndpoint {
  /** The application's public key in hexadecimal: the `verify_key` of /applications/@me. */
  readonly verifyKey: string;
  readonly url: string | null;
  /**
   * Sends interactions to a URL from now on; null goes back to the gateway. As Discord does when an address is saved, it sends PINGs
   * with a good and a forged signature, and rejects unless they are answered with type 1 and 401.
   */
  set(url: string | null): Promise<void>;
  /** Sends an interaction and takes its answer; 202 means that the bot calls back by itself. */
  deliver(payload: APIInteraction): void;
}

const ED25519_SPKI_PREFIX_BYTES = 12;

/** Signs with a key of its own. `onFailure` hears of answers that people would see as "the application did not respond". */
export function createInteractionsEndpoint(deps: {
  readonly applicationId: string;
  readonly interactions: Interactions;
  readonly newId: () => string;
  readonly now: () => number;
  readonly onFailure: (reason: string) => void;
}): InteractionsEndpoint {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const verifyKey = publicKey
    .export({ type: "spki", format: "der" })
    .subarray(ED25519_SPKI_PREFIX_BYTES)
    .toString("hex");
  let url: string | null = null;

  async function post(
    to: string,
    payload: unknown,
    forged = false,
  ): Promise<{ status: number; body: JsonObject | undefined }> {
    const body = JSON.stringify(payload);
    const timestamp = String(Math.floor(deps.now() / 1000));
    const signature = sign(null, Buffer.from(`${forged ? "forged" : timestamp}${body}`), privateKey).toString("hex");
    const headers = {
      "content-type": "application/json",
      "user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
      "x-signature-ed25519": signature,
      "x-signature-timestamp": timestamp,
    };
    const response = await fetch(to, { method: "POST", headers, body });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : asObject(JSON.parse(text)) };
  }

  return {
    verifyKey,
    get url() {
      return url;
    },
    async set(next) {
      if (next !== null) {
        const id = deps.newId();
        const ping = {
          version: 1,
          id,
          application_id: deps.applicationId,
          type: InteractionType.Ping,
          token: `ping-${id}`,
        };
        const forged = await post(next, ping, true);
        if (forged.status !== 401)
          throw new Error(`a forged signature was answered with ${forged.status} instead of 401`);
        const pong = await post(next, ping);
        if (pong.status !== 200 || asNumber(pong.body?.["type"]) !== 1)
          throw new Error(`a PING was answered with ${pong.status} instead of 200 and type 1`);
      }
      url = next;
    },
    deliver(payload) {
      if (url === null) return;
      post(url, payload).then(
        ({ status, body }) => {
          if (status === 202) return;
          if (status !== 200) return deps.onFailure(`the endpoint answered ${status}`);
          try {
            deps.interactions.answer(payload.id, payload.token, body, []);
          } catch (error) {
            if (!(error instanceof DiscordError)) throw error;
            deps.onFailure(`${error.code} ${error.message}`);
          }
        },
        (error: unknown) => deps.onFailure(error instanceof Error ? error.message : String(error)),
      );
    },
  };
}
