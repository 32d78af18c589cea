import {
  type APIAttachment,
  type APIInteraction,
  type APIUser,
  ApplicationCommandOptionType as Option,
  ApplicationIntegrationType as Install,
  InteractionContextType,
} from "discord-api-types/v10";
import type { Attachments } from "./attachments.ts";
import type { AttachmentInput, InteractionContext, OptionValue } from "./discord-simulator.ts";
import { asList, asObject, type JsonObject } from "./json.ts";
import type { World } from "./world.ts";

/** All that a member of a server without special roles may do, and a bot that was invited with "send and attach". */
const MEMBER_PERMISSIONS = 0x600_07d6_4ac6_5fffn & ~0x28n;
const APP_PERMISSIONS = (1n << 10n) | (1n << 11n) | (1n << 14n) | (1n << 15n) | (1n << 16n);

const CONTEXTS = {
  guild: InteractionContextType.Guild,
  "bot-dm": InteractionContextType.BotDM,
  "private-channel": InteractionContextType.PrivateChannel,
} as const;

export interface PayloadDeps {
  readonly world: World;
  readonly attachments: Attachments;
  readonly sizeLimitBytes: number;
}

/** The fields that all interactions share (discord-api-docs, interactions/receiving-and-responding.mdx, "Interaction Structure"). */
export function interactionBase(
  deps: PayloadDeps,
  id: string,
  joinedAt: string,
  context: InteractionContext,
): JsonObject {
  const { world } = deps;
  const where = context.where ?? "guild";
  const user = requireUser(world, context.userId ?? world.alice.id);
  const channel = channelOf(world, context, user);
  const guildId = world.channel(String(channel["id"]))?.guildId ?? world.guildId;
  const locale = context.guildLocale ?? "en-US";
  const installed =
    context.install === "user"
      ? { [Install.UserInstall]: user.id }
      : { [Install.GuildInstall]: where === "guild" ? guildId : "0" };
  const permissions = (context.memberPermissions ?? MEMBER_PERMISSIONS).toString();
  const person =
    where === "guild"
      ? {
          guild_id: guildId,
          guild: { id: guildId, locale, features: [] },
          guild_locale: locale,
          member: {
            user,
            permissions,
            roles: [],
            joined_at: joinedAt,
            deaf: false,
            mute: false,
            flags: 0,
            pending: false,
            nick: null,
            avatar: null,
            banner: null,
            premium_since: null,
            communication_disabled_until: null,
          },
        }
      : { user };
  return {
    version: 1,
    id,
    application_id: world.applicationId,
    token: `interaction-token-${id}`,
    channel_id: channel["id"],
    channel,
    context: CONTEXTS[where],
    locale: context.locale ?? "en-US",
    app_permissions: (context.appPermissions ?? APP_PERMISSIONS).toString(),
    authorizing_integration_owners: installed,
    attachment_size_limit: context.attachmentSizeLimitBytes ?? deps.sizeLimitBytes,
    entitlements: [],
    ...person,
  };
}

function channelOf(world: World, context: InteractionContext, user: APIUser): JsonObject {
  const where = context.where ?? "guild";
  const defaults = {
    guild: () => (context.nsfwChannel === true ? world.nsfwChannelId : world.channelId),
    "bot-dm": () => world.dmWith(user.id).id,
    "private-channel": () => world.groupChannelId,
  };
  const id = context.channelId ?? defaults[where]();
  const channel = world.channel(id);
  if (!channel) throw new Error(`there is no channel ${id}`);
  const recipient = channel.recipientId === undefined ? undefined : world.user(channel.recipientId);
  return {
    id,
    type: channel.type,
    ...(channel.name === "" ? {} : { name: channel.name }),
    ...(channel.guildId === undefined
      ? { recipients: recipient ? [recipient] : [] }
      : {
          guild_id: channel.guildId,
          nsfw: context.nsfwChannel ?? channel.nsfw,
          permissions: MEMBER_PERMISSIONS.toString(),
          position: 0,
          parent_id: null,
          topic: null,
        }),
    last_message_id: null,
    flags: 0,
  };
}

/** The person with an id; a mistake of the test otherwise. */
export function requireUser(world: World, id: string): APIUser {
  const user = world.user(id);
  if (!user) throw new Error(`there is no user ${id}`);
  return user;
}

/** The member's part of `resolved`, which leaves the user out. */
export function resolvedMember(joinedAt: string): JsonObject {
  return {
    permissions: MEMBER_PERMISSIONS.toString(),
    roles: [],
    joined_at: joinedAt,
    flags: 0,
    pending: false,
    nick: null,
    avatar: null,
    banner: null,
    premium_since: null,
    communication_disabled_until: null,
  };
}

/**
 * The `data` of a slash command: options in the places and with the types of the registered command, or guessed from their values
 * without one. Throws for what the client of a person would not send: unknown or missing options.
 */
export function slashData(
  deps: PayloadDeps,
  channelId: string,
  command: {
    readonly name: string;
    readonly options: Readonly<Record<string, OptionValue>>;
    readonly focused?: string;
  },
  registered: JsonObject | undefined,
): JsonObject {
  const [name, ...path] = command.name.split(" ");
  const resolved: { attachments: Record<string, APIAttachment>; users: Record<string, APIUser>; channels: JsonObject } =
    { attachments: {}, users: {}, channels: {} };

  let level: JsonObject | undefined = registered;
  for (const part of path) {
    level = registered && asObject(asList(level?.["options"]).find((option) => asObject(option)?.["name"] === part));
    if (registered && !level) throw new Error(`the registered command has no “${part}”`);
  }
  const known = asList(level?.["options"]).map((option) => asObject(option) ?? {});
  if (registered)
    for (const { name: option, required } of known)
      if (required === true && command.focused === undefined && !(String(option) in command.options))
        throw new Error(`/${command.name} needs the option “${String(option)}”`);

  const leaves = Object.entries(command.options).map(([option, value]) => {
    const definition = known.find((one) => one["name"] === option);
    if (registered && !definition) throw new Error(`/${command.name} has no option “${option}”`);
    const type = (definition?.["type"] as number | undefined) ?? guessType(value);
    return { name: option, type, value: resolve(value), ...(command.focused === option ? { focused: true } : {}) };
  });
  let options: JsonObject[] = leaves;
  for (const [i, part] of path.toReversed().entries()) {
    const type = i === 0 ? Option.Subcommand : Option.SubcommandGroup;
    options = [{ name: part, type, options }];
  }
  const used = Object.entries(resolved).filter(([, entries]) => Object.keys(entries).length > 0);
  return {
    id: registered?.["id"] ?? deps.world.applicationId,
    name,
    type: 1,
    ...(options.length > 0 ? { options } : {}),
    ...(used.length > 0 ? { resolved: Object.fromEntries(used) } : {}),
  };

  function resolve(value: OptionValue): string | number | boolean {
    if (typeof value !== "object") return value;
    if ("attachment" in value) {
      const attachment = storeEphemeral(deps, channelId, value.attachment);
      resolved.attachments[attachment.id] = attachment;
      return attachment.id;
    }
    if ("user" in value) {
      resolved.users[value.user] = requireUser(deps.world, value.user);
      return value.user;
    }
    const channel = deps.world.channel(value.channel);
    resolved.channels[value.channel] = {
      id: value.channel,
      name: channel?.name,
      type: channel?.type,
      permissions: "0",
    };
    return value.channel;
  }
}

/** A file that only travels with an interaction. */
export function storeEphemeral(deps: PayloadDeps, channelId: string, file: AttachmentInput): APIAttachment {
  return { ...deps.attachments.store(channelId, file), ephemeral: true };
}

function guessType(value: OptionValue): Option {
  if (typeof value === "string") return Option.String;
  if (typeof value === "boolean") return Option.Boolean;
  if (typeof value === "number") return Number.isInteger(value) ? Option.Integer : Option.Number;
  if ("attachment" in value) return Option.Attachment;
  return "user" in value ? Option.User : Option.Channel;
}

/** An interaction from its parts; what the parts hold follows discord-api-types by construction. */
export function assemble(base: JsonObject, part: JsonObject): APIInteraction {
  return { ...base, ...part } as unknown as APIInteraction;
}
