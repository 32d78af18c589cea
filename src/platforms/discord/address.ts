import {
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  PermissionFlagsBits,
  type APIInteraction,
} from "discord-api-types/v10";
import type { ReplyAddress } from "../../core/platform.ts";
import { DISCORD_LIMITS, TOKEN_LIFE_MS } from "./limits.ts";
import { snowflakeTime } from "./snowflake.ts";

/** Everything that an answer needs, also after a restart and after the interaction's token has died. */
export interface DiscordAddress extends ReplyAddress {
  readonly platform: "discord";
  readonly application: string;
  readonly interaction: string;
  /** Lets anybody who has it answer the interaction, until `expiresAt`. */
  readonly token: string;
  readonly expiresAt: number;
  readonly guild: string | null;
  readonly channel: string;
  readonly user: string;
  /** Installation contexts of the interaction, “0:<guild>” and “1:<user>”. */
  readonly owners: readonly string[];
  /** The bot's permissions in the channel, a bit set as Discord writes it. */
  readonly permissions: string;
  /** The bot itself may write into the channel. */
  readonly postable: boolean;
  /** The placeholder that was acknowledged is seen by the person alone. */
  readonly ephemeral: boolean;
  readonly locale: string;
  /** Limit for one file. */
  readonly attachmentBytes: number;
}

const THREADS: readonly (ChannelType | undefined)[] = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
];

/** The address of an interaction whose acknowledgement is, or is not, for the person alone. */
export function addressOf(raw: APIInteraction, ephemeral: boolean): DiscordAddress {
  const owners = raw.authorizing_integration_owners ?? {};
  return {
    platform: "discord",
    application: raw.application_id,
    interaction: raw.id,
    token: raw.token,
    expiresAt: snowflakeTime(raw.id) + TOKEN_LIFE_MS,
    guild: raw.guild_id ?? null,
    channel: raw.channel?.id ?? "",
    user: (raw.member?.user ?? raw.user)?.id ?? "",
    owners: Object.entries(owners).map(([context, id]) => `${context}:${id}`),
    permissions: raw.app_permissions ?? "0",
    postable: isPostable(raw),
    ephemeral,
    // What everybody sees speaks the server's language.
    locale: (ephemeral ? undefined : raw.guild_locale) ?? ("locale" in raw ? raw.locale : "en-US"),
    attachmentBytes: raw.attachment_size_limit ?? DISCORD_LIMITS.attachmentBytes,
  };
}

/** Whether an address is one of Discord's; other platforms' never get here. */
export function readAddress(address: ReplyAddress): DiscordAddress {
  if (address.platform !== "discord") throw new Error(`not an address in Discord: ${address.platform}`);
  return address as DiscordAddress;
}

/** Who only installed the bot for themselves has not brought it into the server. */
function isPostable(raw: APIInteraction): boolean {
  if (raw.context === InteractionContextType.BotDM) return true;
  const { GuildInstall } = ApplicationIntegrationType;
  if (raw.guild_id === undefined || raw.authorizing_integration_owners?.[GuildInstall] === undefined) return false;
  const { ViewChannel, SendMessages, SendMessagesInThreads, AttachFiles } = PermissionFlagsBits;
  const send = THREADS.includes(raw.channel?.type) ? SendMessagesInThreads : SendMessages;
  const needed = ViewChannel | AttachFiles | send;
  const granted = BigInt(raw.app_permissions ?? "0");
  return (granted & PermissionFlagsBits.Administrator) !== 0n || (granted & needed) === needed;
}
