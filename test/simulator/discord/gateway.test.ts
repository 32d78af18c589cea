import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { createWaiters } from "../../../src/simulator/discord/waiters.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { realClock } from "../../support/real-clock.ts";

interface Received {
  readonly op: number;
  readonly t: string | null;
  readonly s: number | null;
  readonly d: Record<string, unknown> & { readonly session_id?: string };
}

interface GatewayClient {
  readonly socket: WebSocket;
  readonly received: readonly Received[];
  send(op: number, d: unknown): void;
  /** The first message, received already or later, with this opcode or event. */
  hears(what: number | string): Promise<Received>;
  /** The code with which the connection ends. */
  closed(): Promise<number>;
}

describe("the simulated gateway", () => {
  let discord: DiscordSimulator;
  const clients: GatewayClient[] = [];

  beforeEach(async () => {
    discord = await createDiscordSimulator({ clock: createFakeClock(), identifyBudget: 5, heartbeatIntervalMs: 1000 });
  });
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.terminate();
    await discord.stop();
  });

  function connect(query = "?v=10&encoding=json"): GatewayClient {
    const socket = new WebSocket(`${discord.gatewayUrl}/${query}`);
    const received: Received[] = [];
    const waiters = createWaiters<Received>(realClock);
    const closed = new Promise<number>((resolve) => socket.on("close", resolve));
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString("utf8")) as Received;
      received.push(message);
      waiters.offer(message);
    });
    const client: GatewayClient = {
      socket,
      received,
      send: (op, d) => socket.send(JSON.stringify({ op, d })),
      hears: (what) => waiters.wait(String(what), received, ({ op, t }) => op === what || t === what),
      closed: () => closed,
    };
    clients.push(client);
    return client;
  }

  async function identify(more: object = {}, query?: string): Promise<GatewayClient> {
    const client = connect(query);
    await client.hears(10);
    // The five seconds that a bot keeps between two of them.
    discord.advanceClock(5000);
    client.send(2, { token: discord.token, intents: 0, properties: {}, ...more });
    return client;
  }

  async function ready(more: object = {}): Promise<{ client: GatewayClient; sessionId: string }> {
    const client = await identify(more);
    const { d } = await client.hears("READY");
    return { client, sessionId: d.session_id! };
  }

  async function resume(sessionId: string, seq: number): Promise<GatewayClient> {
    const client = connect();
    await client.hears(10);
    client.send(6, { token: discord.token, session_id: sessionId, seq });
    return client;
  }

  it("says hello, acknowledges heartbeats and asks for one", async () => {
    const client = connect();
    const hello = await client.hears(10);

    client.send(1, null);
    await client.hears(11);
    discord.gateway.askForHeartbeat();
    await client.hears(1);

    expect(hello.d["heartbeat_interval"]).toBe(1000);
    expect(discord.counters.heartbeats).toBe(1);
  });

  it("stops to acknowledge when it is told to", async () => {
    const client = connect();
    await client.hears(10);
    discord.gateway.acknowledgeHeartbeats(false);
    client.send(1, null);
    discord.gateway.askForHeartbeat();
    await client.hears(1);

    expect(client.received.map(({ op }) => op)).toEqual([10, 1]);
  });

  it("welcomes a bot with its shard and where to resume; guilds only by intent", async () => {
    const plain = await ready();
    const ofGuild = Number((BigInt(discord.world.guildId) >> 22n) % 2n);
    const sharded = await identify({ shard: [ofGuild, 2], intents: 1 });
    const second = await sharded.hears("READY");
    await sharded.hears("GUILD_CREATE");

    const first = await plain.client.hears("READY");
    expect(first.d).toMatchObject({ v: 10, resume_gateway_url: discord.gatewayUrl, shard: [0, 1] });
    expect(second.d["shard"]).toEqual([ofGuild, 2]);
    expect(plain.client.received.map(({ t }) => t)).toEqual([null, "READY"]);
  });

  it("sends an interaction to the shard of its guild, a direct message's to shard 0", async () => {
    const shards = [await ready({ shard: [0, 2] }), await ready({ shard: [1, 2] })];
    const ofGuild = Number((BigInt(discord.world.guildId) >> 22n) % 2n);

    discord.inject.slash({ name: "guild" });
    discord.inject.slash({ name: "direct", where: "bot-dm" });
    await shards[ofGuild]!.client.hears("INTERACTION_CREATE");
    await shards[0]!.client.hears("INTERACTION_CREATE");

    const heard = shards.map(({ client }) =>
      client.received
        .filter(({ t }) => t === "INTERACTION_CREATE")
        .map(({ d }) => (d["data"] as { name: string }).name),
    );
    expect(heard).toEqual(ofGuild === 0 ? [["guild", "direct"], []] : [["direct"], ["guild"]]);
  });

  it("replays what a resuming session has missed, and nothing twice", async () => {
    const { client, sessionId } = await ready();
    discord.inject.slash({ name: "first" });
    const first = await client.hears("INTERACTION_CREATE");
    discord.gateway.drop();
    await client.closed();
    discord.inject.slash({ name: "second" });

    const again = await resume(sessionId, first.s!);
    await again.hears("RESUMED");

    expect(again.received.map(({ t, s }) => [t, s])).toEqual([
      [null, null],
      ["INTERACTION_CREATE", 3],
      ["RESUMED", 4],
    ]);
  });

  it("gives sessions up that were closed in order, that it is told to, and that it never had", async () => {
    const orderly = await ready();
    orderly.client.socket.close(1000);
    await orderly.client.closed();
    const other = await ready();
    discord.gateway.invalidate(false);
    const invalid = await other.client.hears(9);

    const resumes = [await resume(orderly.sessionId, 1), await resume(other.sessionId, 1), await resume("unknown", 1)];
    const answers = await Promise.all(resumes.map((client) => client.hears(9)));

    expect([invalid, ...answers].map(({ d }) => d)).toEqual([false, false, false, false]);
  });

  it("can say that a session may be resumed, and ask to reconnect", async () => {
    const { client, sessionId } = await ready();

    discord.gateway.invalidate(true);
    discord.gateway.askToReconnect();
    const { d } = await client.hears(9);
    await client.hears(7);
    await (await resume(sessionId, 1)).hears("RESUMED");

    expect(d).toBe(true);
  });

  it.each([
    { what: "a wrong token", code: 4004, act: () => identify({ token: "wrong" }) },
    { what: "an unknown version", code: 4012, act: () => identify({}, "?v=3&encoding=json") },
    { what: "a shard out of range", code: 4010, act: () => identify({ shard: [2, 2] }) },
    { what: "unknown intents", code: 4013, act: () => identify({ intents: 2 ** 40 }) },
    { what: "privileged intents", code: 4014, act: () => identify({ intents: 1 << 15 }) },
  ])("closes with $code at $what", async ({ code, act }) => {
    expect(await (await act()).closed()).toBe(code);
  });

  it.each([
    {
      what: "a second IDENTIFY",
      code: 4005,
      act: (client: GatewayClient) => client.send(2, { token: discord.token, intents: 0 }),
    },
    { what: "an unknown opcode", code: 4001, act: (client: GatewayClient) => client.send(99, null) },
    { what: "what is no JSON", code: 4002, act: (client: GatewayClient) => client.socket.send("{") },
    { what: "4097 bytes", code: 4002, act: (client: GatewayClient) => client.send(1, "x".repeat(4097 - 15)) },
    {
      what: "121 messages in a minute",
      code: 4008,
      act: (client: GatewayClient) => Array.from({ length: 121 }, () => client.send(1, null)),
    },
  ])("closes with $code at $what of a bot that is ready", async ({ code, act }) => {
    const { client } = await ready();

    act(client);

    expect(await client.closed()).toBe(code);
  });

  it("closes with 4003 before IDENTIFY, and with 4007 at a number that never was", async () => {
    const early = connect();
    await early.hears(10);
    early.send(3, {});
    const { sessionId } = await ready();

    const ahead = await resume(sessionId, 99);

    expect([await early.closed(), await ahead.closed()]).toEqual([4003, 4007]);
  });

  it("counts IDENTIFYs of a day", async () => {
    for (let i = 0; i < 5; i++) await ready();
    const left = discord.gateway.identifiesLeft();

    const sixth = await identify();
    const code = await sixth.closed();
    discord.advanceClock(86_400_000);

    expect([left, code]).toEqual([{ remaining: 0, resetAfterMs: 86_400_000 - 20_000 }, 4004]);
    expect(discord.gateway.identifiesLeft().remaining).toBe(5);
  });

  it("takes the session of who identifies again within five seconds, unless the shards are in different lanes", async () => {
    await discord.stop();
    discord = await createDiscordSimulator({ clock: createFakeClock(), shards: 4, maxConcurrency: 2 });
    const shards = [connect(), connect(), connect()];
    const said = async (index: number) => {
      const client = shards[index]!;
      await client.hears(10);
      client.send(2, { token: discord.token, intents: 0, properties: {}, shard: [index, 4] });
      const { op, t } = await Promise.race([client.hears(9), client.hears("READY")]);
      return t ?? op;
    };

    const answers = [await said(0), await said(1), await said(2)];

    expect(answers).toEqual(["READY", "READY", 9]);
    expect(discord.counters.hastyIdentifies).toBe(1);
  });

  it("refuses upgrades, and closes with the code that a test wants", async () => {
    discord.gateway.refuseUpgrades(true);
    const refused = connect();
    const refusedCode = await refused.closed();
    discord.gateway.refuseUpgrades(false);
    discord.gateway.closeIdentifyWith(4014);

    const closedAtIdentify = await (await identify()).closed();

    expect([refusedCode, closedAtIdentify, discord.counters.upgradesRefused]).toEqual([1006, 4014, 1]);
  });

  it("freezes a connection: open, yet deaf and dumb", async () => {
    const { client, sessionId } = await ready();

    discord.gateway.freeze();
    client.send(1, null);
    discord.inject.slash({ name: "missed" });
    const again = await resume(sessionId, 1);
    await again.hears("RESUMED");

    expect(client.received.map(({ t, op }) => t ?? op)).toEqual([10, "READY"]);
    expect(again.received.map(({ t, op }) => t ?? op)).toEqual([10, "INTERACTION_CREATE", "RESUMED"]);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });
});
