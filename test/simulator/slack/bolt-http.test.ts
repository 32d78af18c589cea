import type { AddressInfo } from "node:net";
import { App, HTTPReceiver, type Installation, type InstallationQuery } from "@slack/bolt";
import { afterEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { SlackSimulator, SlackSimulatorOptions } from "../../../src/simulator/slack/slack-simulator.ts";
import { realClock } from "../../support/real-clock.ts";
import { QUIET, teachDrawing } from "./bolt-app.ts";

interface Shop {
  readonly slack: SlackSimulator;
  readonly app: App;
  readonly receiver: HTTPReceiver;
  readonly url: string;
  readonly installations: Map<string, Installation>;
}

describe("the simulated Slack, seen by Bolt over HTTP", () => {
  const opened: Shop[] = [];

  async function open(
    { secret, ...options }: Partial<SlackSimulatorOptions> & { secret?: string },
    oauth: boolean,
  ): Promise<Shop> {
    const slack = await createSlackSimulator({ clock: realClock, fileProcessingMs: 20, ...options });
    const installations = new Map<string, Installation>();
    const store = {
      async storeInstallation(one: Installation) {
        installations.set((one.isEnterpriseInstall ? one.enterprise?.id : one.team?.id) ?? "", one);
      },
      async fetchInstallation(query: InstallationQuery<boolean>) {
        return installations.get(keyOf(query))!;
      },
    };
    const shop = {
      clientId: slack.clientId,
      clientSecret: slack.clientSecret,
      stateSecret: "state",
      scopes: ["commands", "chat:write", "im:write", "files:write", "app_mentions:read"],
      installationStore: store,
      installerOptions: {
        authorizationUrl: `${slack.originUrl}/oauth/v2/authorize`,
        clientOptions: { slackApiUrl: slack.apiUrl },
        stateVerification: false,
      },
    };
    const receiver = new HTTPReceiver({
      signingSecret: secret ?? slack.signingSecret,
      logger: QUIET,
      port: 0,
      ...(oauth ? shop : {}),
    });
    const app = new App({
      receiver,
      logger: QUIET,
      clientOptions: { slackApiUrl: slack.apiUrl },
      ...(oauth ? shop : { token: slack.botToken }),
    });
    teachDrawing(app);
    const server = await app.start(0);
    const url = `http://127.0.0.1:${((server as { address(): unknown }).address() as AddressInfo).port}`;
    const one = { slack, app, receiver, url, installations };
    opened.push(one);
    return one;
  }

  afterEach(async () => {
    for (const { app, slack } of opened.splice(0)) {
      await app.stop();
      await slack.close();
    }
  });

  it("goes from a command through a button and a form to an uploaded picture, each request signed", async () => {
    const { slack, url } = await open({}, false);
    await slack.http.set(`${url}/slack/events`);

    await slack.inject.slash({ command: "/imagine", text: "a fox" }).waitForAck();
    const posted = await slack.waitForMessage(({ message }) => message["text"] === "a picture");
    slack.inject.press({ on: posted, actionId: "reroll" });
    const modal = await slack.waitForView(({ type }) => type === "modal");
    const refused = await slack.inject.submit(modal, { values: { prompt: "bad" } }).waitForAck();
    await slack.inject.submit(modal, { values: { prompt: "a blue fox" } }).waitForAck();
    const shared = await slack.waitForMessage(({ message }) => message["files"] !== undefined);
    const mention = slack.inject.say({ text: "@easel hello" });
    await slack.waitForMessage(({ message }) => message["thread_ts"] !== undefined);

    expect(refused.payload).toMatchObject({ response_action: "errors" });
    expect(shared.message["text"]).toBe("a blue fox");
    expect(await mention.events[0]!.waitForOutcome()).toBe("acked");
    expect(slack.socketMode.opened).toBe(0);
    expect(slack.log.violations).toEqual([]);
  });

  it("is turned away by an app with another signing secret", async () => {
    const { slack, url } = await open({ secret: "another" }, false);

    await expect(slack.http.set(`${url}/slack/events`)).rejects.toThrow("answered the challenge with 401");
  });

  it("reports a command that nobody takes", async () => {
    const { slack, url } = await open({}, false);
    await slack.http.set(`${url}/slack/events`);

    const sent = slack.inject.slash({ command: "/nobody" });
    slack.advanceClock(3000);

    expect(await sent.waitForOutcome()).toBe("operation_timeout");
  });

  it("installs the app in two workspaces by links, and each gets its own token", async () => {
    const { slack, url, installations } = await open({ workspaces: ["One", "Two"], installed: "nowhere" }, true);

    for (const workspace of slack.world.workspaces) await install(url, slack, workspace.id);
    await slack.http.set(`${url}/slack/events`);
    const [one, two] = slack.world.workspaces;
    await slack.inject.slash({ command: "/imagine", text: "1", userId: one!.alice.id }).waitForAck();
    await slack.inject.slash({ command: "/imagine", text: "2", userId: two!.alice.id }).waitForAck();
    const posted = await Promise.all(
      [one!, two!].map(({ id }) =>
        slack.waitForMessage(({ message, teamId }) => teamId === id && message["text"] === "a picture"),
      ),
    );

    expect([...installations.keys()]).toEqual([one!.id, two!.id]);
    expect(posted.map(({ channelId }) => channelId)).toEqual([one!.general.id, two!.general.id]);
    expect(slack.botUserId(one)).not.toBe(slack.botUserId(two));
    expect(slack.log.violations).toEqual([]);
  });

  it("installs the app in a whole enterprise at once", async () => {
    const grid = { workspaces: ["One", "Two"], enterprise: "Grid", installed: "nowhere" } as const;
    const { slack, url, installations } = await open(grid, true);

    await install(url, slack, slack.world.enterprise!.id);
    await slack.http.set(`${url}/slack/events`);
    const two = slack.world.workspaces[1]!;
    await slack.inject.slash({ command: "/imagine", text: "2", userId: two.bob.id }).waitForAck();
    const posted = await slack.waitForMessage(({ message }) => message["text"] === "a picture");

    expect([...installations]).toMatchObject([[slack.world.enterprise!.id, { isEnterpriseInstall: true }]]);
    expect(posted).toMatchObject({ teamId: two.id, channelId: two.general.id });
    expect(slack.log.violations).toEqual([]);
  });

  it("renews tokens that live for twelve hours", async () => {
    const { slack, url, installations } = await open({ installed: "nowhere", tokenRotation: true }, true);
    await install(url, slack, slack.workspace.id);
    await slack.http.set(`${url}/slack/events`);
    const first = installations.get(slack.workspace.id)!.bot!.token;

    installations.get(slack.workspace.id)!.bot!.expiresAt = 1;
    await slack.inject.slash({ command: "/imagine", text: "later" }).waitForAck();
    await slack.waitForMessage(({ message }) => message["text"] === "a picture");

    expect(installations.get(slack.workspace.id)!.bot!.token).not.toBe(first);
    expect(() => slack.grants.require(first)).toThrow("token_revoked");
  });
});

/** What an admin's browser does: the app's link, Slack's page, and back. */
async function install(url: string, slack: SlackSimulator, place: string): Promise<void> {
  slack.oauth.redirectUrl = `${url}/slack/oauth_redirect`;
  const link = await fetch(`${url}/slack/install`);
  const page = /<a [^>]*href="([^"]+)"/.exec(await link.text())![1]!.replaceAll("&amp;", "&");
  const authorize = new URL(page);
  authorize.searchParams.set("team", place);
  const done = await fetch(authorize, { redirect: "manual" });
  const back = await fetch(done.headers.get("location")!);
  if (!authorize.href.startsWith(slack.originUrl) || !back.ok) throw new Error(`not installed: ${await back.text()}`);
}

function keyOf(query: InstallationQuery<boolean>): string {
  return (query.isEnterpriseInstall ? query.enterpriseId : query.teamId) ?? "";
}
