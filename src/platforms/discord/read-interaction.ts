import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ComponentType,
  InteractionType,
  MessageFlags,
  PermissionFlagsBits,
  type APIApplicationCommandInteractionDataOption,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
} from "discord-api-types/v10";
import type { OptionValues } from "../../core/interaction.ts";
import type { Person, Place } from "../../core/platform.ts";
import { chooseMenu, type Choice, type MenuInteraction } from "./menus.ts";

/** Interactions that a person waits for; autocomplete and pings are answered elsewhere. */
export type PersonalInteraction =
  | APIChatInputApplicationCommandInteraction
  | MenuInteraction
  | APIMessageComponentInteraction
  | APIModalSubmitInteraction;

/** What somebody did, without who and where. */
export type Happening =
  | { readonly kind: "command"; readonly command: string; readonly options: OptionValues }
  | { readonly kind: "button"; readonly buttonId: string }
  | Extract<Choice, { kind: "ask" | "nothing" }>
  | { readonly kind: "form"; readonly formId: string; readonly values: OptionValues };

/** Who did it. Moderators are those whom Discord lets manage the server or its messages. */
export function readPerson({ member, user }: APIInteraction): Person {
  const account = member?.user ?? user;
  if (!account) throw new Error("an interaction without a user");
  const { Administrator, ManageGuild, ManageMessages } = PermissionFlagsBits;
  const granted = BigInt(member?.permissions ?? "0");
  return {
    platform: "discord",
    id: account.id,
    name: member?.nick ?? account.global_name ?? account.username,
    moderator: (granted & (Administrator | ManageGuild | ManageMessages)) !== 0n,
    roles: member?.roles ?? [],
  };
}

/** Where it was done. */
export function readPlace({ guild_id: community, channel }: APIInteraction): Place {
  return {
    platform: "discord",
    channel: channel?.id ?? "",
    ageRestricted: channel !== undefined && "nsfw" in channel && (channel.nsfw ?? false),
    ...(community === undefined ? {} : { community }),
  };
}

/** What it was, with typed values; an attachment's value is its address at Discord's CDN, which is at `cdn`. */
export function readHappening(raw: PersonalInteraction, cdn: string): Happening {
  if (isMenu(raw)) return chooseMenu(raw, cdn);
  if (raw.type === InteractionType.ApplicationCommand) {
    return { kind: "command", command: raw.data.name, options: readOptions(raw) };
  }
  if (raw.type === InteractionType.MessageComponent) return { kind: "button", buttonId: raw.data.custom_id };
  return { kind: "form", formId: raw.data.custom_id, values: readFields(raw) };
}

function isMenu(raw: PersonalInteraction): raw is MenuInteraction {
  return raw.type === InteractionType.ApplicationCommand && raw.data.type !== ApplicationCommandType.ChatInput;
}

/** The message that was pressed is seen by one person alone, and so is what follows from it. */
export function isOnEphemeral(raw: PersonalInteraction): boolean {
  return ((raw.message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
}

function readOptions({ data }: APIChatInputApplicationCommandInteraction): OptionValues {
  const attachments = data.resolved?.attachments ?? {};
  const valueOf = (option: APIApplicationCommandInteractionDataOption<InteractionType.ApplicationCommand>) => {
    if (!("value" in option)) return undefined;
    return option.type === ApplicationCommandOptionType.Attachment ? attachments[option.value]?.url : option.value;
  };
  const entries = (data.options ?? []).map((option) => [option.name, valueOf(option)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function readFields({ data }: APIModalSubmitInteraction): OptionValues {
  const fields = data.components.flatMap((part) => {
    if (part.type === ComponentType.ActionRow) return part.components;
    return part.type === ComponentType.Label ? [part.component] : [];
  });
  const attachments = data.resolved?.attachments ?? {};
  const values: Record<string, string | boolean> = {};
  for (const field of fields) {
    if ("values" in field) {
      const [first] = field.values;
      if (first !== undefined) values[field.custom_id] = attachments[first]?.url ?? first;
    } else if (field.value !== null) values[field.custom_id] = field.value;
  }
  return values;
}
