import { describe, expect, it } from "vitest";
import { slackConnection, wantsSlack } from "../../src/cli/slack-deps.ts";
import { loadSettings } from "../../src/config/load.ts";
import { runEasel } from "../support/run-easel.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const KEY = "0123456789abcdef".repeat(4);

function settings(env: Readonly<Record<string, string>>) {
  return loadSettings({ env });
}

describe("the settings of Slack", () => {
  it.each([
    [
      { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" },
      { botToken: "xoxb-1", appToken: "xapp-1" },
    ],
    [
      { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "s", SLACK_HTTP_PORT: "8000" },
      { botToken: "xoxb-1", http: { host: "127.0.0.1", port: 8000, signingSecret: "s" } },
    ],
    [
      { SLACK_APP_TOKEN: "xapp-1", SLACK_CLIENT_ID: "1.2", SLACK_CLIENT_SECRET: "c", SLACK_TOKEN_KEY: KEY },
      {
        appToken: "xapp-1",
        http: {
          host: "127.0.0.1",
          port: 7862,
          oauth: { clientId: "1.2", clientSecret: "c", key: Buffer.from(KEY, "hex") },
        },
      },
    ],
  ])("%j make one app", (env, expected) => {
    const connection = slackConnection(settings(env));

    expect(connection).toEqual(expected);
  });

  it.each([
    [{ SLACK_APP_TOKEN: "xapp-1" }, "SLACK_BOT_TOKEN"],
    [{ SLACK_BOT_TOKEN: "xoxb-1" }, "SLACK_APP_TOKEN"],
    [{ SLACK_APP_TOKEN: "xapp-1", SLACK_CLIENT_ID: "1.2" }, "SLACK_CLIENT_SECRET"],
    [{ SLACK_APP_TOKEN: "xapp-1", SLACK_CLIENT_ID: "1.2", SLACK_CLIENT_SECRET: "c" }, "SLACK_TOKEN_KEY"],
  ])("%j lack %s", (env, missing) => {
    const incomplete = settings(env);

    expect(wantsSlack(incomplete)).toBe(true);
    expect(() => slackConnection(incomplete)).toThrow(`Slack needs ${missing} as well`);
  });

  it("are not asked for where there are none", () => {
    expect(wantsSlack(settings({}))).toBe(false);
    expect(() => settings({ SLACK_TOKEN_KEY: "short" })).toThrow("SLACK_TOKEN_KEY is not a key");
    expect(settings({ SLACK_API_URL: "http://127.0.0.1:1/api" }).SLACK_API_URL).toBe("http://127.0.0.1:1/api/");
  });
});

describe("easel slack-manifest", () => {
  it("prints what Slack makes the app from, for sockets or for an address", async () => {
    const cwd = temporaryFolder();

    const sockets = await runEasel(["slack-manifest"], { cwd });
    const http = await runEasel(["slack-manifest", "--http", "https://easel.example.com"], { cwd });

    expect([sockets.code, http.code]).toEqual([0, 0]);
    expect(JSON.parse(sockets.out)).toMatchObject({ settings: { socket_mode_enabled: true } });
    expect(JSON.parse(http.out)).toMatchObject({
      settings: { interactivity: { request_url: "https://easel.example.com/slack/events" } },
    });
  });
});

describe("easel start", () => {
  it("says which setting of Slack is missing, and ends", async () => {
    const ended = await runEasel(["start"], { cwd: temporaryFolder(), env: { SLACK_BOT_TOKEN: "xoxb-1" } });

    expect(ended.code).toBe(1);
    expect(ended.err).toContain("Slack needs SLACK_APP_TOKEN as well");
  });
});
