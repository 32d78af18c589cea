import { createHash } from "node:crypto";
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
} from "discord-api-types/v10";
import type { CommandInfo } from "../../core/command.ts";
import { discordOptions, type ChoiceLists, type DiscordOption } from "../../core/option-docs.ts";
import { optionTexts, type LocaleTexts } from "./locales/locale-texts.ts";
import { ENGLISH, LOCALES } from "./locales/locales.ts";
import type { MenuJson } from "./menus.ts";

interface Localised {
  readonly name_localizations: Readonly<Record<string, string>>;
  readonly description_localizations: Readonly<Record<string, string>>;
}

/** A slash command as Discord registers it. */
export interface CommandJson extends Localised {
  readonly type: ApplicationCommandType.ChatInput;
  readonly name: string;
  readonly description: string;
  readonly options: readonly (DiscordOption & Localised)[];
  readonly contexts: readonly InteractionContextType[];
  readonly integration_types: readonly ApplicationIntegrationType[];
  readonly default_member_permissions: number | null;
}

/** Commands that members do not see unless a server's admins show them. */
const FOR_MODERATORS: ReadonlySet<string> = new Set(["admin"]);

/** Every command as Discord registers it: in servers, in direct messages and, installed by a person, everywhere. */
export function commandJson(commands: readonly CommandInfo[], lists: ChoiceLists): CommandJson[] {
  return commands.map((command) => {
    const moderators = FOR_MODERATORS.has(command.name);
    const { Guild, BotDM, PrivateChannel } = InteractionContextType;
    const { GuildInstall, UserInstall } = ApplicationIntegrationType;
    return {
      type: ApplicationCommandType.ChatInput,
      name: command.name,
      description: command.description,
      ...localise(command, (texts) => texts.commands[command.name]),
      options: discordOptions(command.options, lists).map((option) => ({
        ...option,
        ...localise(option, (texts) => optionTexts(texts, command.name, option.name)),
      })),
      contexts: moderators ? [Guild] : [Guild, BotDM, PrivateChannel],
      integration_types: moderators ? [GuildInstall] : [GuildInstall, UserInstall],
      default_member_permissions: moderators ? Number(PermissionFlagsBits.ManageMessages) : null,
    };
  });
}

/** Everything that is registered. */
export type RegistrationJson = readonly (CommandJson | MenuJson)[];

/** What stands for the commands: equal for equal registrations. */
export function commandHash(json: RegistrationJson): string {
  return createHash("sha256").update(JSON.stringify(json)).digest("hex");
}

type Texts = { readonly name: string; readonly description: string };

function localise(english: Texts, textsOf: (texts: LocaleTexts) => Texts | undefined): Localised {
  const others = Object.entries(LOCALES).flatMap(([locale, all]) => {
    const texts = textsOf(all);
    return texts ? [[locale, texts] as const] : [];
  });
  const all = [...ENGLISH.map((locale) => [locale, english] as const), ...others];
  return {
    name_localizations: Object.fromEntries(all.map(([locale, { name }]) => [locale, name])),
    description_localizations: Object.fromEntries(all.map(([locale, { description }]) => [locale, description])),
  };
}
