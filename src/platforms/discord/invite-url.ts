import { OAuth2Scopes, PermissionFlagsBits } from "discord-api-types/v10";

/** What the bot needs where it posts by itself, and nothing more. */
export const INVITE_PERMISSIONS: bigint =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.SendMessagesInThreads;

/** The page where a server's admin adds the bot; `personal`: where somebody adds it for themselves, without permissions. */
export function inviteUrl(application: string, options: { readonly personal?: boolean } = {}): string {
  const query = new URLSearchParams({ client_id: application });
  if (options.personal) {
    query.set("integration_type", "1");
    query.set("scope", OAuth2Scopes.ApplicationsCommands);
  } else {
    query.set("permissions", String(INVITE_PERMISSIONS));
    query.set("scope", `${OAuth2Scopes.Bot} ${OAuth2Scopes.ApplicationsCommands}`);
  }
  return `https://discord.com/oauth2/authorize?${query.toString()}`;
}
