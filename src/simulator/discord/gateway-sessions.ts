import type { JsonObject } from "./json.ts";

/** A message of the gateway (discord-api-docs, events/gateway-events.mdx, "Payload Structure"). */
export interface GatewayMessage {
  readonly op: number;
  readonly d: unknown;
  readonly s?: number | null;
  readonly t?: string | null;
}

export interface GatewaySession {
  readonly id: string;
  readonly shard: readonly [index: number, count: number];
  readonly intents: number;
  /** Numbers, keeps and sends an event; without a connection it waits for a RESUME. */
  dispatch(event: string, data: unknown): void;
  /** The events after `seq`, for a RESUME. Undefined when there was no such event. */
  after(seq: number): readonly GatewayMessage[] | undefined;
  attach(send: (message: GatewayMessage) => void): void;
  detach(send: (message: GatewayMessage) => void): void;
}

export interface GatewaySessions {
  open(shard: readonly [number, number], intents: number): GatewaySession;
  get(id: string): GatewaySession | undefined;
  end(id: string): void;
  readonly all: Iterable<GatewaySession>;
}

/** The sessions of a bot's gateway. They outlive their connections, until they are ended. */
export function createGatewaySessions(): GatewaySessions {
  const sessions = new Map<string, GatewaySession>();
  let opened = 0;

  return {
    open(shard, intents) {
      opened += 1;
      const session = createSession(`session-${opened}`, shard, intents);
      sessions.set(session.id, session);
      return session;
    },
    get: (id) => sessions.get(id),
    end(id) {
      sessions.delete(id);
    },
    get all() {
      return sessions.values();
    },
  };
}

function createSession(id: string, shard: readonly [number, number], intents: number): GatewaySession {
  const events: GatewayMessage[] = [];
  let connection: ((message: GatewayMessage) => void) | undefined;

  return {
    id,
    shard,
    intents,
    dispatch(event, data) {
      const message = { op: 0, t: event, s: events.length + 1, d: data };
      events.push(message);
      connection?.(message);
    },
    after: (seq) => (seq > events.length ? undefined : events.slice(seq)),
    attach(send) {
      connection = send;
    },
    detach(send) {
      if (connection === send) connection = undefined;
    },
  };
}

/** The shard that hears of a guild; direct messages belong to shard 0. */
export function shardOf(guildId: string | undefined, shardCount: number): number {
  return guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
}

/** The guild's events of READY's aftermath, as far as bots without privileged intents need them. */
export function guildCreate(
  guild: { id: string; name: string; ownerId: string },
  channels: readonly JsonObject[],
  joinedAt: string,
): JsonObject {
  const everyone = {
    id: guild.id,
    name: "@everyone",
    permissions: "0",
    position: 0,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    flags: 0,
    icon: null,
    unicode_emoji: null,
  };
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    joined_at: joinedAt,
    roles: [everyone],
    channels,
    member_count: 3,
    large: false,
    unavailable: false,
    preferred_locale: "en-US",
    system_channel_flags: 0,
    afk_timeout: 300,
    premium_progress_bar_enabled: false,
    region: "simulator",
    ...Object.fromEntries(EMPTY_LISTS.map((field) => [field, []])),
    ...Object.fromEntries(ZEROS.map((field) => [field, 0])),
    ...Object.fromEntries(NULLS.map((field) => [field, null])),
  };
}

const EMPTY_LISTS = [
  "emojis",
  "features",
  "members",
  "threads",
  "voice_states",
  "presences",
  "stickers",
  "guild_scheduled_events",
  "stage_instances",
  "soundboard_sounds",
] as const;
const ZEROS = [
  "premium_tier",
  "nsfw_level",
  "verification_level",
  "mfa_level",
  "explicit_content_filter",
  "default_message_notifications",
  "premium_subscription_count",
] as const;
const NULLS = [
  "afk_channel_id",
  "system_channel_id",
  "rules_channel_id",
  "public_updates_channel_id",
  "application_id",
  "icon",
  "banner",
  "splash",
  "discovery_splash",
  "description",
  "vanity_url_code",
  "safety_alerts_channel_id",
  "hub_type",
] as const;
