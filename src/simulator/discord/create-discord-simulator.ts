import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { GatewayIntentBits } from "discord-api-types/v10";
import { applicationJson } from "./application.ts";
import { createAttachments } from "./attachments.ts";
import { createCommands } from "./commands.ts";
import type {
  ClosedCode,
  DiscordSimulator,
  DiscordSimulatorOptions,
  RecordedRequest,
  StoredMessage,
} from "./discord-simulator.ts";
import { createFaultTable } from "./faults.ts";
import { createGateway } from "./gateway.ts";
import { guildCreate, shardOf } from "./gateway-sessions.ts";
import { createInject } from "./inject.ts";
import { createInteractionsEndpoint } from "./interactions-endpoint.ts";
import { createInteractions, type InteractionRecord } from "./interactions.ts";
import { asUploads, createMessages } from "./messages.ts";
import { createRateLimits } from "./rate-limits.ts";
import { createRequestLog } from "./request-log.ts";
import { createRestRouter } from "./rest-router.ts";
import { restRoutes } from "./rest-routes.ts";
import { createRestServer } from "./rest-server.ts";
import { createSimulatedClock } from "./simulated-clock.ts";
import { createSnowflakes } from "./snowflakes.ts";
import { createWaiters } from "./waiters.ts";
import { createWorld } from "./world.ts";

const MIB = 1024 ** 2;

/** Starts a Discord on 127.0.0.1: for the studio, and for tests of the whole program. */
export async function createDiscordSimulator(options: DiscordSimulatorOptions): Promise<DiscordSimulator> {
  const token = options.token ?? "c2ltdWxhdG9y.simulated.discord-bot-token";
  const sizeLimitBytes = options.attachmentSizeLimitBytes ?? 10 * MIB;
  const clock = createSimulatedClock(options.clock);
  const newId = createSnowflakes(clock.now);
  const world = createWorld(newId);
  const startedAt = clock.isoNow();

  const forbidden = new Map<string, ClosedCode>();
  const messageWaiters = createWaiters<StoredMessage>(options.clock);
  const requestWaiters = createWaiters<RecordedRequest>(options.clock);
  const sessionWaiters = createWaiters<number>(options.clock);
  const answers = createWaiters<InteractionRecord>(options.clock);
  const log = createRequestLog(requestWaiters.offer);
  const note = log.noteCurrent;

  const attachments = createAttachments({ newId, now: clock.now, cdnUrl: () => cdnUrl });
  const messages = createMessages({ clock, attachments, newId, note, user: world.user });
  const interactions = createInteractions({ world, messages, now: clock.now, note, onAnswer: answers.offer });
  const commands = createCommands({ applicationId: world.applicationId, newId, now: clock.now, note });
  const endpointFailures: string[] = [];
  const endpoint = createInteractionsEndpoint({
    applicationId: world.applicationId,
    interactions,
    newId,
    now: clock.now,
    onFailure: (reason) => endpointFailures.push(reason),
  });
  const faults = createFaultTable();
  const rateLimits = createRateLimits(clock.now, options.realisticRateLimits ?? false);
  messages.onChange(messageWaiters.offer);

  const gateway = createGateway({
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    identifyBudget: options.identifyBudget ?? 1000,
    maxConcurrency: options.maxConcurrency ?? 1,
    now: clock.now,
    token: () => token,
    url: () => gatewayUrl,
    onSession: () => sessionWaiters.offer(gateway.connected),
    ready({ intents, shard: [index, count] }) {
      const guild = { id: world.guildId, name: world.guildName, ownerId: world.owner.id };
      const here = world.guildIds().filter((id) => shardOf(id, count) === index);
      const channels = [world.channelId, world.nsfwChannelId].map((id, position) => {
        const { name, type, nsfw } = world.channel(id)!;
        return { id, name, type, nsfw, position, flags: 0, parent_id: null, topic: null, permission_overwrites: [] };
      });
      const seesGuilds = (intents & GatewayIntentBits.Guilds) !== 0;
      return {
        ready: {
          user: world.bot,
          guilds: here.map((id) => ({ id, unavailable: true })),
          application: { id: world.applicationId, flags: 0 },
        },
        events:
          seesGuilds && here.includes(world.guildId) ? [["GUILD_CREATE", guildCreate(guild, channels, startedAt)]] : [],
      };
    },
  });

  const router = createRestRouter(
    restRoutes({
      world,
      messages,
      interactions,
      commands,
      sizeLimitBytes,
      now: clock.now,
      forbidden: (channelId) => forbidden.get(channelId),
      gatewayBot() {
        const { remaining, resetAfterMs } = gateway.identifiesLeft();
        const limit = {
          total: options.identifyBudget ?? 1000,
          remaining,
          reset_after: resetAfterMs,
          max_concurrency: options.maxConcurrency ?? 1,
        };
        return { url: gatewayUrl, shards: options.shards ?? 1, session_start_limit: limit };
      },
      application: () => applicationJson(world, endpoint),
    }),
  );
  const rest = createRestServer({
    router,
    faults,
    rateLimits,
    log,
    requestSizeLimitBytes: options.requestSizeLimitBytes ?? 25 * MIB,
    now: clock.now,
    token: () => token,
    checkRequest: options.checkRequest ?? (() => []),
  });

  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? "/", cdnUrl);
    if (/^\/(attachments|avatars)\//.test(url.pathname)) return sendFile(url, response);
    rest(incoming, response, url).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => gateway.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const cdnUrl = `http://127.0.0.1:${port}`;
  const gatewayUrl = `ws://127.0.0.1:${port}`;

  function sendFile(url: URL, response: ServerResponse): void {
    const file = attachments.read(url);
    if (typeof file !== "object") {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("This content is no longer available.");
      return;
    }
    response.writeHead(200, { "content-type": file.contentType, "content-length": file.bytes.length });
    response.end(file.bytes);
  }

  return {
    apiUrl: `${cdnUrl}/api`,
    gatewayUrl,
    cdnUrl,
    token,
    world,
    faults,
    rateLimits,
    gateway,
    endpoint,
    requests: log.requests,
    violations: log.violations,
    messages: {
      ...messages,
      post({ userId, channelId = world.channelId, content = "", attachments = [] }) {
        const author = world.user(userId ?? world.alice.id)!;
        const place = { channelId, author, sizeLimitBytes: Number.POSITIVE_INFINITY };
        const posted = messages.create({ content }, asUploads(attachments), place);
        const guildId = world.channel(channelId)?.guildId;
        const intent = guildId === undefined ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
        const where = guildId === undefined ? {} : { guild_id: guildId };
        gateway.dispatch("MESSAGE_CREATE", { ...posted.message, ...where }, { guildId, intent });
        return posted;
      },
    },
    inject: createInject({
      world,
      attachments,
      sizeLimitBytes,
      clock,
      commands,
      interactions,
      messages,
      answers,
      newId,
      deliver(payload) {
        if (endpoint.url === null) gateway.dispatch("INTERACTION_CREATE", payload, { guildId: payload.guild_id });
        else endpoint.deliver(payload);
      },
    }),
    get counters() {
      const { invalidRequests, errors } = log;
      return { ...gateway.counts, invalidRequests, errors, endpointFailures };
    },
    commands: (guildId) => commands.list(guildId),
    setAvatar(userId, file) {
      const user = world.user(userId);
      if (user) user.avatar = attachments.storeAvatar(userId, file);
    },
    forbid(channelId, code) {
      forbidden.set(channelId, code);
    },
    allow(channelId) {
      forbidden.delete(channelId);
    },
    advanceClock: clock.advance,
    waitForMessage: (predicate, timeoutMs) => messageWaiters.wait("a message", messages.all(), predicate, timeoutMs),
    waitForRequest(predicate, timeoutMs) {
      const finished = log.requests.filter(({ status }) => status !== undefined);
      return requestWaiters.wait("a request", finished, predicate, timeoutMs);
    },
    async waitForSession(timeoutMs) {
      const shards = options.shards ?? 1;
      await sessionWaiters.wait("a session", [gateway.connected], (count) => count >= shards, timeoutMs);
    },
    async stop() {
      gateway.stop();
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
