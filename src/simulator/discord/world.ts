import { type APIUser, ChannelType, type UserFlags } from "discord-api-types/v10";

export interface SimulatedChannel {
  readonly id: string;
  readonly name: string;
  readonly type: ChannelType.GuildText | ChannelType.DM | ChannelType.GroupDM;
  readonly guildId?: string;
  readonly nsfw: boolean;
  /** The person of a DM with the bot. */
  readonly recipientId?: string;
}

/** The places and people of the simulated Discord: one application with its bot, one guild. */
export interface World {
  readonly applicationId: string;
  readonly bot: APIUser;
  readonly guildId: string;
  readonly guildName: string;
  /** The guild's ordinary channel, and its age-restricted one. */
  readonly channelId: string;
  readonly nsfwChannelId: string;
  /** A group of people that the bot is no member of. */
  readonly groupChannelId: string;
  readonly alice: APIUser;
  readonly bob: APIUser;
  /** Who owns the guild and the application. */
  readonly owner: APIUser;
  readonly user: (id: string) => APIUser | undefined;
  addUser(username: string): APIUser;
  /** All guilds of the bot. */
  guildIds(): readonly string[];
  /** Another guild with one channel. */
  addGuild(): { readonly guildId: string; readonly channelId: string };
  channel(id: string): SimulatedChannel | undefined;
  addChannel(name: string, options?: { readonly nsfw?: boolean }): SimulatedChannel;
  /** The DM of the bot with a person, made when needed. */
  dmWith(userId: string): SimulatedChannel;
}

/** A guild with two channels, two people and the bot. `newId` makes snowflakes. */
export function createWorld(newId: () => string): World {
  const guildId = newId();
  const guilds = new Set([guildId]);
  const users = new Map<string, APIUser>();
  const channels = new Map<string, SimulatedChannel>();

  function addUser(username: string, bot = false): APIUser {
    const user = simulatedUser(newId(), username, bot);
    users.set(user.id, user);
    return user;
  }
  function keep(channel: SimulatedChannel): SimulatedChannel {
    channels.set(channel.id, channel);
    return channel;
  }
  function addChannel(name: string, options: { readonly nsfw?: boolean } = {}, guild = guildId): SimulatedChannel {
    return keep({ id: newId(), name, type: ChannelType.GuildText, guildId: guild, nsfw: options.nsfw ?? false });
  }

  const bot = addUser("easel", true);
  return {
    applicationId: bot.id,
    bot,
    guildId,
    guildName: "Studio",
    channelId: addChannel("general").id,
    nsfwChannelId: addChannel("after-dark", { nsfw: true }).id,
    groupChannelId: keep({ id: newId(), name: "friends", type: ChannelType.GroupDM, nsfw: false }).id,
    alice: addUser("alice"),
    bob: addUser("bob"),
    owner: addUser("owner"),
    user: (id) => users.get(id),
    addUser: (username) => addUser(username),
    channel: (id) => channels.get(id),
    guildIds: () => [...guilds],
    addGuild() {
      const id = newId();
      guilds.add(id);
      return { guildId: id, channelId: addChannel("general", {}, id).id };
    },
    addChannel: (name, options) => addChannel(name, options),
    dmWith(userId) {
      const known = [...channels.values()].find(({ recipientId }) => recipientId === userId);
      return known ?? keep({ id: newId(), name: "", type: ChannelType.DM, nsfw: false, recipientId: userId });
    },
  };
}

const NO_FLAGS = 0 as unknown as UserFlags;

function simulatedUser(id: string, username: string, bot: boolean): APIUser {
  return {
    id,
    username,
    global_name: bot ? null : username.charAt(0).toUpperCase() + username.slice(1),
    discriminator: bot ? "0001" : "0",
    avatar: null,
    public_flags: NO_FLAGS,
    flags: NO_FLAGS,
    primary_guild: null,
    ...(bot ? { bot: true } : {}),
  };
}
