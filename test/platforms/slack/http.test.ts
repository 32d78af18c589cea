import { describe, expect, it } from "vitest";
import { notice } from "../../../src/core/message.ts";
import { createInstallations } from "../../../src/platforms/slack/installations.ts";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { SlackSimulatorOptions } from "../../../src/simulator/slack/slack-simulator.ts";
import { realClock } from "../../support/real-clock.ts";
import { createMemoryStore, result } from "../discord/open-discord.ts";
import { openSlack, picturesIn, shown } from "./open-slack.ts";
import { freePort, signed } from "./signed-request.ts";

const KEY = Buffer.alloc(32, 7);

/** The adapter with events by HTTP. */
async function openHttp(options: Parameters<typeof openSlack>[0] = {}) {
  const port = await freePort();
  const slack = await createSlackSimulator({ clock: realClock, ...options.simulator });
  const http = { host: "127.0.0.1", port, signingSecret: slack.signingSecret };
  const opened = await openSlack({ ...options, slack, http: { ...http, ...options.http }, sockets: false });
  const url = `http://127.0.0.1:${port}/slack/events`;
  await slack.http.set(url);
  return { ...opened, port, url };
}

describe("Slack by HTTP", () => {
  it("case 30: takes what Slack signed, at once, and nothing else", async () => {
    const { slack, url, next, log } = await openHttp();
    const body = new URLSearchParams({
      command: "/imagine",
      text: "forged",
      team_id: slack.workspace.id,
      user_id: slack.workspace.alice.id,
      channel_id: slack.workspace.general.id,
      trigger_id: "1.2.3",
      response_url: "",
      user_name: "alice",
    }).toString();
    const post = async (headers: Record<string, string>, sent = body) =>
      (await fetch(url, { method: "POST", headers, body: sent })).status;

    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      times.push((await slack.inject.slash({ command: "/imagine", text: "a fox" }).waitForAck()).afterMs);
    }
    const { "x-slack-signature": _, ...unsigned } = signed(slack.signingSecret, body);
    const { "x-slack-request-timestamp": __, ...undated } = signed(slack.signingSecret, body);
    const statuses = [
      await post(signed("another secret", body)),
      await post(signed(slack.signingSecret, body, 6 * 60)),
      await post(unsigned),
      await post(undated),
      await post(signed(slack.signingSecret, body), ""),
    ];
    const first = await next();

    expect(Math.min(...times)).toBeLessThan(500);
    expect(statuses).toEqual([401, 401, 401, 401, 401]);
    expect(first).toMatchObject({ options: { text: "a fox" } });
    expect(log.lines.some(({ message }) => String(message).includes("could not be served"))).toBe(false);
    expect((await fetch(url.replace("/slack/events", "/other"))).status).toBe(404);
  });

  it("case 31: does what is replayed once", async () => {
    const handled: string[] = [];
    const { slack, url, next } = await openHttp({ handle: async ({ id }) => void handled.push(id) });
    const sent = slack.inject.slash({ command: "/imagine", text: "a fox" });
    await sent.waitForAck();
    await next();
    const body = new URLSearchParams(sent.payload as Record<string, string>).toString();
    const headers = signed(slack.signingSecret, body);

    const replayed = await Promise.all([1, 2].map(() => fetch(url, { method: "POST", headers, body })));
    slack.inject.slash({ command: "/imagine", text: "a star" });
    const last = await next();

    expect(replayed.map(({ status }) => status)).toEqual([200, 200]);
    expect(last).toMatchObject({ options: { text: "a star" } });
    expect(handled).toHaveLength(2);
  });

  it("case 32: answers events that are sent again at once, and does them once", async () => {
    const { slack, url, next } = await openHttp();
    const { events } = slack.inject.say({ text: "@easel a fox" });
    const [event] = events;
    await event!.waitForAck();
    await next();
    const body = JSON.stringify(event!.payload);

    const retried = await Promise.all(
      [1, 2, 3].map((n) =>
        fetch(url, {
          method: "POST",
          headers: {
            ...signed(slack.signingSecret, body),
            "content-type": "application/json",
            "x-slack-retry-num": String(n),
            "x-slack-retry-reason": "http_timeout",
          },
          body,
        }),
      ),
    );
    slack.inject.say({ text: "@easel a star" });

    expect(retried.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await next()).toMatchObject({ options: { text: "a star" } });
  });

  it("opens forms, shows faults in them, and posts answers as by sockets", async () => {
    const { slack, platform, next } = await openHttp();
    slack.inject.slash({ command: "/imagine", text: "a fox --count 2" });

    const outcome = await platform.deliver((await next()).address, result({}, 2), "k3f9x2ab");

    expect(outcome).toEqual({ state: "delivered" });
    expect(picturesIn(slack.messages.all().at(-1)!)).toHaveLength(2);
  });
});

/** The adapter where no workspace has installed the app yet. */
async function openMany(simulator: Partial<SlackSimulatorOptions>) {
  const port = await freePort();
  const slack = await createSlackSimulator({
    clock: realClock,
    workspaces: ["One", "Two"],
    installed: "nowhere",
    ...simulator,
  });
  const store = createMemoryStore();
  const opened = await openSlack({
    slack,
    store,
    http: {
      host: "127.0.0.1",
      port,
      oauth: { clientId: slack.clientId, clientSecret: slack.clientSecret, key: KEY },
    },
    handle: (interaction) => interaction.reply(notice(`Hello, ${interaction.place.community}.`)),
  });
  slack.oauth.redirectUrl = `http://127.0.0.1:${port}/slack/oauth_redirect`;
  /** What an admin's browser does who clicks "Add to Slack" and allows it. */
  async function install(query: Record<string, string>): Promise<number> {
    const start = await fetch(`http://127.0.0.1:${port}/slack/install`, { redirect: "manual" });
    const cookie = (start.headers.get("set-cookie") ?? "").split(";")[0]!;
    const consent = new URL(start.headers.get("location")!);
    for (const [name, value] of Object.entries(query)) consent.searchParams.set(name, value);
    const allowed = await fetch(consent, { redirect: "manual" });
    return (await fetch(allowed.headers.get("location")!, { headers: { cookie }, redirect: "manual" })).status;
  }
  return { ...opened, store, install };
}

describe("many workspaces", () => {
  it("install the app themselves, and each is answered by its own bot", async () => {
    const { slack, store, install } = await openMany({});
    const [one, two] = slack.world.workspaces;

    const statuses = [await install({ team: one!.id }), await install({ team: two!.id })];
    slack.inject.slash({ command: "/easel", text: "queue", userId: one!.alice.id, channelId: one!.general.id });
    slack.inject.slash({ command: "/easel", text: "queue", userId: two!.alice.id, channelId: two!.general.id });
    const first = await slack.waitForMessage((message) => shown(message).includes(`Hello, ${one!.id}`));
    const second = await slack.waitForMessage((message) => shown(message).includes(`Hello, ${two!.id}`));
    const stored = await store.get<string>(`slack:installation:${one!.id}`);

    expect(statuses.every((status) => status < 400)).toBe(true);
    expect([first.channelId, second.channelId]).toEqual([one!.general.id, two!.general.id]);
    expect(stored).toEqual(expect.any(String));
    expect(stored).not.toContain("xoxb");
    expect(Buffer.from(stored!, "base64").toString("latin1")).not.toContain("xoxb");
  });

  it("of one organisation share an installation, and a person is the same in all of them", async () => {
    const { slack, install, next } = await openMany({ enterprise: "Grid" });
    const [one, two] = slack.world.workspaces;
    await install({ team: slack.world.enterprise!.id });

    slack.inject.slash({ command: "/easel", text: "queue", userId: two!.alice.id, channelId: two!.general.id });
    const interaction = await next();
    await slack.waitForMessage((message) => shown(message).includes("Hello"));

    const enterprise = slack.world.enterprise!.id;
    expect(interaction.person.id).toBe(`${enterprise}:${two!.alice.id}`);
    expect(interaction.place.community).toBe(`${enterprise}.${two!.id}`);
    expect(interaction.address).toMatchObject({ orgWide: true, enterprise });
    expect(one!.id).not.toBe(two!.id);
  });

  it("that remove the app are forgotten with their tokens", async () => {
    const { slack, store, install } = await openMany({});
    const [one] = slack.world.workspaces;
    await install({ team: one!.id });

    slack.inject.uninstall(one!.id);

    await expect.poll(() => store.get(`slack:installation:${one!.id}`)).toBeUndefined();
  });
});

describe("stored installations", () => {
  const installation = {
    team: { id: "T1", name: "One" },
    enterprise: undefined,
    user: { id: "U1", token: undefined, scopes: undefined },
    bot: { token: "xoxb-secret", scopes: ["commands"], id: "B1", userId: "U2" },
    isEnterpriseInstall: false,
  } as const;
  const query = { teamId: "T1", enterpriseId: undefined, isEnterpriseInstall: false };

  it("come back as they were, and only with their key and in their place", async () => {
    const store = createMemoryStore();
    const installations = createInstallations(store, KEY);
    await installations.storeInstallation(installation as never);
    await store.set("slack:installation:T2", await store.get("slack:installation:T1"));

    const known = await installations.fetchInstallation(query);

    expect(known).toMatchObject({ bot: { token: "xoxb-secret" } });
    await expect(createInstallations(store, Buffer.alloc(32, 8)).fetchInstallation(query)).rejects.toThrow();
    await expect(installations.fetchInstallation({ ...query, teamId: "T2" })).rejects.toThrow();
    await expect(installations.fetchInstallation({ ...query, teamId: "T3" })).rejects.toThrow("not installed");
  });
});
