import { once } from "node:events";
import { WebSocket } from "ws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { createCaller } from "./call-api.ts";
import { openSocket } from "./socket-client.ts";

const MINUTE_MS = 60_000;

/** Also where the machine is busy. */
const PATIENT = { timeout: 10_000 };

describe("Socket Mode of the simulated Slack", () => {
  let slack: SlackSimulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = createFakeClock();
    slack = await createSlackSimulator({ clock, socketLimit: 3 });
  });
  afterEach(() => slack.close());

  it("says hello, and gives each envelope to one socket, the next each time", async () => {
    const [one, two] = [await openSocket(slack), await openSocket(slack)];
    const hellos = [await one.next(), await two.next()];

    for (let i = 0; i < 4; i++) slack.inject.slash({ command: "/imagine", text: String(i) });
    const got = await Promise.all([one.next(), one.next(), two.next(), two.next()]);

    expect(hellos).toMatchObject([
      { type: "hello", num_connections: 1, connection_info: { app_id: slack.grants.appId } },
      { type: "hello", num_connections: 2 },
    ]);
    expect(got.map(({ payload }) => payload!["text"])).toEqual(["0", "2", "1", "3"]);
    expect(got[0]).toMatchObject({ type: "slash_commands", accepts_response_payload: true });
  });

  it("takes an acknowledgement with a message, within three seconds", async () => {
    const client = await openSocket(slack);
    await client.next();

    const sent = slack.inject.slash({ command: "/imagine" });
    client.ack((await client.next()).envelope_id!, { text: "queued" });
    await sent.waitForAck();

    expect(slack.messages.all()).toMatchObject([{ message: { text: "queued" }, visibleTo: slack.workspace.alice.id }]);
  });

  it("tells the person that nobody acknowledged, or that nobody is there", async () => {
    const nobody = slack.inject.slash({ command: "/imagine" });
    const client = await openSocket(slack);
    await client.next();
    const late = slack.inject.slash({ command: "/imagine" });
    const { envelope_id } = await client.next();

    slack.advanceClock(3000);
    client.ack(envelope_id!, { text: "too late" });
    client.socket.ping();
    await once(client.socket, "pong");

    expect(await nobody.waitForOutcome()).toBe("dispatch_failed");
    expect(await late.waitForOutcome()).toBe("operation_timeout");
    expect(late.envelope.furtherAcks).toHaveLength(1);
    expect(slack.messages.all()).toEqual([]);
  });

  it("tries events again at once, after a minute and after five, on the other socket too", async () => {
    const [one, two] = [await openSocket(slack), await openSocket(slack)];
    await Promise.all([one.next(), two.next()]);

    const { events } = slack.inject.say({ text: "@easel hello" });
    slack.advanceClock(3000);
    slack.advanceClock(MINUTE_MS + 3000);
    slack.advanceClock(5 * MINUTE_MS + 3000);
    const frames = await Promise.all([one.next(), two.next(), one.next(), two.next()]);
    one.ack(frames[0].envelope_id!);

    expect(await events[0]!.waitForOutcome()).toBe("acked");
    expect(frames.map(({ retry_attempt, retry_reason }) => [retry_attempt, retry_reason])).toEqual([
      [undefined, undefined],
      [1, "timeout"],
      [2, "timeout"],
      [3, "timeout"],
    ]);
    expect(new Set(frames.map(({ envelope_id }) => envelope_id)).size).toBe(1);
    expect(new Set(frames.map(({ payload }) => payload!["event_id"])).size).toBe(1);
  });

  it("gives events of a lost socket to another one", async () => {
    const [one, two] = [await openSocket(slack), await openSocket(slack)];
    await Promise.all([one.next(), two.next()]);

    const { events } = slack.inject.say({ text: "@easel hello" });
    await one.next();
    one.socket.terminate();
    await expect.poll(() => slack.socketMode.closes, PATIENT).toEqual([1006]);
    slack.advanceClock(0);
    const again = await two.next();

    expect(again).toMatchObject({ type: "events_api", retry_attempt: 1, retry_reason: "connection_failed" });
    expect(again.envelope_id).toBe(events[0]!.envelope.id);
  });

  it("delivers twice where it is asked to", async () => {
    const client = await openSocket(slack);
    await client.next();
    slack.deliveries.duplicateNext(1);

    const sent = slack.inject.slash({ command: "/imagine" });
    const first = await client.next();
    const second = await client.next();
    sent.redeliver();
    const third = await client.next();

    expect([second, third]).toEqual([first, first]);
  });

  it("sends sockets away, and cuts those that stay after ten seconds", async () => {
    const [one, two] = [await openSocket(slack), await openSocket(slack)];
    await Promise.all([one.next(), two.next()]);

    slack.socketMode.disconnect("warning", 1);
    slack.socketMode.disconnect("refresh_requested", 1);
    slack.inject.slash({ command: "/imagine" });
    slack.inject.slash({ command: "/imagine" });
    const told = [await one.next(), await one.next()];
    await Promise.all([two.next(), two.next()]);
    slack.advanceClock(10_000);
    await once(one.socket, "close");

    expect(told.map(({ type, reason }) => [type, reason])).toEqual([
      ["disconnect", "warning"],
      ["disconnect", "refresh_requested"],
    ]);
    expect(slack.socketMode.connected).toEqual([2]);
    expect(one.frames).toHaveLength(3);
  });

  it("has too many sockets above its limit", async () => {
    for (let i = 0; i < 3; i++) await openSocket(slack);

    const fourth = await openSocket(slack);

    expect(await fourth.next()).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
    expect(slack.socketMode.connected).toEqual([1, 2, 3]);
  });

  it("falls silent when it is frozen", async () => {
    const client = await openSocket(slack);
    await client.next();

    slack.socketMode.freeze();
    const sent = slack.inject.slash({ command: "/imagine" });
    client.socket.ping();
    await clock.advance(5000);

    expect(sent.outcome()).toBe("operation_timeout");
    expect(client.frames).toHaveLength(1);
    expect(slack.socketMode.connected).toEqual([1]);
  });

  it("pings every five seconds", async () => {
    const client = await openSocket(slack);
    await client.next();

    const pinged = once(client.socket, "ping");
    await clock.advance(5000);
    const [data] = (await pinged) as [Buffer];

    expect(data.toString()).toBe("Ping from simulated Slack 1");
  });

  it("gives each address once, and refuses upgrades when it is told to", async () => {
    const { body } = await createCaller(slack)("apps.connections.open", {}, slack.appToken);
    const first = new WebSocket(String(body["url"]));
    await once(first, "open");
    const again = new WebSocket(String(body["url"]));
    const [used] = (await once(again, "error")) as [Error];

    slack.socketMode.refuseUpgrades(408);
    const refused = await openSocket(slack).catch((error: unknown) => String(error));
    slack.socketMode.refuseUpgrades(undefined);
    const back = await openSocket(slack);

    expect(used.message).toBe("Unexpected server response: 403");
    expect(refused).toBe("Error: Unexpected server response: 408");
    expect(await back.next()).toMatchObject({ type: "hello" });
  });
});
