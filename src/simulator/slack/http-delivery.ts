import { asObject, type JsonObject } from "../discord/json.ts";
import type { EnvelopeKind } from "./envelopes.ts";
import { signatureHeaders } from "./request-signature.ts";
import type { ServiceClock } from "./service-clock.ts";

/** Where an app without Socket Mode takes requests: the addresses of its manifest. */
export interface RequestUrls {
  readonly commands: string;
  readonly interactivity: string;
  readonly events: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly payload: JsonObject;
  /** Why Slack counts it as failed; its values are those of x-slack-retry-reason. */
  readonly failure?: "http_timeout" | "http_error" | "connection_failed";
  readonly noRetry: boolean;
}

/** What makes a request one that an app has to refuse. */
export type Tampering = "wrong-signature" | "no-signature" | "six-minutes-old" | "empty-body";

export interface HttpDelivery {
  readonly urls: RequestUrls | undefined;
  /**
   * Sends by HTTP from now on; undefined goes back to Socket Mode. As Slack does when an address is saved, the one for events has to answer
   * the challenge; rejects otherwise.
   */
  set(urls: string | RequestUrls | undefined): Promise<void>;
  /** Spoils the next request. */
  tamperNext(how: Tampering): void;
  /** Sends the last request once more, byte for byte, as somebody who overheard it. */
  replay(): Promise<HttpAnswer>;
  post(
    kind: EnvelopeKind,
    payload: JsonObject,
    retry?: { readonly number: number; readonly reason: string },
  ): Promise<HttpAnswer>;
}

const PATIENCE_MS = 3000;
const STALE_MS = 6 * 60_000;

/** Signs and sends what Slack sends. */
export function createHttpDelivery(deps: {
  readonly clock: ServiceClock;
  readonly signingSecret: string;
}): HttpDelivery {
  let urls: RequestUrls | undefined;
  let tampering: Tampering | undefined;
  let last: (() => Promise<HttpAnswer>) | undefined;

  function send(url: string, type: string, body: string, more: Record<string, string> = {}): Promise<HttpAnswer> {
    const how = tampering;
    tampering = undefined;
    const atMs = deps.clock.now() - (how === "six-minutes-old" ? STALE_MS : 0);
    const secret = how === "wrong-signature" ? "somebody else's" : deps.signingSecret;
    const headers = {
      "content-type": type,
      "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
      ...(how === "no-signature" ? {} : signatureHeaders(secret, body, atMs)),
      ...more,
    };
    last = () => dispatch(url, headers, how === "empty-body" ? "" : body);
    return last();
  }

  async function dispatch(url: string, headers: Record<string, string>, body: string): Promise<HttpAnswer> {
    const patience = new AbortController();
    const cancel = deps.clock.after(PATIENCE_MS, () => patience.abort(), { keepAlive: true });
    try {
      const response = await fetch(url, { method: "POST", headers, body, signal: patience.signal, redirect: "manual" });
      const text = await response.text();
      const noRetry = response.headers.get("x-slack-no-retry") === "1";
      const failed = response.status === 200 ? {} : { failure: "http_error" as const };
      return { status: response.status, payload: parsed(text), noRetry, ...failed };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const failure = patience.signal.aborted ? "http_timeout" : "connection_failed";
      return { status: 0, payload: {}, noRetry: false, failure };
    } finally {
      cancel();
    }
  }

  return {
    get urls() {
      return urls;
    },
    async set(next) {
      const asked = typeof next === "string" ? { commands: next, interactivity: next, events: next } : next;
      if (asked) {
        const challenge = "simulated-challenge";
        const body = JSON.stringify({ token: "simulated", challenge, type: "url_verification" });
        const { status, payload } = await send(asked.events, "application/json", body);
        const echoed = payload["challenge"] ?? payload["text"];
        if (status !== 200 || echoed !== challenge)
          throw new Error(`${asked.events} answered the challenge with ${status} ${JSON.stringify(payload)}`);
      }
      urls = asked;
    },
    tamperNext(how) {
      tampering = how;
    },
    replay() {
      if (!last) throw new Error("nothing was sent yet");
      return last();
    },
    post(kind, payload, retry) {
      if (!urls) throw new Error("the app has no request URLs");
      const again: Record<string, string> = retry
        ? { "x-slack-retry-num": String(retry.number), "x-slack-retry-reason": retry.reason }
        : {};
      if (kind === "events_api") return send(urls.events, "application/json", JSON.stringify(payload), again);
      const form = new URLSearchParams(
        kind === "interactive" ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>),
      );
      const url = kind === "interactive" ? urls.interactivity : urls.commands;
      return send(url, "application/x-www-form-urlencoded", form.toString(), again);
    },
  };
}

/** An answer is JSON, or the text of a message. */
function parsed(text: string): JsonObject {
  if (text === "") return {};
  try {
    return asObject(JSON.parse(text)) ?? { text };
  } catch (error) {
    if (error instanceof SyntaxError) return { text };
    throw error;
  }
}
