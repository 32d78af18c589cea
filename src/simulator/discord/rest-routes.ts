import type { Commands } from "./commands.ts";
import { discordError } from "./discord-error.ts";
import type { ClosedCode, StoredMessage, UploadedFile } from "./discord-simulator.ts";
import type { Interactions } from "./interactions.ts";
import { asObject, asText, type JsonObject } from "./json.ts";
import type { Messages } from "./messages.ts";
import type { RestAnswer, RestRoute, RoutedRequest } from "./rest-router.ts";
import type { World } from "./world.ts";

export interface RouteDeps {
  readonly world: World;
  readonly messages: Messages;
  readonly interactions: Interactions;
  readonly commands: Commands;
  readonly sizeLimitBytes: number;
  now(): number;
  gatewayBot(): JsonObject;
  application(): JsonObject;
  forbidden(channelId: string): ClosedCode | undefined;
}

/** How long Discord remembers a nonce: "the past few minutes". */
const NONCE_MS = 5 * 60_000;

/** Every route that this Discord knows. */
export function restRoutes(deps: RouteDeps): RestRoute[] {
  const { world } = deps;
  const me = { ...world.bot, mfa_enabled: false, locale: "en-US", verified: true, email: null };
  return [
    { method: "GET", path: "/gateway", open: true, handle: () => ok({ url: deps.gatewayBot()["url"] }) },
    { method: "GET", path: "/gateway/bot", handle: () => ok(deps.gatewayBot()) },
    { method: "GET", path: "/applications/@me", handle: () => ok(deps.application()) },
    { method: "GET", path: "/oauth2/applications/@me", handle: () => ok(deps.application()) },
    { method: "GET", path: "/users/@me", handle: () => ok(me) },
    ...commandRoutes(deps, "/applications/{application_id}/commands"),
    ...commandRoutes(deps, "/applications/{application_id}/guilds/{guild_id}/commands"),
    ...interactionRoutes(deps),
    ...channelRoutes(deps),
  ];
}

function commandRoutes({ commands }: RouteDeps, path: string): RestRoute[] {
  const one = `${path}/{command_id}`;
  return [
    { method: "GET", path, handle: (r) => ok(commands.list(guild(r), r.query.get("with_localizations") === "true")) },
    { method: "PUT", path, handle: (r) => ok(commands.replace(r.body, guild(r))) },
    {
      method: "POST",
      path,
      handle(r) {
        const { command, created } = commands.upsert(r.body, guild(r));
        return { status: created ? 201 : 200, body: command };
      },
    },
    { method: "GET", path: one, handle: (r) => ok(commands.require(commandId(r), guild(r))) },
    { method: "PATCH", path: one, handle: (r) => ok(commands.edit(commandId(r), r.body, guild(r))) },
    {
      method: "DELETE",
      path: one,
      handle(r) {
        commands.remove(commandId(r), guild(r));
        return NOTHING;
      },
    },
  ];
}

function interactionRoutes({ interactions, messages }: RouteDeps): RestRoute[] {
  const webhook = "/webhooks/{webhook_id}/{webhook_token}";
  const record = ({ params }: RoutedRequest) => interactions.byToken(params["webhook_token"]!);
  const message = (r: RoutedRequest) => interactions.resolve(record(r), r.params["message_id"] ?? "@original");

  const onMessage = (path: string): RestRoute[] => [
    { method: "GET", path, open: true, handle: (r) => shown(message(r)) },
    {
      method: "PATCH",
      path,
      open: true,
      handle: (r) => shown(messages.edit(message(r).message.id, body(r), r.files, record(r).sizeLimitBytes)),
    },
    {
      method: "DELETE",
      path,
      open: true,
      handle(r) {
        messages.delete(message(r).message.id);
        return NOTHING;
      },
    },
  ];

  return [
    {
      method: "POST",
      path: "/interactions/{interaction_id}/{interaction_token}/callback",
      open: true,
      handle(r) {
        const { interaction_id: id, interaction_token: token } = r.params;
        const { record, message } = interactions.answer(id!, token!, r.body, r.files);
        if (r.query.get("with_response") !== "true") return NOTHING;
        const type = record.callback!.type;
        const flags = message?.message.flags ?? 0;
        const about = message
          ? {
              response_message_id: message.message.id,
              response_message_loading: (flags & 128) !== 0,
              response_message_ephemeral: (flags & 64) !== 0,
            }
          : {};
        const interaction = { id, type: record.payload.type, ...about };
        const carriesMessage = message && (type === 4 || type === 7);
        return ok({ interaction, ...(carriesMessage ? { resource: { type, message: message.message } } : {}) });
      },
    },
    {
      method: "POST",
      path: webhook,
      open: true,
      handle: (r) => shown(interactions.followUp(record(r), body(r), r.files)),
    },
    ...onMessage(`${webhook}/messages/@original`),
    ...onMessage(`${webhook}/messages/{message_id}`),
  ];
}

function channelRoutes(deps: RouteDeps): RestRoute[] {
  const { messages, world } = deps;
  const list = "/channels/{channel_id}/messages";
  const one = `${list}/{message_id}`;

  function channel({ params }: RoutedRequest): string {
    const id = params["channel_id"]!;
    const known = world.channel(id);
    if (!known) throw discordError(10003);
    const code = deps.forbidden(id);
    if (code !== undefined) throw discordError(code);
    if (id === world.groupChannelId) throw discordError(50001);
    return id;
  }

  function message(r: RoutedRequest): StoredMessage {
    const stored = messages.require(r.params["message_id"]);
    // Ephemeral messages exist only for interactions' tokens.
    if (stored.message.channel_id !== channel(r) || stored.visibleTo !== undefined) throw discordError(10008);
    return stored;
  }

  function own(r: RoutedRequest): StoredMessage {
    const stored = message(r);
    if (stored.message.author.id !== world.bot.id) throw discordError(50005);
    return stored;
  }

  function post(channelId: string, body: JsonObject, files: readonly UploadedFile[]): StoredMessage {
    const nonce = body["nonce"];
    const known = messages.inChannel(channelId).find(({ message, deleted }) => {
      const recent = Date.parse(message.timestamp) > deps.now() - NONCE_MS;
      return recent && !deleted && message.author.id === world.bot.id && message.nonce === nonce;
    });
    if (body["enforce_nonce"] === true && nonce !== undefined && known) return known;
    return messages.create(body, files, { channelId, author: world.bot, sizeLimitBytes: deps.sizeLimitBytes });
  }

  return [
    {
      method: "GET",
      path: "/channels/{channel_id}",
      handle(r) {
        const { id, type, name, guildId, nsfw, recipientId } = world.channel(channel(r))!;
        if (guildId === undefined) return ok({ id, type, flags: 0, recipients: [world.user(recipientId ?? "")] });
        return ok({ id, type, name, guild_id: guildId, nsfw, flags: 0, position: 0, permission_overwrites: [] });
      },
    },
    {
      method: "GET",
      path: list,
      handle(r) {
        const seen = messages.inChannel(channel(r)).filter((one) => !one.deleted && one.visibleTo === undefined);
        const limit = Number(r.query.get("limit") ?? 50);
        return ok(
          seen
            .map((one) => one.message)
            .reverse()
            .slice(0, limit),
        );
      },
    },
    { method: "POST", path: list, handle: (r) => shown(post(channel(r), body(r), r.files)) },
    { method: "GET", path: one, handle: (r) => shown(message(r)) },
    {
      method: "PATCH",
      path: one,
      handle: (r) => shown(messages.edit(own(r).message.id, body(r), r.files, deps.sizeLimitBytes)),
    },
    {
      method: "DELETE",
      path: one,
      handle(r) {
        messages.delete(own(r).message.id);
        return NOTHING;
      },
    },
    {
      method: "POST",
      path: "/channels/{channel_id}/typing",
      handle(r) {
        channel(r);
        return NOTHING;
      },
    },
    {
      method: "POST",
      path: "/users/@me/channels",
      handle(r) {
        const user = world.user(asText(body(r)["recipient_id"]) ?? "");
        if (!user || user.id === world.bot.id) throw discordError(10013);
        const { id, type } = world.dmWith(user.id);
        return ok({ id, type, flags: 0, last_message_id: null, recipients: [user] });
      },
    },
  ];
}

const NOTHING: RestAnswer = { status: 204 };

function ok(body: unknown): RestAnswer {
  return { status: 200, body };
}

function shown({ message }: StoredMessage): RestAnswer {
  return ok(message);
}

function guild({ params }: RoutedRequest): string | undefined {
  return params["guild_id"];
}

function commandId({ params }: RoutedRequest): string {
  return params["command_id"]!;
}

function body(request: RoutedRequest): JsonObject {
  return asObject(request.body) ?? {};
}
