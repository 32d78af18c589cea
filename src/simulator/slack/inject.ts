import { asObject, asText, type JsonObject } from "../discord/json.ts";
import type { Waiters } from "../discord/waiters.ts";
import { elementsOf } from "./block-kit/validate.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Envelope } from "./envelopes.ts";
import type { Files } from "./files.ts";
import type { Ids } from "./ids.ts";
import { asObjects } from "./json.ts";
import type { Messages, StoredMessage } from "./messages.ts";
import type { ViewChecker } from "./methods/views.ts";
import type { Payloads } from "./payloads.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { RequestLog } from "./request-log.ts";
import { createSent, type Sent } from "./sent.ts";
import { SlackError } from "./slack-error.ts";
import type { Triggers } from "./triggers.ts";
import { typedText } from "./typed-text.ts";
import { answerSubmission } from "./answer-submission.ts";
import { choice, filledState, type InputValue } from "./view-state.ts";
import type { StoredView, Views } from "./views.ts";
import type { Conversation, Person, World } from "./world.ts";

/** Who acts, and where. By default Alice of the first workspace, in its #general. */
export interface Actor {
  readonly userId?: string;
  /** How old the interaction is when the app hears of it: its three seconds begin that much earlier. */
  readonly ageMs?: number;
}

export interface SlashCommand extends Actor {
  /** "/imagine" */
  readonly command: string;
  /** As it is typed: @names, #channels and links become marks, & < > become entities. */
  readonly text?: string;
  readonly channelId?: string;
}

export interface Press extends Actor {
  /** The message or view that has the element. */
  readonly on: StoredMessage | StoredView;
  readonly actionId: string;
  /** Of a menu: values of the options, ids of people or channels. */
  readonly choose?: string | readonly string[];
  /** Presses something that is not there (an old release's, a forged one), with this value. */
  readonly forged?: string;
}

export interface Submission extends Actor {
  readonly values: Readonly<Record<string, InputValue>>;
}

/** The part of people, as far as the app's interactions go. */
export interface Interactions {
  slash(command: SlashCommand): Sent;
  press(press: Press): Sent;
  /** A global shortcut, from the lightning menu. */
  shortcut(shortcut: Actor & { readonly callbackId: string }): Sent;
  /** A message's menu. */
  messageShortcut(shortcut: Actor & { readonly callbackId: string; readonly on: StoredMessage }): Sent;
  /** Sends a modal. */
  submit(view: StoredView, submission: Submission): Sent;
  /** Closes a modal, or with `clear` the whole stack; the app hears of it where the view asked for that. */
  close(view: StoredView, options?: { readonly clear?: boolean }): Sent | undefined;
  /** Types into a menu with external options. */
  suggest(on: StoredMessage | StoredView, actionId: string, value: string): Sent;
}

export interface InjectDeps {
  readonly ids: Ids;
  readonly world: World;
  readonly originUrl: () => string;
  readonly payloads: Payloads;
  readonly deliveries: Deliveries;
  readonly settled: Waiters<Envelope>;
  readonly triggers: Triggers;
  readonly messages: Messages;
  readonly views: Views;
  readonly files: Files;
  readonly responseUrls: ResponseUrls;
  readonly checkView: ViewChecker;
  readonly log: RequestLog;
}

export const isView = (on: StoredMessage | StoredView): on is StoredView => "view" in on;

/** Does what people do in their clients, and gives the app what Slack would. */
export function createInteractions(deps: InjectDeps): Interactions {
  const { world, payloads, triggers } = deps;

  const person = (id: string | undefined): Person => {
    const found = world.person(id ?? world.workspaces[0]!.alice.id);
    if (!found) throw new Error(`there is no user ${id}`);
    return found;
  };
  const placeFor = (who: Person, channelId: string | undefined): Conversation => {
    const found = world.conversation(channelId ?? world.workspace(who.teamId)!.general.id);
    if (!found) throw new Error(`there is no channel ${channelId}`);
    if (found.kind !== "public" && !found.members.has(who.id)) throw new Error(`${who.name} does not see ${found.id}`);
    return found;
  };
  const trigger = (who: Person, { ageMs }: Actor, viewId?: string) =>
    triggers.issue({
      teamId: who.teamId,
      userId: who.id,
      ...(viewId === undefined ? {} : { viewId }),
      ...(ageMs === undefined ? {} : { ageMs }),
    }).id;

  /** An answer in an acknowledgement that Slack cannot use is the app's fault, and nobody sees it. */
  function noting(what: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      deps.log.error(error.code);
      deps.log.note({ method: what, message: `${error.code} ${JSON.stringify(error.fields)}`, refused: true });
    }
  }

  function interact(
    type: string,
    who: Person,
    fields: JsonObject,
    links: { readonly triggerId?: string; readonly responseUrl?: string } = {},
    onAck?: (payload: JsonObject) => void,
  ): Sent {
    const { triggerId, responseUrl } = links;
    const payload = payloads.interaction(type, who, {
      ...(triggerId === undefined ? {} : { trigger_id: triggerId }),
      ...fields,
      ...(responseUrl === undefined ? {} : { response_url: responseUrl }),
    });
    return createSent(deps, deps.deliveries.send("interactive", payload, onAck), links);
  }

  function answerAddress(
    kind: "commands" | "actions",
    who: Person,
    conversation: Conversation,
    actor: Actor,
    ts?: string,
  ): string {
    const age = actor.ageMs === undefined ? {} : { ageMs: actor.ageMs };
    const source = ts === undefined ? {} : { ts };
    const seed = { kind, channelId: conversation.id, teamId: conversation.teamId, userId: who.id, ...source, ...age };
    return `${deps.originUrl()}${triggers.issueResponseUrl(seed).path}`;
  }

  /** Where something was pressed: the parts that name the message or view. */
  function source(on: StoredMessage | StoredView): JsonObject {
    if (isView(on)) return { container: { type: "view", view_id: on.id }, view: on.view };
    const { channelId, message, ts, visibleTo } = on;
    const isEphemeral = visibleTo !== undefined;
    const thread = message["thread_ts"] === undefined ? {} : { thread_ts: message["thread_ts"] };
    return {
      container: { type: "message", message_ts: ts, channel_id: channelId, is_ephemeral: isEphemeral, ...thread },
      channel: payloads.channel(world.conversation(channelId)!),
      ...(isEphemeral ? {} : { message }),
    };
  }

  function acted(on: StoredMessage | StoredView, press: Press): JsonObject {
    const ts = { action_ts: deps.ids.ts() };
    if (press.forged !== undefined)
      return { action_id: press.actionId, block_id: "forged", type: "button", value: press.forged, ...ts };
    const { block, element } = find(on, press.actionId);
    const { type, text, value, style } = element;
    const named = { type, action_id: press.actionId, block_id: block["block_id"], ...ts };
    if (type === "button" || type === "icon_button")
      return { ...named, text, ...(value === undefined ? {} : { value }), ...(style === undefined ? {} : { style }) };
    if (type === "feedback_buttons") return { ...named, value: press.choose };
    if (type === "overflow") return { ...named, selected_option: choice(element, String(press.choose)) };
    const single = { ...block, type: "actions", elements: [element], element: undefined, accessory: undefined };
    const state = filledState(
      { blocks: [single] },
      press.choose === undefined ? {} : { [press.actionId]: press.choose },
      () => ({}),
    );
    const chosen = asObject(asObject(asObject(state["values"])?.[String(block["block_id"])])?.[press.actionId]);
    return { ...named, ...chosen };
  }

  return {
    slash(command) {
      const who = person(command.userId);
      const conversation = placeFor(who, command.channelId);
      const triggerId = trigger(who, command);
      const responseUrl = answerAddress("commands", who, conversation, command);
      const payload = payloads.command(who, conversation, {
        command: command.command,
        text: typedText(world, who.teamId, command.text ?? "", "command"),
        response_url: responseUrl,
        trigger_id: triggerId,
      });
      const place = { channelId: conversation.id, teamId: conversation.teamId, userId: who.id };
      const envelope = deps.deliveries.send("slash_commands", payload, (answer) => {
        const said = asText(answer["text"]) !== undefined || answer["blocks"] !== undefined;
        if (said) noting(`ack of ${command.command}`, () => deps.responseUrls.apply(place, answer));
      });
      return createSent(deps, envelope, { triggerId, responseUrl });
    },
    press(press) {
      const { on } = press;
      const who = person(press.userId ?? (isView(on) ? on.userId : on.visibleTo));
      if (!isView(on) && on.visibleTo !== undefined && on.visibleTo !== who.id)
        throw new Error(`${who.name} does not see message ${on.ts}`);
      const triggerId = trigger(who, press, isView(on) ? on.id : undefined);
      const fields = { ...source(on), state: { values: {} }, actions: [acted(on, press)] };
      if (isView(on)) return interact("block_actions", who, fields, { triggerId });
      const responseUrl = answerAddress("actions", who, world.conversation(on.channelId)!, press, on.ts);
      return interact("block_actions", who, fields, { triggerId, responseUrl });
    },
    shortcut(shortcut) {
      const who = person(shortcut.userId);
      const fields = { callback_id: shortcut.callbackId, action_ts: deps.ids.ts() };
      return interact("shortcut", who, fields, { triggerId: trigger(who, shortcut) });
    },
    messageShortcut(shortcut) {
      const { on } = shortcut;
      const who = person(shortcut.userId);
      const conversation = placeFor(who, on.channelId);
      const fields = {
        callback_id: shortcut.callbackId,
        action_ts: deps.ids.ts(),
        channel: payloads.channel(conversation),
        message_ts: on.ts,
        message: on.message,
      };
      const responseUrl = answerAddress("actions", who, conversation, shortcut, on.ts);
      return interact("message_action", who, fields, { triggerId: trigger(who, shortcut), responseUrl });
    },
    submit(view, submission) {
      const current = deps.views.get(view.id);
      if (!current?.isOpen) throw new Error(`view ${view.id} is not on anybody's screen`);
      const who = person(submission.userId ?? view.userId);
      const bot = payloads.grantOf(world.workspace(who.teamId)!).userId;
      const state = filledState(current.view, submission.values, (id) => {
        const file = deps.files.require(id, who.id);
        file.shownTo.add(bot);
        return deps.files.json(file);
      });
      const fields = { view: { ...current.view, state }, response_urls: [] };
      const triggerId = trigger(who, submission, view.id);
      return interact("view_submission", who, fields, { triggerId }, (answer) =>
        noting("ack of view_submission", () => answerSubmission(deps, current, answer, bot)),
      );
    },
    close(view, { clear = false } = {}) {
      deps.views.close(view, clear);
      if (view.view["notify_on_close"] !== true) return undefined;
      return interact("view_closed", person(view.userId), { view: view.view, is_cleared: clear });
    },
    suggest(on, actionId, value) {
      const { block } = find(on, actionId);
      const who = person(isView(on) ? on.userId : on.visibleTo);
      const fields = { ...source(on), action_id: actionId, block_id: block["block_id"], value };
      return interact("block_suggestion", who, fields);
    },
  };
}

function find(on: StoredMessage | StoredView, actionId: string): { block: JsonObject; element: JsonObject } {
  const blocks = asObjects((isView(on) ? on.view : on.message)["blocks"]);
  for (const block of blocks)
    for (const element of elementsOf(block)) if (element["action_id"] === actionId) return { block, element };
  throw new Error(`there is no element “${actionId}”`);
}
