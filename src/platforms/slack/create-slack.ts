import type { Clock } from "../../core/clock.ts";
import type { CommandInfo } from "../../core/command.ts";
import type { BlobRef } from "../../core/image-request.ts";
import { degraded, down, HEALTHY, type PartHealth } from "../../core/health.ts";
import type { Interaction, OptionValues } from "../../core/interaction.ts";
import type { Logger } from "../../core/logger.ts";
import { notice, type Form, type Message } from "../../core/message.ts";
import type { ChoiceLists } from "../../core/option-docs.ts";
import type { Person, Platform } from "../../core/platform.ts";
import { createPromisedAnswers, takeUpAgain } from "../../core/promised-answers.ts";
import type { KeyValueStore, UnansweredStore } from "../../core/stores.ts";
import { textOf } from "../../core/texts/text.ts";
import { addressOf, readAddress, workspaceKey, type SlackAddress, type Workspace } from "./address.ts";
import { createAnswerRecords } from "./answer-records.ts";
import { composeHome } from "./app-home.ts";
import { createCommandNames } from "./command-names.ts";
import { createConnection, type ConnectSettings } from "./connect.ts";
import { createApp } from "./create-app.ts";
import { createFindEmoji, EMOJI_HOST } from "./custom-emoji.ts";
import { createDelivery } from "./deliver.ts";
import { createDrawsAtOnce, type ButtonInfo } from "./draws-at-once.ts";
import { PLATFORM_LIMITS, PROMISE_LIFE_MS } from "./limits.ts";
import { createLiveStatus } from "./live-status.ts";
import { toPlainText } from "./mrkdwn.ts";
import { createPeople, DEFAULT_LOCALE } from "./people.ts";
import { createPrivacy } from "./privacy.ts";
import { writeMetadata, type SlackEvent } from "./read-events.ts";
import { renderForm } from "./render-form.ts";
import { toImage } from "./render-message.ts";
import { createSlackApi } from "./slack-api.ts";
import { createUploads, type FitPicture } from "./uploads.ts";

export interface SlackDeps extends ConnectSettings {
  /** https://slack.com/api/, or a simulator's. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: KeyValueStore;
  readonly unanswered: UnansweredStore;
  /** The defaults that somebody set for themselves. */
  readonly settingsOf: (person: Person) => Promise<OptionValues>;
  readonly readBlob: (ref: BlobRef) => Promise<Uint8Array>;
  readonly fit: FitPicture;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
  readonly commands: readonly CommandInfo[];
  readonly buttons: readonly ButtonInfo[];
  readonly lists: ChoiceLists;
  /** What somebody has used of their quota, in words. */
  readonly quotaText: (person: Person) => string;
  /** Slack will not serve this app any more, and why: the process should end. */
  readonly onFatal: (sentence: string) => void;
}

export interface SlackPlatform extends Platform {
  health(): PartHealth;
}

/** An event with when it came, as it is written down. */
interface Promised {
  readonly event: SlackEvent;
  readonly at: number;
}

type Handle = (interaction: Interaction) => Promise<void>;
/** How a form that was sent is answered: by closing it, or by saying in it what is wrong. */
type Ack = (errors?: Readonly<Record<string, string>>) => Promise<void>;

/** Seen events, so that one that is sent again is not answered twice. */
const REMEMBERED_EVENTS = 5000;
/** A modal stays open until it is known whether something is wrong in it, but not for longer. */
const FORM_PATIENCE_MS = 1800;
const STOP_PATIENCE_MS = 5000;
/** A workspace that is served again is not heard of for so long. */
const REMEMBERED_DEATH_MS = 3_600_000;
const FILE_HOST = "files.slack.com";
const REVEAL_TITLE = "Picture";

/** Slack as a chat platform: events from sockets or by HTTP, everything else by the Web API. */
export function createSlack(deps: SlackDeps): SlackPlatform {
  const { clock, log, store } = deps;
  let fatal: string | undefined;
  /** Workspaces whose token was refused, and when last. */
  const deadTokens = new Map<string, number>();
  const onFatal = (sentence: string): void => {
    if (fatal !== undefined) return;
    fatal = sentence;
    log.error("Slack ends the service", { sentence });
    deps.onFatal(sentence);
  };
  const connection = createConnection({ ...deps, onFatal });
  const api = createSlackApi({ ...deps, ...connection, onTokenDead: tokenDied });
  const uploads = createUploads({ ...deps, api });
  const nameCommands = createCommandNames(deps.commands.map(({ name }) => name));
  const delivery = createDelivery({ api, uploads, nameCommands, clock, log, records: createAnswerRecords(store) });
  const status = createLiveStatus({ api, delivery, clock, log });
  const readPerson = createPeople({ api, clock, log });
  const findEmoji = createFindEmoji({ api, clock });
  const isPrivate = createPrivacy(deps);
  const drawsAtOnce = createDrawsAtOnce(deps);
  const promised = createPromisedAnswers<Promised>("slack", deps.unanswered, log);
  const commands = new Set(deps.commands.map(({ name }) => name));
  const seen = new Set<string>();
  /** Those of them that are not answered yet. */
  const open = new Set<string>();
  const inFlight = new Set<Promise<unknown>>();
  let handle: Handle | undefined;

  createApp({
    receiver: connection,
    apiUrl: deps.apiUrl,
    log,
    authorize: (workspace) => connection.authorize(workspace),
    commands,
    listeners: {
      async promised(event) {
        // What was answered is sent again: it must not be answered once more after a restart.
        if (seen.has(event.id) && !open.has(event.id)) return;
        const at = clock.now();
        await promised.begin({ id: event.id, body: { event, at }, expiresAt: at + PROMISE_LIFE_MS });
      },
      // While the program stops nobody takes it: the next start does.
      handed(event) {
        if (handle && !seen.has(event.id)) promised.end(event.id);
      },
      happened: (event) => receive(event, (serving) => serve(event, serving)),
      sent(event, ack) {
        if (!receive(event, (serving) => serveForm(event, serving, ack))) void track(ack());
      },
      revealed: (event, file) => receive(event, () => reveal(event, file)),
      homeOpened: (event) => receive(event, (serving) => publishHome(event, serving)),
      uninstalled: (workspace) =>
        void track(
          connection
            .uninstalled(workspace)
            .catch((error: unknown) => log.error("tokens could not be deleted", { error })),
        ),
    },
  });

  function track<T>(work: Promise<T>): Promise<T> {
    inFlight.add(work);
    void work.then(
      () => inFlight.delete(work),
      () => inFlight.delete(work),
    );
    return work;
  }

  function tokenDied(workspace: Workspace, code: string): void {
    deadTokens.set(workspaceKey(workspace), clock.now());
    connection.tokenDied(code);
  }

  /** False for an event that was seen before, or that nobody serves. */
  function receive(event: SlackEvent, work: (serving: Handle) => Promise<void>): boolean {
    if (!handle || seen.has(event.id)) return false;
    remember(event);
    open.add(event.id);
    const served = work(handle)
      .catch((error: unknown) => log.error("an event could not be served", { event: event.id, error }))
      .finally(() => {
        open.delete(event.id);
        promised.end(event.id);
      });
    void track(served);
    return true;
  }

  function remember({ id }: SlackEvent): void {
    seen.add(id);
    if (seen.size > REMEMBERED_EVENTS) seen.delete(seen.values().next().value!);
  }

  /** What an earlier run acknowledged and did not answer. Slack does not say what became of it, so that nothing is passed over. */
  function takeUp(serving: Handle): Promise<void> {
    return takeUpAgain({
      promised,
      log,
      async isOpen({ event }) {
        const isNew = !seen.has(event.id);
        remember(event);
        return isNew;
      },
      async serve({ body: { event, at } }) {
        if (!drawsAtOnce(event.happening)) return false;
        const { trigger: _, ...left } = event;
        await serve(left, serving, { at });
        return true;
      },
      async apologise({ event: { id, where }, at }) {
        const { locale } = await readPerson(where);
        const address = addressOf(where, id, { hidden: true, locale }, at);
        await delivery.reply(address, notice(textOf(locale, "reply.restarted"), { kind: "error" }));
      },
    });
  }

  async function serve(
    event: SlackEvent,
    serving: Handle,
    { at = clock.now(), reply }: { at?: number; reply?: (message: Message) => Promise<boolean> } = {},
  ): Promise<void> {
    const { happening, where, trigger } = event;
    const { person, locale } = await readPerson(where);
    const hidden = await isPrivate(happening, person);
    const address = addressOf(where, event.id, { hidden, locale: hidden ? locale : DEFAULT_LOCALE }, at);
    if (happening.kind === "nothing") {
      return delivery.reply(address, notice("That message shows no picture that I could use.", { kind: "error" }));
    }
    await serving({
      ...happening,
      ...baseOf(event, person, address),
      locale,
      findEmoji: (name) => findEmoji(where, name),
      async reply(message) {
        if (!(await reply?.(message))) await delivery.reply(address, message);
      },
      ...(trigger === undefined ? {} : { openForm: (form) => openForm(event, trigger, address, form) }),
    });
  }

  /** A click has three seconds to open a form; after that there is another button to click. */
  async function openForm({ where }: SlackEvent, trigger: string, address: SlackAddress, form: Form): Promise<void> {
    const args = { trigger_id: trigger, view: renderForm(form, writeMetadata(where), deps.lists) };
    try {
      await api.call(where, { method: "views.open", args, repeatable: false, attempts: 1 });
    } catch (error) {
      log.warn("a form could not be opened", { form: form.id, error });
      await delivery.reply(address, {
        ...notice("That took too long for Slack to open the form. Please try once more:", { kind: "error" }),
        buttons: [[{ id: form.id, label: "Open the form", style: "primary" }]],
      });
    }
  }

  /** The first fault that the person can correct is shown in the form while it is open. */
  async function serveForm(event: SlackEvent, serving: Handle, send: Ack): Promise<void> {
    let sent: Promise<void> | undefined;
    const ack: Ack = (errors) => (sent ??= send(errors));
    const stopTimer = clock.after(FORM_PATIENCE_MS, () => void track(ack()), { keepAlive: true });
    const fields = event.happening.kind === "form" ? Object.keys(event.happening.values) : [];
    try {
      const reply = async (message: Message): Promise<boolean> => {
        const [first] = fields;
        const correctable = message.kind === "error" && message.buttons.length === 0 && first !== undefined;
        if (sent || !correctable) return false;
        const field = fields.find((name) => message.text.startsWith(`${name} `) || message.text.startsWith(`${name}:`));
        await ack({ [field ?? first]: toPlainText(nameCommands(message.text)) });
        return true;
      };
      await serve(event, serving, { reply });
    } finally {
      stopTimer();
      await ack();
    }
  }

  async function reveal({ where, trigger }: SlackEvent, file: string): Promise<void> {
    const title = { type: "plain_text", text: REVEAL_TITLE };
    const view = {
      type: "modal",
      title,
      blocks: [toImage({ id: file, altText: "A picture that is not shown at once" })],
    };
    const args = { trigger_id: trigger, view };
    await api.call(where, { method: "views.open", args, repeatable: false, attempts: 1 });
  }

  async function publishHome(event: SlackEvent, serving: Handle): Promise<void> {
    const { where } = event;
    const { person, locale } = await readPerson(where);
    const base = baseOf(event, person, addressOf(where, event.id, { hidden: true, locale }, clock.now()));
    const ask = async (command: string, text?: string): Promise<Message | undefined> => {
      let answer: Message | undefined;
      const options = text === undefined ? {} : { text };
      await serving({
        ...base,
        id: `${base.id}:${command}`,
        kind: "command",
        command,
        options,
        reply: async (message) => {
          answer = message;
        },
      });
      return answer;
    };
    const { moderator } = person;
    const about = { workspace: where, moderator, quota: deps.quotaText(person) };
    const view = await composeHome({ ask, uploads, nameCommands }, about);
    await api.call(where, { method: "views.publish", args: { user_id: where.user, view }, repeatable: true });
  }

  return {
    name: "slack",
    uploads: {
      from: "hosts",
      hosts: [FILE_HOST, EMOJI_HOST, new URL(deps.apiUrl).origin],
      headers(url) {
        const token = isFile(url) ? api.tokenFor(url) : undefined;
        return token === undefined ? {} : { authorization: `Bearer ${token}` };
      },
    },
    health() {
      if (fatal !== undefined) return down(fatal);
      if (!connection.ready()) return down("There is no connection to Slack; connecting.");
      const since = clock.now() - REMEMBERED_DEATH_MS;
      const dead = [...deadTokens.values()].filter((at) => at > since).length;
      return dead === 0
        ? HEALTHY
        : degraded(`The tokens of ${dead} workspaces do not work: install the app there again.`);
    },
    limitsAt: () => PLATFORM_LIMITS,
    async start(next) {
      handle = next;
      await connection.start();
      void track(takeUp(next)).catch((error: unknown) =>
        log.error("what an earlier run left cannot be answered", { error }),
      );
    },
    showStatus: (address, update) => status.show(readAddress(address), update),
    async deliver(address, message, key) {
      await status.close(key);
      return track(delivery.deliver(readAddress(address), message, key));
    },
    post: (address, message, key) => track(delivery.post(readAddress(address), message, key)),
    withdraw: (address, key) => track(delivery.withdraw(readAddress(address), key)),
    async stop() {
      handle = undefined;
      let stopTimer: (() => void) | undefined;
      // What hangs does not keep the process: its answer is due again at the next start.
      const late = new Promise<void>(
        (resolve) => (stopTimer = clock.after(STOP_PATIENCE_MS, resolve, { keepAlive: true })),
      );
      await Promise.race([Promise.allSettled(inFlight), late]);
      stopTimer?.();
      // Last: what is acknowledged until here is Slack's to show, and no event is lost on a closed socket.
      await connection.stop();
      await promised.settled();
    },
  };
}

/** Whether an address is that of a file that people shared: only there a token is needed, and sent. */
function isFile(url: string): boolean {
  const { hostname, pathname } = new URL(url);
  return hostname !== EMOJI_HOST && pathname.startsWith("/files-");
}

/** Who and where, in the core's words. What has no channel happens between the person and the bot. */
function baseOf({ id, where }: SlackEvent, person: Person, address: SlackAddress) {
  const channel = where.channel ?? `direct:${where.user}`;
  return {
    id: `slack:${id}`,
    person,
    place: {
      platform: "slack",
      community: workspaceKey(where),
      channel: `${workspaceKey(where)}:${channel}`,
      ageRestricted: false,
    },
    locale: address.locale,
    address,
  };
}
