import type { ReplyAddress } from "../../core/platform.ts";
import { RESPONSE_LIFE_MS } from "./limits.ts";

/** A workspace whose bot acts: whose token is needed. */
export interface Workspace {
  readonly team: string;
  /** The organisation of Enterprise Grid. */
  readonly enterprise: string | null;
  /** The app is installed for the whole organisation, so that the token is the organisation's. */
  readonly orgWide: boolean;
}

/** Everything that an answer needs, also after a restart. */
export interface SlackAddress extends ReplyAddress, Workspace {
  readonly platform: "slack";
  readonly team: string;
  readonly enterprise: string | null;
  readonly orgWide: boolean;
  /** The event this answers. */
  readonly event: string;
  /** Absent where there is none (the Home tab, a global shortcut): then it is a direct message. */
  readonly channel: string | null;
  readonly thread: string | null;
  readonly user: string;
  /** The answer is for the person alone. */
  readonly hidden: boolean;
  /** Answers the interaction where the bot is no member, a few times until `respondUntil`. */
  readonly responseUrl: string | null;
  readonly respondUntil: number;
  /** The step of a workflow that waits for the answer. */
  readonly execution: string | null;
  /** The language of the answer: the person's where it is for them alone. */
  readonly locale: string;
}

/** Where and by whom something happened, as Slack's payloads say it. */
export interface Where extends Workspace {
  readonly channel: string | null;
  readonly thread: string | null;
  readonly user: string;
  readonly userName: string;
  readonly responseUrl: string | null;
  readonly execution?: string;
}

/** The address of an interaction whose answer is, or is not, for the person alone. */
export function addressOf(
  where: Where,
  event: string,
  { hidden, locale }: Pick<SlackAddress, "hidden" | "locale">,
  now: number,
): SlackAddress {
  const { team, enterprise, orgWide, channel, thread, user, responseUrl, execution = null } = where;
  return {
    platform: "slack",
    team,
    enterprise,
    orgWide,
    event,
    channel,
    thread,
    user,
    hidden,
    responseUrl,
    respondUntil: now + RESPONSE_LIFE_MS,
    execution,
    locale,
  };
}

/** Whether an address is one of Slack's; other platforms' never get here. */
export function readAddress(address: ReplyAddress): SlackAddress {
  if (address.platform !== "slack") throw new Error(`not an address in Slack: ${address.platform}`);
  return address as SlackAddress;
}

/** Channels between one person and somebody, also this bot. */
export function isDirect(channel: string | null): boolean {
  return channel === null || channel.startsWith("D");
}

/** A workspace in keys: T1, or E1.T1 in an organisation. */
export function workspaceKey({ team, enterprise }: Pick<Workspace, "team" | "enterprise">): string {
  return enterprise === null ? team : `${enterprise}.${team}`;
}

/** A person's id: in an organisation one person is the same in all its workspaces. */
export function personId({ team, enterprise }: Pick<Workspace, "team" | "enterprise">, user: string): string {
  return `${enterprise ?? team}:${user}`;
}
