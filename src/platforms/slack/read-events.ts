import type {
  BlockAction,
  GlobalShortcut,
  MessageShortcut,
  SlashCommand,
  ViewSubmitAction,
  EnvelopedEvent,
} from "@slack/bolt";
import type { OptionValues } from "../../core/interaction.ts";
import { NEW_FORM_ID } from "../../core/picture-form.ts";
import { unescapeSlack } from "../../core/unescape-slack.ts";
import type { Where, Workspace } from "./address.ts";
import { OWN_COMMAND } from "./command-names.ts";
import { readForm } from "./render-form.ts";
import { happeningOfShortcut } from "./shortcuts.ts";
import { STEP_ID } from "./workflow-steps.ts";

/** What somebody did, without who and where. */
export type Happening =
  | { readonly kind: "command"; readonly command: string; readonly options: OptionValues }
  | { readonly kind: "button"; readonly buttonId: string }
  | { readonly kind: "form"; readonly formId: string; readonly values: OptionValues }
  /** A shortcut on a message without a picture. */
  | { readonly kind: "nothing" };

/** One event of Slack, whatever way it came. */
export interface SlackEvent {
  /** Equal for the same event, however often Slack sends it. */
  readonly id: string;
  readonly happening: Happening;
  readonly where: Where;
  /** Opens a modal within three seconds. */
  readonly trigger?: string;
}

type Body = Readonly<Record<string, unknown>>;
type Read = (body: never, commands: ReadonlySet<string>) => SlackEvent | undefined;

/** Payloads by their type, and those of the Events API by the event's. */
const READERS: Readonly<Record<string, Read>> = {
  block_actions: (body: BlockAction) => readPress(body),
  view_submission: (body: ViewSubmitAction) => readSubmission(body),
  shortcut: (body: GlobalShortcut) => readShortcut(body),
  message_action: (body: MessageShortcut) => readShortcut(body),
  app_mention: (body: EnvelopedEvent, commands) => readWords(body, commands),
  message: (body: EnvelopedEvent, commands) => (isDirectMessage(body) ? readWords(body, commands) : undefined),
  function_executed: (body: EnvelopedEvent) => readStep(body),
};

/** What somebody did, of whatever payload Slack sends; undefined for all that asks for no answer of the bot's. */
export function readEvent(body: Body, commands: ReadonlySet<string>): SlackEvent | undefined {
  if (typeof body["command"] === "string") return readCommand(body as unknown as SlashCommand);
  const { type } = (body["event"] ?? body) as { readonly type?: string };
  return READERS[type ?? ""]?.(body as never, commands);
}

/** /imagine a red fox, or /easel queue: the first word behind /easel is the command. */
function readCommand(body: SlashCommand): SlackEvent {
  const enterprise = body.enterprise_id ?? null;
  const where: Where = {
    team: body.team_id,
    enterprise,
    orgWide: body.is_enterprise_install === "true",
    channel: body.channel_id,
    thread: null,
    user: body.user_id,
    userName: body.user_name,
    responseUrl: body.response_url,
  };
  const typed = unescapeSlack(body.text).trim();
  const own = body.command === `/${OWN_COMMAND}`;
  const [, word = "help", rest = ""] = own ? [] : (/^\/?(\S+)\s*([\s\S]*)$/.exec(typed) ?? []);
  const happening: Happening = own
    ? toCommand(OWN_COMMAND, typed)
    : toCommand(word.toLowerCase(), scopeMentions(rest, enterprise ?? body.team_id));
  return { id: body.trigger_id, happening, where, trigger: body.trigger_id };
}

/** A press on a button of a message or of the Home tab. */
function readPress(body: BlockAction): SlackEvent | undefined {
  const { message, container, actions } = body;
  const actionId = actions[0]?.action_id;
  if (actionId === undefined) return undefined;
  const thread = (message?.["thread_ts"] ?? container["thread_ts"] ?? null) as string | null;
  return {
    id: `${body.trigger_id}:${actionId}`,
    happening: { kind: "button", buttonId: actionId },
    where: {
      ...whereOf(body),
      channel: body.channel?.id ?? null,
      thread,
      responseUrl: body.response_url ?? null,
    },
    trigger: body.trigger_id,
  };
}

/** A modal that was sent; where it was opened comes back with it. */
function readSubmission(body: ViewSubmitAction): SlackEvent {
  const { callback_id: formId, private_metadata: opened, state } = body.view;
  const { channel = null, thread = null, responseUrl = null } = readMetadata(opened);
  return {
    // The same view is sent again when something was wrong in it.
    id: body.trigger_id,
    happening: { kind: "form", formId, values: readForm(state.values) },
    where: { ...whereOf(body), channel, thread, responseUrl },
  };
}

/** A shortcut in the menu of a message, or one that can be started anywhere. */
function readShortcut(body: MessageShortcut | GlobalShortcut): SlackEvent {
  const { trigger_id: trigger } = body;
  if (body.type === "shortcut") {
    const where: Where = { ...whereOf(body), channel: null, thread: null, responseUrl: null };
    return { id: trigger, happening: { kind: "button", buttonId: NEW_FORM_ID }, where, trigger };
  }
  const { channel, message, response_url: responseUrl } = body;
  return {
    id: trigger,
    happening: happeningOfShortcut(body.callback_id, message) ?? { kind: "nothing" },
    where: {
      ...whereOf(body),
      channel: channel.id,
      thread: (message["thread_ts"] ?? null) as string | null,
      responseUrl,
    },
    trigger,
  };
}

/** Words to the bot in a channel (answered in a thread) or in its direct channel. */
function readWords(body: EnvelopedEvent, commands: ReadonlySet<string>): SlackEvent | undefined {
  const event = body.event as unknown as {
    readonly user?: string;
    readonly bot_id?: string;
    readonly text?: string;
    readonly channel: string;
    readonly ts: string;
    readonly thread_ts?: string;
    readonly channel_type?: string;
    readonly files?: readonly { readonly url_private?: string; readonly mimetype?: string }[];
  };
  if (event.user === undefined || event.bot_id !== undefined) return undefined;
  const direct = event.channel_type === "im" || event.channel.startsWith("D");
  // The bot is mentioned to be addressed; others are part of what is said.
  const typed = unescapeSlack((event.text ?? "").replace(/^\s*<@[^>]+>[\s,:]*|\s*<@[^>]+>\s*$/, "")).trim();
  const picture = event.files?.find(({ mimetype = "" }) => mimetype.startsWith("image/"))?.url_private;
  const word = typed.replace(/^\//, "").toLowerCase();
  const named = commands.has(word) && word !== OWN_COMMAND;
  const happening = named ? toCommand(word, "") : toCommand(typed === "" ? "help" : OWN_COMMAND, typed, picture);
  return {
    id: body.event_id,
    happening,
    where: {
      ...workspaceOf(body),
      channel: event.channel,
      thread: direct ? (event.thread_ts ?? null) : (event.thread_ts ?? event.ts),
      user: event.user,
      userName: event.user,
      responseUrl: null,
    },
  };
}

/** What somebody wrote to the bot alone, with or without files; changes of messages are no words. */
function isDirectMessage({ event }: EnvelopedEvent): boolean {
  const { subtype, channel_type: channelType } = event as unknown as {
    readonly subtype?: string;
    readonly channel_type?: string;
  };
  return channelType === "im" && (subtype === undefined || subtype === "file_share");
}

/** Somebody looks at the Home tab; what it shows is what commands answer. */
export function readHomeVisit(body: EnvelopedEvent, user: string): SlackEvent {
  return {
    id: body.event_id,
    happening: { kind: "nothing" },
    where: {
      ...workspaceOf(body),
      channel: null,
      thread: null,
      user,
      userName: user,
      responseUrl: null,
    },
  };
}

/** The step of a workflow that asks for a picture. */
function readStep(body: EnvelopedEvent): SlackEvent | undefined {
  const event = body.event as unknown as {
    readonly function: { readonly callback_id: string };
    readonly function_execution_id: string;
    readonly inputs: Readonly<Record<string, unknown>>;
  };
  const { prompt, user, channel } = event.inputs;
  if (event.function.callback_id !== STEP_ID || typeof user !== "string") return undefined;
  return {
    id: event.function_execution_id,
    happening: toCommand(OWN_COMMAND, typeof prompt === "string" ? prompt : ""),
    where: {
      ...workspaceOf(body),
      channel: typeof channel === "string" && channel !== "" ? channel : null,
      thread: null,
      user,
      userName: user,
      responseUrl: null,
      execution: event.function_execution_id,
    },
  };
}

/** Where a modal is opened, to come back with what is filled in. */
export function writeMetadata({ channel, thread, responseUrl }: Where): string {
  return JSON.stringify({ channel, thread, responseUrl });
}

function readMetadata(text: string): Partial<Pick<Where, "channel" | "thread" | "responseUrl">> {
  return text === "" ? {} : (JSON.parse(text) as Partial<Pick<Where, "channel" | "thread" | "responseUrl">>);
}

function toCommand(command: string, text: string, image?: string): Happening {
  const written = text === "" ? {} : { text };
  return { kind: "command", command, options: image === undefined ? written : { ...written, image } };
}

/** <@U1|bob> names a person of this workspace or organisation: their id here says which. */
function scopeMentions(text: string, scope: string): string {
  return text.replaceAll(/<@([UW][A-Z0-9]+)/g, `<@${scope}:$1`);
}

/** In a channel of several organisations the workspace is the one where this app is installed. */
function workspaceOf(body: EnvelopedEvent): Workspace {
  const [authorization] = body.authorizations ?? [];
  return {
    team: authorization?.team_id ?? body.team_id,
    enterprise: authorization?.enterprise_id ?? body["enterprise_id"] ?? null,
    orgWide: authorization?.is_enterprise_install ?? false,
  };
}

interface Interactive {
  readonly user: { readonly id: string; readonly name?: string; readonly username?: string; readonly team_id?: string };
  readonly team: { readonly id: string; readonly enterprise_id?: string } | null;
  readonly enterprise?: { readonly id: string } | null;
  readonly is_enterprise_install?: boolean;
}

function whereOf(body: unknown) {
  const { user, team, enterprise, is_enterprise_install: orgWide = false } = body as Interactive;
  return {
    team: team?.id ?? user.team_id ?? "",
    enterprise: enterprise?.id ?? team?.enterprise_id ?? null,
    orgWide,
    user: user.id,
    userName: user.name ?? user.username ?? user.id,
  };
}
