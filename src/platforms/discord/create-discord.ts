import {
  ApplicationCommandType,
  InteractionResponseType,
  InteractionType,
  type APIApplicationCommandAutocompleteInteraction,
  type APIInteraction,
} from "discord-api-types/v10";
import { encodeButtonId } from "../../core/button-id.ts";
import type { Clock } from "../../core/clock.ts";
import type { CommandInfo } from "../../core/command.ts";
import type { BlobRef } from "../../core/image-request.ts";
import { degraded, down, HEALTHY, type PartHealth } from "../../core/health.ts";
import type { Interaction, OptionValues } from "../../core/interaction.ts";
import type { Logger } from "../../core/logger.ts";
import { notice, type Message } from "../../core/message.ts";
import { suggestChoices, type ChoiceLists } from "../../core/option-docs.ts";
import type { Person, Platform } from "../../core/platform.ts";
import { takeUpAgain } from "../../core/promised-answers.ts";
import type { KeyValueStore, UnansweredStore } from "../../core/stores.ts";
import type { TextKey } from "../../core/texts/english.ts";
import { textOf } from "../../core/texts/text.ts";
import { createAckGate } from "./ack-gate.ts";
import { ageOf } from "./acknowledge.ts";
import { addressOf, readAddress, type DiscordAddress } from "./address.ts";
import { createAnswerRecords } from "./answer-records.ts";
import { answerInteraction, answerWithText, handleAgain, openForm } from "./answer-interaction.ts";
import { createDeeds, type ButtonInfo } from "./deeds.ts";
import { createDelivery } from "./deliver.ts";
import { createDiscordRest } from "./discord-rest.ts";
import { createGateway } from "./gateway.ts";
import { isThinking } from "./is-thinking.ts";
import { createInteractionsEndpoint, type EndpointSettings } from "./interactions-endpoint.ts";
import { DISCORD_LIMITS, platformLimits, TOO_OLD_MS } from "./limits.ts";
import { createLiveStatus, type Preview } from "./live-status.ts";
import { clampText } from "./markdown.ts";
import { createMenuForms } from "./menu-forms.ts";
import { fileOrigin } from "./menus.ts";
import type { FitPicture } from "./outgoing-files.ts";
import { createPressGuard } from "./press-guard.ts";
import { createUnansweredInteractions } from "./unanswered-interactions.ts";
import { readHappening, readPerson, type PersonalInteraction } from "./read-interaction.ts";

export interface DiscordDeps {
  readonly token: string;
  /** https://discord.com/api, or a simulator's. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: KeyValueStore;
  readonly unanswered: UnansweredStore;
  /** The defaults that somebody set for themselves. */
  readonly settingsOf: (person: Person) => Promise<OptionValues>;
  readonly readBlob: (ref: BlobRef) => Promise<Uint8Array>;
  readonly fit: FitPicture;
  /** A small WebP of an unfinished picture. */
  readonly encodePreview: (preview: Preview) => Promise<Uint8Array>;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
  readonly commands: readonly CommandInfo[];
  readonly buttons: readonly ButtonInfo[];
  readonly lists: ChoiceLists;
  /** Discord will not serve this bot any more, and why: the process should end. */
  readonly onFatal: (sentence: string) => void;
  /** Interactions come by HTTP instead of by the gateway. */
  readonly endpoint?: EndpointSettings;
}

export interface DiscordPlatform extends Platform {
  health(): PartHealth;
  /** Serves an interaction from wherever it came; what the gateway calls. */
  receive(raw: APIInteraction): void;
}

/** Seen events, so that one that is replayed is not answered twice. */
const REMEMBERED_EVENTS = 5000;
const STOP_PATIENCE_MS = 5000;

const FILE_HOSTS = ["cdn.discordapp.com", "media.discordapp.net"] as const;

/** Discord as a chat platform: interactions from the gateway (no intents) or by HTTP, everything else by REST. */
export function createDiscord(deps: DiscordDeps): DiscordPlatform {
  const { clock, log } = deps;
  let fatal: string | undefined;
  const onFatal = (sentence: string): void => {
    if (fatal !== undefined) return;
    fatal = sentence;
    log.error("Discord ends the service", { sentence });
    deps.onFatal(sentence);
  };
  const rest = createDiscordRest({
    ...deps,
    onUnauthorized: () =>
      onFatal(
        "Discord does not accept the token any more. Make a new one on the Bot page of the Discord developer portal.",
      ),
  });
  const records = createAnswerRecords(deps.store);
  const delivery = createDelivery({ ...deps, rest, records });
  const source = createSource();
  const gate = createAckGate(clock);
  const cdn = fileOrigin(deps.apiUrl);
  const menuForms = createMenuForms(deps.store);
  const presses = createPressGuard(clock);
  const unanswered = createUnansweredInteractions(deps.unanswered, log);
  const answerDeps = { rest, clock, gate, delivery, unanswered };
  const status = createLiveStatus({ ...deps, rest, records, onDeleted: cancelDeleted });
  const commands = new Map(deps.commands.map((command) => [command.name, command]));
  const deeds = createDeeds({ ...deps, menuForms });
  /** Who started the jobs whose status is shown. */
  const owners = new Map<string, DiscordAddress>();
  const seen = new Set<string>();
  /** How many interactions came too late since the start. */
  let tooLate = 0;
  const inFlight = new Set<Promise<unknown>>();
  let handle: ((interaction: Interaction) => Promise<void>) | undefined;

  /** Where interactions come from: Discord gives them to one of both. */
  function createSource() {
    if (!deps.endpoint) return createGateway({ ...deps, rest, onInteraction: receive, onFatal });
    const endpoint = createInteractionsEndpoint({ ...deps.endpoint, log, onInteraction: receive });
    return {
      ready: () => endpoint.listening(),
      close: () => endpoint.close(),
      async connect() {
        const port = await endpoint.listen();
        log.info("waiting for Discord's interactions by HTTP", { port });
      },
    };
  }

  function track<T>(work: Promise<T>): Promise<T> {
    inFlight.add(work);
    void work.then(
      () => inFlight.delete(work),
      () => inFlight.delete(work),
    );
    return work;
  }

  function receive(raw: APIInteraction): void {
    if (!handle || isRepeated(raw.id)) return;
    const serving = handle;
    const work = serve(raw, serving).catch((error: unknown) =>
      log.error("an interaction could not be served", { interaction: raw.id, error }),
    );
    void track(work);
  }

  function isRepeated(id: string): boolean {
    if (seen.has(id)) return true;
    seen.add(id);
    if (seen.size > REMEMBERED_EVENTS) seen.delete(seen.values().next().value!);
    return false;
  }

  async function serve(raw: APIInteraction, serving: (interaction: Interaction) => Promise<void>): Promise<void> {
    const ageMs = ageOf(raw, rest, clock);
    if (ageMs > TOO_OLD_MS) {
      tooLate += 1;
      return log.warn("an interaction came too late", { interaction: raw.id, ageMs, tooLate });
    }
    if (raw.type === InteractionType.ApplicationCommandAutocomplete) return suggest(raw);
    if (!isPersonal(raw)) return log.warn("an interaction of an unknown kind", { type: raw.type });
    const outcome = await answer(raw, serving);
    if (outcome !== "acked") log.warn("an interaction was not acknowledged", { interaction: raw.id, outcome, ageMs });
  }

  async function answer(raw: PersonalInteraction, serving: (interaction: Interaction) => Promise<void>) {
    const say = (key: TextKey) => answerWithText(answerDeps, raw, textOf(raw.locale, key));
    const happening = readHappening(raw, cdn);
    if (happening.kind === "nothing") return say(happening.reason);
    if (happening.kind === "ask") {
      const { form, keep } = menuForms.ask(happening, raw.id, raw.locale);
      return openForm(answerDeps, raw, form, keep);
    }
    const deed = await deeds.of(happening);
    if (!deed) return say("reply.form-expired");
    if (deed.kind === "button" && deeds.draws(deed)) {
      if (!presses.begin(readPerson(raw).id, deed.buttonId, raw.id)) return say("reply.busy");
    }
    return answerInteraction(answerDeps, raw, deed, await deeds.welcome(raw, deed), async (interaction) => {
      let answered = false;
      const reply = (message: Message) => {
        answered = true;
        return interaction.reply(message);
      };
      await serving({ ...interaction, reply });
      if (answered) presses.end(raw.id);
    });
  }

  async function suggest(raw: APIApplicationCommandAutocompleteInteraction): Promise<void> {
    const focused = raw.data.options.find((option) => "focused" in option && option.focused);
    const option = commands.get(raw.data.name)?.options.find(({ name }) => name === focused?.name);
    const typed = focused !== undefined && "value" in focused ? String(focused.value) : "";
    const choices = option ? suggestChoices(option, typed, deps.lists) : [];
    await rest.send({
      method: "POST",
      path: `/interactions/${raw.id}/${raw.token}/callback`,
      body: {
        type: InteractionResponseType.ApplicationCommandAutocompleteResult,
        data: {
          choices: choices.slice(0, DISCORD_LIMITS.choices).map((choice) => {
            const text = clampText(choice, DISCORD_LIMITS.choiceChars);
            return { name: text, value: text };
          }),
        },
      },
      auth: false,
      repeatable: false,
      attempts: 1,
      timeoutMs: 3000,
    });
  }

  /** What an earlier run promised and did not do. */
  function takeUp(serving: (interaction: Interaction) => Promise<void>): Promise<void> {
    return takeUpAgain({
      promised: unanswered.promised,
      log,
      isOpen: (left) => isThinking(rest, left),
      async serve({ body: left }) {
        const happening = readHappening(left.raw, cdn);
        if (happening.kind === "nothing" || happening.kind === "ask") return false;
        const deed = await deeds.of(happening);
        if (!deed || !deeds.draws(deed)) return false;
        await handleAgain(answerDeps, left, deed, serving);
        return true;
      },
      apologise: ({ raw, ephemeral }) =>
        delivery.reply(addressOf(raw, ephemeral), notice(textOf(raw.locale, "reply.restarted"), { kind: "error" })),
    });
  }

  /** Who deletes the placeholder has no use for the job: the same as pressing Cancel. */
  function cancelDeleted(job: string): void {
    const address = owners.get(job);
    if (!address || !handle) return;
    log.info("a placeholder was deleted; cancelling its job", { job });
    const place = { platform: "discord", channel: address.channel, ageRestricted: false };
    void track(
      handle({
        kind: "button",
        buttonId: encodeButtonId({ action: "cancel", job }),
        id: `discord:deleted:${job}`,
        person: { platform: "discord", id: address.user, name: "", moderator: false, roles: [] },
        place: address.guild === null ? place : { ...place, community: address.guild },
        locale: address.locale,
        address,
        // There is nobody to tell.
        async reply() {},
      }),
    );
  }

  return {
    name: "discord",
    uploads: { from: "hosts", hosts: deps.apiUrl.startsWith(cdn) ? [cdn] : FILE_HOSTS },
    receive,
    health() {
      if (fatal !== undefined) return down(fatal);
      if (!source.ready()) return down("There is no confirmed session with Discord; connecting.");
      const trouble = rest.trouble();
      return trouble === undefined ? HEALTHY : degraded(`${trouble}.`);
    },
    limitsAt: (address) => platformLimits(readAddress(address).attachmentBytes),
    async start(next) {
      handle = next;
      void track(takeUp(next)).catch((error: unknown) =>
        log.error("what an earlier run left cannot be answered", { error }),
      );
      await source.connect();
    },
    showStatus(address, update) {
      const to = readAddress(address);
      owners.set(update.job, to);
      status.show(to, update);
    },
    async deliver(address, message, key) {
      const to = readAddress(address);
      await status.close(key);
      owners.delete(key);
      presses.end(to.interaction);
      return track(delivery.deliver(to, message, key));
    },
    post: (address, message, key) => track(delivery.post(readAddress(address), message, key)),
    withdraw: (address, key) => track(delivery.withdraw(readAddress(address), key)),
    async stop() {
      handle = undefined;
      await source.close();
      let stopTimer: (() => void) | undefined;
      // What waits for Discord does not keep the process: the next start answers it.
      const late = new Promise<void>(
        (resolve) => (stopTimer = clock.after(STOP_PATIENCE_MS, resolve, { keepAlive: true })),
      );
      await Promise.race([Promise.allSettled(inFlight), late]);
      stopTimer?.();
      await unanswered.settled();
    },
  };
}

function isPersonal(raw: APIInteraction): raw is PersonalInteraction {
  if (raw.type === InteractionType.ApplicationCommand) {
    return raw.data.type !== ApplicationCommandType.PrimaryEntryPoint;
  }
  return raw.type === InteractionType.MessageComponent || raw.type === InteractionType.ModalSubmit;
}
