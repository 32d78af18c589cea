import type { JsonObject } from "../discord/json.ts";
import type { Attempt, Envelope, EnvelopeKind, Outcome } from "./envelopes.ts";
import type { HttpDelivery } from "./http-delivery.ts";
import type { Ids } from "./ids.ts";
import type { ServiceClock } from "./service-clock.ts";
import type { SocketMode } from "./socket-mode.ts";

export interface Deliveries {
  /** Gives something to the app, by Socket Mode or HTTP, and again where Slack does. */
  send(kind: EnvelopeKind, payload: JsonObject, onAck?: (payload: JsonObject) => void): Envelope;
  /** Delivers the same envelope once more. */
  redeliver(envelope: Envelope): void;
  readonly acknowledge: (envelopeId: string, payload: JsonObject) => void;
  /** A socket is gone: events that it has not acknowledged go to another one. */
  readonly lost: (socketNumber: number) => void;
  /** So many of the next envelopes come twice. */
  duplicateNext(count: number): void;
  readonly envelopes: readonly Envelope[];
}

const PATIENCE_MS = 3000;
const ADDRESS = { slash_commands: "commands", interactive: "interactivity", events_api: "events" } as const;
/** Slack tries events again at once, after a minute and after five (docs.slack.dev, apis/events-api, "Retries"). */
const RETRY_AFTER_MS = [0, 60_000, 300_000];

/** Slack's outbox. */
export function createDeliveries(deps: {
  readonly clock: ServiceClock;
  readonly ids: Ids;
  readonly socketMode: () => Pick<SocketMode, "send">;
  readonly http: HttpDelivery;
  readonly onSettled: (envelope: Envelope) => void;
}): Deliveries {
  const { clock } = deps;
  const envelopes: Envelope[] = [];
  let duplicates = 0;

  function settle(envelope: Envelope, outcome: Outcome): void {
    envelope.outcome = outcome;
    deps.onSettled(envelope);
  }

  function deliver(envelope: Envelope, retryAttempt: number, retryReason?: string): void {
    function note(to: number | string): Attempt {
      const reason = retryReason === undefined ? {} : { retryReason };
      const attempt: Attempt = { atMs: clock.now(), to, retryAttempt, ...reason };
      envelope.attempts.push(attempt);
      return attempt;
    }
    if (deps.http.urls) {
      void byHttp(envelope, note(deps.http.urls[ADDRESS[envelope.kind]]));
      return;
    }
    const retried = retryReason === undefined ? {} : { retry_attempt: retryAttempt, retry_reason: retryReason };
    const to = deps.socketMode().send({
      envelope_id: envelope.id,
      payload: envelope.payload,
      type: envelope.kind,
      accepts_response_payload: envelope.kind !== "events_api",
      ...retried,
    });
    if (to === undefined) return failed(envelope, retryAttempt, "connection_failed");
    note(to);
    clock.after(
      PATIENCE_MS,
      () => {
        if (!envelope.ack && envelope.attempts.at(-1)?.retryAttempt === retryAttempt)
          failed(envelope, retryAttempt, "timeout");
      },
      { keepAlive: true },
    );
  }

  async function byHttp(envelope: Envelope, attempt: Attempt): Promise<void> {
    const { retryAttempt, retryReason } = attempt;
    const retry = retryReason === undefined ? undefined : { number: retryAttempt, reason: retryReason };
    const answer = await deps.http.post(envelope.kind, envelope.payload, retry);
    attempt.status = answer.status;
    if (answer.failure === undefined) acknowledge(envelope, answer.payload);
    else if (!envelope.ack) failed(envelope, retryAttempt, answer.failure, answer.noRetry);
  }

  function failed(envelope: Envelope, retryAttempt: number, reason: string, noRetry = false): void {
    const waitMs = RETRY_AFTER_MS[retryAttempt];
    if (envelope.kind === "events_api" && waitMs !== undefined && !noRetry) {
      clock.after(waitMs, () => {
        if (!envelope.ack) deliver(envelope, retryAttempt + 1, reason);
      });
    } else if (envelope.outcome === undefined) {
      settle(envelope, reason.endsWith("timeout") ? "operation_timeout" : "dispatch_failed");
    }
  }

  function acknowledge(envelope: Envelope, payload: JsonObject): void {
    const ack = { afterMs: clock.now() - envelope.createdAtMs, payload };
    if (envelope.ack || envelope.outcome !== undefined) {
      envelope.furtherAcks.push(ack);
      return;
    }
    envelope.ack = ack;
    envelope.onAck?.(payload);
    settle(envelope, "acked");
  }

  return {
    envelopes,
    send(kind, payload, onAck) {
      const envelope: Envelope = {
        id: deps.ids.uuid(),
        kind,
        payload,
        createdAtMs: clock.now(),
        attempts: [],
        furtherAcks: [],
        ...(onAck ? { onAck } : {}),
      };
      envelopes.push(envelope);
      deliver(envelope, 0);
      if (duplicates > 0) {
        duplicates -= 1;
        deliver(envelope, 0);
      }
      return envelope;
    },
    redeliver: (envelope) => deliver(envelope, 0),
    acknowledge(envelopeId, payload) {
      const envelope = envelopes.find(({ id }) => id === envelopeId);
      if (envelope) acknowledge(envelope, payload);
    },
    lost(socketNumber) {
      for (const envelope of envelopes) {
        const last = envelope.attempts.at(-1);
        if (envelope.kind === "events_api" && !envelope.ack && last?.to === socketNumber)
          failed(envelope, last.retryAttempt, "connection_failed");
      }
    },
    duplicateNext(count) {
      duplicates += count;
    },
  };
}
