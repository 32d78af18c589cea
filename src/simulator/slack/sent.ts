import type { JsonObject } from "../discord/json.ts";
import type { Waiters } from "../discord/waiters.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Ack, Envelope, Outcome } from "./envelopes.ts";

/** Something that a person did, on its way to the app. */
export interface Sent {
  readonly envelope: Envelope;
  readonly payload: JsonObject;
  /** Empty where nothing can be opened: events, closed views, menus being typed into. */
  readonly triggerId: string;
  /** Where the app may answer; absent for views, shortcuts and events. */
  readonly responseUrl?: string;
  outcome(): Outcome | undefined;
  /** How it ended: acked in three seconds, or what the person is told. Rejects when `timeoutMs` (by default 10,000) pass before. */
  waitForOutcome(timeoutMs?: number): Promise<Outcome>;
  /** The acknowledgement. Rejects also when Slack gave up waiting for it. */
  waitForAck(timeoutMs?: number): Promise<Ack>;
  /** Delivers the same envelope once more, on the next socket. */
  redeliver(): void;
}

export function createSent(
  deps: { readonly deliveries: Deliveries; readonly settled: Waiters<Envelope> },
  envelope: Envelope,
  { triggerId = "", ...links }: { readonly triggerId?: string; readonly responseUrl?: string } = {},
): Sent {
  const wait = async (timeoutMs?: number) => {
    const isDone = (one: Envelope) => one === envelope && one.outcome !== undefined;
    await deps.settled.wait(`the app to acknowledge envelope ${envelope.id}`, [envelope], isDone, timeoutMs);
    return envelope;
  };

  return {
    envelope,
    payload: envelope.payload,
    triggerId,
    ...links,
    outcome: () => envelope.outcome,
    waitForOutcome: async (timeoutMs) => (await wait(timeoutMs)).outcome!,
    async waitForAck(timeoutMs) {
      const { ack, outcome } = await wait(timeoutMs);
      if (!ack) throw new Error(`the app did not acknowledge: ${outcome}`);
      return ack;
    },
    redeliver: () => deps.deliveries.redeliver(envelope),
  };
}
