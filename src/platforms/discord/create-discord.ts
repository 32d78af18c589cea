import {
  ApplicationCommandType,
  InteractionResponseType,
  InteractionType,
  type APIApplicationCommandAutocompleteInteraction,
  type APIInteraction,
} from "discord-api-types/v10";
import { decodeButtonId, encodeButtonId } from "../../core/button-id.ts";
import type { Clock } from "../../core/clock.ts";
import type { CommandInfo } from "../../core/command.ts";
import type { BlobRef } from "../../core/image-request.ts";
import type { Interaction, OptionValues } from "../../core/interaction.ts";
import type { Logger } from "../../core/logger.ts";
import type { Message } from "../../core/message.ts";
import { suggestChoices, type ChoiceLists } from "../../core/option-docs.ts";
import { readSettings } from "../../core/person-settings.ts";
import type { Platform } from "../../core/platform.ts";
import type { KeyValueStore } from "../../core/stores.ts";
import { createAckGate } from "./ack-gate.ts";
import { ageOf } from "./acknowledge.ts";
import { readAddress, type DiscordAddress } from "./address.ts";
import { createAnswerRecords } from "./answer-records.ts";
import { answerInteraction, answerWithText, openForm, type Deed, type Welcome } from "./answer-interaction.ts";
import { createDelivery } from "./deliver.ts";
import { createDiscordRest } from "./discord-rest.ts";
import { createGateway } from "./gateway.ts";
import { createInteractionsEndpoint, type EndpointSettings } from "./interactions-endpoint.ts";
import { DISCORD_LIMITS, platformLimits, TOO_OLD_MS } from "./limits.ts";
import { createLiveStatus, type Preview } from "./live-status.ts";
import { clampText } from "./markdown.ts";
import { createMenuForms } from "./menu-forms.ts";
import { fileOrigin } from "./menus.ts";
import type { FitPicture } from "./outgoing-files.ts";
import { createPressGuard } from "./press-guard.ts";
import { isOnEphemeral, readHappening, readPerson, type PersonalInteraction } from "./read-interaction.ts";

export interface DiscordDeps {
  readonly token: string;
  /** https://discord.com/api, or a simulator's. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: KeyValueStore;
  readonly readBlob: (ref: BlobRef) => Promise<Uint8Array>;
  readonly fit: FitPicture;
  /** A small WebP of an unfinished picture. */
  readonly encodePreview: (preview: Preview) => Promise<Uint8Array>;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
  readonly commands: readonly CommandInfo[];
  readonly buttons: readonly { readonly action: string; readonly draws?: true; readonly submit?: unknown }[];
  readonly lists: ChoiceLists;
  /** Discord will not serve this bot any more, and why: the process should end. */
  readonly onFatal: (sentence: string) => void;
  /** Interactions come by HTTP instead of by the gateway. */
  readonly endpoint?: EndpointSettings;
}

export interface DiscordPlatform extends Platform {
  /** Connected, and not limited without end. */
  ready(): boolean;
  /** Serves an interaction from wherever it came; what the gateway calls. */
  receive(raw: APIInteraction): void;
}

/** Seen events, so that one that is replayed is not answered twice. */
const REMEMBERED_EVENTS = 5000;

const FILE_HOSTS = ["cdn.discordapp.com", "media.discordapp.net"] as const;

const BUSY_TEXT = "I am drawing that already. Press again when it is there.";

/** Discord as a chat platform: interactions from the gateway (no intents) or by HTTP, everything else by REST. */
export function createDiscord(deps: DiscordDeps): DiscordPlatform {
  const { clock, log } = deps;
  let fatal = false;
  const onFatal = (sentence: string): void => {
    if (fatal) return;
    fatal = true;
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
  const answerDeps = { rest, clock, gate, delivery };
  const status = createLiveStatus({ ...deps, rest, records, onDeleted: cancelDeleted });
  const commands = new Map(deps.commands.map((command) => [command.name, command]));
  const buttons = new Map(deps.buttons.map((button) => [button.action, button]));
  /** Who started the jobs whose status is shown. */
  const owners = new Map<string, DiscordAddress>();
  const seen = new Set<string>();
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
    if (ageMs > TOO_OLD_MS) return log.warn("an interaction came too late", { interaction: raw.id, ageMs });
    if (raw.type === InteractionType.ApplicationCommandAutocomplete) return suggest(raw);
    if (!isPersonal(raw)) return log.warn("an interaction of an unknown kind", { type: raw.type });
    const outcome = await answer(raw, serving);
    if (outcome !== "acked") log.warn("an interaction was not acknowledged", { interaction: raw.id, outcome, ageMs });
  }

  async function answer(raw: PersonalInteraction, serving: (interaction: Interaction) => Promise<void>) {
    const happening = readHappening(raw, cdn);
    if (happening.kind === "nothing") return answerWithText(answerDeps, raw, happening.reason);
    if (happening.kind === "ask") {
      const { form, keep } = menuForms.ask(happening, raw.id);
      return openForm(answerDeps, raw, form, keep);
    }
    const deed = isMenuForm(happening) ? await menuForms.read(happening.formId, happening.values) : happening;
    if (!deed) return answerWithText(answerDeps, raw, "That form was open for too long. Choose the menu again.");
    if (deed.kind === "button" && drawsAtOnce(deed.buttonId)) {
      if (!presses.begin(readPerson(raw).id, deed.buttonId, raw.id)) return answerWithText(answerDeps, raw, BUSY_TEXT);
    }
    return answerInteraction(answerDeps, raw, deed, await welcomeOf(raw, deed), async (interaction) => {
      let answered = false;
      const reply = (message: Message) => {
        answered = true;
        return interaction.reply(message);
      };
      await serving({ ...interaction, reply });
      if (answered) presses.end(raw.id);
    });
  }

  /** A button that opens a form draws later, and may be pressed again meanwhile. */
  function drawsAtOnce(buttonId: string): boolean {
    const button = buttons.get(actionOf(buttonId));
    return button?.draws === true && button.submit === undefined;
  }

  async function welcomeOf(raw: PersonalInteraction, deed: Deed): Promise<Welcome> {
    if (deed.kind === "command") {
      const draws = commands.get(deed.command)?.draws === true;
      return !draws || (await wantsPrivacy(raw, deed.options)) ? "ephemeral" : "public";
    }
    const button = buttons.get(actionOf(deed.kind === "button" ? deed.buttonId : deed.formId));
    if (deed.kind === "button" && button?.submit !== undefined) return "form";
    return button?.draws !== true || isOnEphemeral(raw) ? "ephemeral" : "public";
  }

  function isMenuForm(happening: Deed): happening is Extract<Deed, { kind: "form" }> {
    return happening.kind === "form" && menuForms.isOne(happening.formId);
  }

  /** What the command says goes before what the person prefers. */
  async function wantsPrivacy(raw: PersonalInteraction, options: OptionValues): Promise<boolean> {
    if (typeof options["private"] === "boolean") return options["private"];
    if (/(?:^|\s)(?:--|[–—])private\b/.test(`${options["prompt"] ?? ""}`)) return true;
    try {
      return (await readSettings(deps.store, readPerson(raw)))["private"] === true;
    } catch (error) {
      log.warn("a person's settings cannot be read", { error });
      return false;
    }
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
    ready: () => source.ready() && rest.healthy(),
    limitsAt: (address) => platformLimits(readAddress(address).attachmentBytes),
    async start(next) {
      handle = next;
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
      await Promise.allSettled(inFlight);
    },
  };
}

function isPersonal(raw: APIInteraction): raw is PersonalInteraction {
  if (raw.type === InteractionType.ApplicationCommand) {
    return raw.data.type !== ApplicationCommandType.PrimaryEntryPoint;
  }
  return raw.type === InteractionType.MessageComponent || raw.type === InteractionType.ModalSubmit;
}

function actionOf(id: string): string {
  try {
    return decodeButtonId(id).action;
  } catch {
    // Not one of ours, or of another release: the router says so.
    return "";
  }
}
