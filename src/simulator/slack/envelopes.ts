import type { JsonObject } from "../discord/json.ts";

export type EnvelopeKind = "slash_commands" | "interactive" | "events_api";

/** What an app answered to an envelope. */
export interface Ack {
  readonly afterMs: number;
  /** The answer's JSON; empty when there was none. */
  readonly payload: JsonObject;
}

/** How an envelope went: what the person sees who caused it. Without any connection Slack reports `dispatch_failed`. */
export type Outcome = "acked" | "operation_timeout" | "dispatch_failed";

/** One try to give an envelope to the app. */
export interface Attempt {
  readonly atMs: number;
  /** Number of the socket, or the address. */
  readonly to: number | string;
  readonly retryAttempt: number;
  readonly retryReason?: string;
  /** What the app answered over HTTP; 0 when no answer came. */
  status?: number;
}

/** Something that Slack tells an app. */
export interface Envelope {
  readonly id: string;
  readonly kind: EnvelopeKind;
  readonly payload: JsonObject;
  readonly createdAtMs: number;
  readonly attempts: Attempt[];
  ack?: Ack;
  outcome?: Outcome;
  /** Acks beyond the first in time: of redelivered envelopes, or too late. */
  readonly furtherAcks: Ack[];
  /** Does what the answer asks for. */
  readonly onAck?: (payload: JsonObject) => void;
}
