import { InteractionResponseType, type APIInteraction } from "discord-api-types/v10";
import type { Clock } from "../../core/clock.ts";
import type { Interaction } from "../../core/interaction.ts";
import { notice, type Form, type Message } from "../../core/message.ts";
import type { AckGate } from "./ack-gate.ts";
import { acknowledge, deferral, type Acknowledgement } from "./acknowledge.ts";
import { addressOf, type DiscordAddress } from "./address.ts";
import type { Delivery } from "./deliver.ts";
import type { DiscordRest } from "./discord-rest.ts";
import { readPerson, readPlace, type Happening, type PersonalInteraction } from "./read-interaction.ts";
import { renderForm } from "./render-form.ts";
import type { PromisedInteraction, UnansweredInteractions } from "./unanswered-interactions.ts";

/** How an interaction is acknowledged. `form`: the first answer may have to be a form, so that there is no placeholder before it. */
export type Welcome = "public" | "ephemeral" | "form";

export interface AnswerDeps {
  readonly rest: DiscordRest;
  readonly clock: Clock;
  readonly gate: AckGate;
  readonly delivery: Pick<Delivery, "reply">;
  readonly unanswered: Pick<UnansweredInteractions, "begin" | "end">;
}

/** Something for the bot to do. */
export type Deed = Exclude<Happening, { kind: "nothing" | "ask" }>;

/** Somebody who presses “Remix” gets a placeholder when no form opened for so long. */
const FORM_PATIENCE_MS = 1500;

/**
 * Acknowledges an interaction and, when Discord took that, hands it on. Resolves when it is handled; the outcome is for the counters.
 */
export async function answerInteraction(
  deps: AnswerDeps,
  raw: PersonalInteraction,
  deed: Deed,
  welcome: Welcome,
  handle: (interaction: Interaction) => Promise<void>,
): Promise<Acknowledgement> {
  if (welcome === "form") return answerWithForm(deps, raw, deed, handle);
  const address = addressOf(raw, welcome === "ephemeral");
  return answerWith(deps, raw, address, () => handle(toInteraction(raw, deed, address, deps.delivery)));
}

/** Hands on an interaction whose placeholder an earlier run has posted. */
export function handleAgain(
  deps: AnswerDeps,
  { raw, ephemeral }: PromisedInteraction,
  deed: Deed,
  handle: (interaction: Interaction) => Promise<void>,
): Promise<void> {
  return handle(toInteraction(raw, deed, addressOf(raw, ephemeral), deps.delivery));
}

/** Answers the person alone with a sentence. */
export function answerWithText(deps: AnswerDeps, raw: PersonalInteraction, text: string): Promise<Acknowledgement> {
  const address = addressOf(raw, true);
  return answerWith(deps, raw, address, () => deps.delivery.reply(address, notice(text, { kind: "error" })));
}

/** Opens a form; `opened` is what then has to be remembered. */
export async function openForm(
  deps: AnswerDeps,
  raw: PersonalInteraction,
  form: Form,
  opened: () => Promise<void>,
): Promise<Acknowledgement> {
  const modal = { type: InteractionResponseType.Modal, data: renderForm(form) };
  const outcome = await deps.gate.pass(() => acknowledge(deps, raw, modal));
  if (isTaken(outcome)) await opened();
  return outcome;
}

async function answerWith(
  deps: AnswerDeps,
  raw: PersonalInteraction,
  { ephemeral }: DiscordAddress,
  work: () => Promise<void>,
): Promise<Acknowledgement> {
  // First of all: from the acknowledgement on somebody waits, whatever happens to this process.
  await deps.unanswered.begin({ raw, ephemeral });
  try {
    const outcome = await deps.gate.pass(() => acknowledge(deps, raw, deferral(ephemeral)));
    if (!isTaken(outcome)) return outcome;
    await deps.gate.quiet();
    await work();
    return outcome;
  } finally {
    deps.unanswered.end(raw.id);
  }
}

function isTaken(outcome: Acknowledgement): boolean {
  return outcome === "acked" || outcome === "perhaps";
}

async function answerWithForm(
  deps: AnswerDeps,
  raw: PersonalInteraction,
  deed: Deed,
  handle: (interaction: Interaction) => Promise<void>,
): Promise<Acknowledgement> {
  const address = addressOf(raw, true);
  let first: Promise<Acknowledgement> | undefined;
  const placeholder = () => (first ??= postPlaceholder());
  const stopTimer = deps.clock.after(FORM_PATIENCE_MS, () => void placeholder());
  async function postPlaceholder(): Promise<Acknowledgement> {
    await deps.unanswered.begin({ raw, ephemeral: true });
    return deps.gate.pass(() => acknowledge(deps, raw, deferral(true)));
  }
  const delivery = {
    async reply(to: DiscordAddress, message: Message): Promise<void> {
      await placeholder();
      await deps.delivery.reply(to, message);
    },
  };
  async function openForm(form: Form): Promise<void> {
    if (first) throw new Error("too late for a form: the interaction is answered");
    const modal = { type: InteractionResponseType.Modal, data: renderForm(form) };
    first = deps.gate.pass(() => acknowledge(deps, raw, modal));
    const outcome = await first;
    if (!isTaken(outcome)) throw new Error(`the form could not be opened: ${outcome}`);
  }
  try {
    await handle({ ...toInteraction(raw, deed, address, delivery), openForm });
    return await placeholder();
  } finally {
    stopTimer();
    deps.unanswered.end(raw.id);
  }
}

function toInteraction(
  raw: PersonalInteraction,
  deed: Deed,
  address: DiscordAddress,
  delivery: Pick<Delivery, "reply">,
): Interaction {
  return {
    ...deed,
    id: eventKey(raw),
    person: readPerson(raw),
    place: readPlace(raw),
    locale: raw.locale,
    address,
    reply: (message) => delivery.reply(address, message),
  };
}

/** The idempotency key of what an interaction starts. */
export function eventKey({ id }: Pick<APIInteraction, "id">): string {
  return `discord:${id}`;
}
