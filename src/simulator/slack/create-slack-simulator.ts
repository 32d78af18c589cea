import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createWaiters } from "../discord/waiters.ts";
import { createConversationAccess } from "./conversations-access.ts";
import { createCustomEmoji } from "./custom-emoji.ts";
import { createDeliveries } from "./deliveries.ts";
import type { Envelope } from "./envelopes.ts";
import { createFaultTable } from "./faults.ts";
import { createFileShares } from "./file-shares.ts";
import { createFiles } from "./files.ts";
import { createGrants } from "./grants.ts";
import { createHttpDelivery } from "./http-delivery.ts";
import { createHttpServer } from "./http-server.ts";
import { createIds } from "./ids.ts";
import { createHappenings } from "./inject-events.ts";
import { createInteractions } from "./inject.ts";
import { createMessageEvents } from "./message-events.ts";
import { type Author, createMessages, type StoredMessage } from "./messages.ts";
import { methodTable } from "./method-table.ts";
import { createViewChecker } from "./methods/views.ts";
import { createOAuth } from "./oauth.ts";
import { createPayloads } from "./payloads.ts";
import { createRateLimits } from "./rate-limits.ts";
import { createRequestLog, type RecordedRequest } from "./request-log.ts";
import { createResponseUrls } from "./response-urls.ts";
import { createServiceClock } from "./service-clock.ts";
import { createSlackFiles } from "./slack-files-in-blocks.ts";
import type { SlackSimulator, SlackSimulatorOptions } from "./slack-simulator.ts";
import { createSocketMode } from "./socket-mode.ts";
import { createTriggers } from "./triggers.ts";
import { createViews, type StoredView } from "./views.ts";
import { createWebApi } from "./web-api.ts";
import { createWorkflowSteps, type StepRun } from "./workflow-steps.ts";
import { createWorld } from "./world.ts";

/** What a picture bot's manifest asks for. */
const SCOPES = [
  "app_mentions:read",
  "channels:history",
  "channels:join",
  "channels:read",
  "chat:write",
  "commands",
  "emoji:read",
  "files:read",
  "files:write",
  "groups:history",
  "groups:read",
  "im:history",
  "im:read",
  "im:write",
  "mpim:history",
  "mpim:read",
  "mpim:write",
  "team:read",
  "users:read",
];

/**
 * Starts a Slack on 127.0.0.1: for the studio, and for tests of the whole program.
 *
 *     const slack = await createSlackSimulator({ clock });
 *     new App({ token: slack.botToken, appToken: slack.appToken, socketMode: true, clientOptions: { slackApiUrl: slack.apiUrl } });
 *     await slack.waitForSockets();
 *     const sent = slack.inject.slash({ command: "/imagine", text: "a red fox" });      // Alice, in #general
 *     await sent.waitForAck();
 *     const posted = await slack.waitForMessage(({ message }) => message["blocks"] !== undefined);
 *     slack.inject.press({ on: posted, actionId: "reroll" });                            // messages and views
 *     const modal = await slack.waitForView(({ type }) => type === "modal");
 *     slack.inject.submit(modal, { values: { prompt: "a blue fox" } });                  // by action_id or block_id
 *     slack.faults.add({ method: /chat\.postMessage/, kind: "reset-after-processing" });
 *     slack.socketMode.disconnect("refresh_requested");
 *     slack.advanceClock(3100);                                                          // trigger_ids expire
 *     expect(slack.log.violations).toEqual([]);                                          // refused or odd requests
 *     await slack.close();
 *
 * For signed HTTP requests instead of Socket Mode: `await slack.http.set("http://127.0.0.1:3000/slack/events")`.
 */
export async function createSlackSimulator(options: SlackSimulatorOptions): Promise<SlackSimulator> {
  const clock = createServiceClock(options.clock);
  const ids = createIds(clock.now);
  const signingSecret = options.signingSecret ?? "simulated-signing-secret";
  const clientId = options.clientId ?? "1000000000.2000000000";
  const clientSecret = options.clientSecret ?? "simulated-client-secret";
  const world = createWorld({
    ids,
    now: clock.now,
    workspaces: options.workspaces ?? ["Easel Test"],
    enterprise: options.enterprise,
  });
  const grants = createGrants({
    ids,
    now: clock.now,
    world,
    botName: options.botName ?? "easel",
    botToken: options.botToken ?? "xoxb-simulated",
    appToken: options.appToken ?? "xapp-simulated",
    scopes: options.scopes ?? SCOPES,
  });
  const [workspace] = world.workspaces;
  if (!workspace) throw new Error("a Slack needs a workspace");
  installAtStart();

  const messageWaiters = createWaiters<StoredMessage>(options.clock);
  const viewWaiters = createWaiters<StoredView>(options.clock);
  const requestWaiters = createWaiters<RecordedRequest>(options.clock);
  const socketWaiters = createWaiters<number>(options.clock);
  const settled = createWaiters<Envelope>(options.clock);
  const stepEnds = createWaiters<StepRun>(options.clock);

  const faults = createFaultTable();
  const rateLimits = createRateLimits(clock.now, options.rateLimits ?? false);
  const log = createRequestLog(requestWaiters.offer);
  const messages = createMessages(ids);
  const views = createViews(ids);
  messages.onChange(messageWaiters.offer);
  views.onChange(viewWaiters.offer);
  const originUrl = () => origin;
  const files = createFiles({ ids, now: clock.now, world, originUrl, processingMs: options.fileProcessingMs ?? 300 });
  const slackFiles = createSlackFiles(files);
  const emoji = createCustomEmoji(ids, originUrl);
  const authorOf = (userId: string): Author =>
    grants.isBot(userId)
      ? { userId, bot: { botId: grants.botId, appId: grants.appId, name: world.person(userId)!.name } }
      : { userId };
  const shares = createFileShares({ clock, ids, files, messages, authorOf });
  const triggers = createTriggers(ids, clock.now);
  const payloads = createPayloads({ ids, now: clock.now, world, grants });
  const botAuthor = (teamId: string) => authorOf(payloads.grantOf(world.workspace(teamId)!).userId);
  const responseUrls = createResponseUrls({ world, triggers, messages, slackFiles, botAuthor });
  const oauth = createOAuth({
    ids,
    now: clock.now,
    world,
    grants,
    clientId,
    clientSecret,
    tokenRotation: options.tokenRotation ?? false,
  });
  const steps = createWorkflowSteps(ids, stepEnds.offer);
  const http = createHttpDelivery({ clock, signingSecret });
  const deliveries = createDeliveries({ clock, ids, http, socketMode: () => socketMode, onSettled: settled.offer });
  const socketMode = createSocketMode({
    clock,
    pingClock: options.clock,
    ids,
    appId: grants.appId,
    limit: options.socketLimit ?? 10,
    url: () => origin.replace("http", "ws"),
    onAck: deliveries.acknowledge,
    onOpen: () => socketWaiters.offer(socketMode.connected.length),
    onClose: deliveries.lost,
  });
  const checkView = createViewChecker(slackFiles);
  const people = {
    ids,
    world,
    originUrl,
    payloads,
    deliveries,
    settled,
    triggers,
    messages,
    views,
    files,
    responseUrls,
    checkView,
    log,
  };
  const subscriptions = options.subscriptions ?? ["app_mention", "message.im"];
  const eventsOf = createMessageEvents({ ids, world, grants, payloads, deliveries, messages, subscriptions });
  const happenings = createHappenings({ ...people, grants, shares, steps, stepEnds, eventsOf });
  const methods = methodTable({
    ids,
    world,
    grants,
    oauth,
    steps,
    messages,
    files,
    shares,
    slackFiles,
    emoji,
    views,
    triggers,
    originUrl,
    log,
    check: checkView,
    access: createConversationAccess(world),
    socketMode: () => socketMode,
    authorOf: ({ grant }) => authorOf(grant.userId),
    onUninstall: ({ workspace }) => void happenings.uninstall(workspace.id),
  });
  const webApi = createWebApi({ methods, grants, world, rateLimits, log });
  const serve = createHttpServer({ clock, webApi, files, emoji, grants, oauth, responseUrls, faults, log });

  const server = createServer((incoming, response) => {
    serve(incoming, response, new URL(incoming.url ?? "/", origin)).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => socketMode.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function installAtStart(): void {
    const where = options.installed ?? "first";
    if (where === "nowhere") return;
    const places = where === "all" ? world.workspaces : [workspace!];
    for (const place of places) grants.install(place, { wholeEnterprise: where === "enterprise" });
  }

  return {
    apiUrl: `${origin}/api/`,
    originUrl: origin,
    botToken: options.botToken ?? "xoxb-simulated",
    appToken: grants.appToken,
    signingSecret,
    clientId,
    clientSecret,
    world,
    workspace,
    botUserId: (place = workspace) => payloads.grantOf(place).userId,
    grants,
    inject: { ...createInteractions(people), ...happenings },
    messages,
    views,
    files,
    emoji,
    shares,
    socketMode,
    oauth,
    http,
    deliveries,
    faults,
    rateLimits,
    log,
    advanceClock: clock.advance,
    waitForMessage: (predicate, timeoutMs) => messageWaiters.wait("a message", messages.all(), predicate, timeoutMs),
    waitForView: (predicate, timeoutMs) => viewWaiters.wait("a view", views.all(), predicate, timeoutMs),
    waitForRequest(predicate, timeoutMs) {
      const finished = log.requests.filter(({ status }) => status !== undefined);
      return requestWaiters.wait("a request", finished, predicate, timeoutMs);
    },
    async waitForSockets(count = 1, timeoutMs) {
      const present = [socketMode.connected.length];
      await socketWaiters.wait(`${count} sockets`, present, (connected) => connected >= count, timeoutMs);
    },
    async close() {
      await socketMode.close();
      clock.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
