import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebClient } from "@slack/web-api";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Interaction } from "../../../src/core/interaction.ts";
import { notice } from "../../../src/core/message.ts";
import { pictureForm } from "../../../src/core/picture-form.ts";
import { addressOf } from "../../../src/platforms/slack/address.ts";
import { createAnswerRecords } from "../../../src/platforms/slack/answer-records.ts";
import { createSlack } from "../../../src/platforms/slack/create-slack.ts";
import { createDelivery } from "../../../src/platforms/slack/deliver.ts";
import { createPostOnce, EVENT_TYPE } from "../../../src/platforms/slack/post-once.ts";
import { createSlackApi } from "../../../src/platforms/slack/slack-api.ts";
import { createUploads } from "../../../src/platforms/slack/uploads.ts";
import { realClock } from "../../support/real-clock.ts";
import { createRecordingLog } from "../../support/recording-log.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { buttons, commands, createMemoryStore, createMemoryUnanswered, result } from "../discord/open-discord.ts";
import { PIXEL } from "./open-slack.ts";
import { freePort, signed } from "./signed-request.ts";

const TOKEN = "xoxb-test-token";
const SCOPES = "chat:write, files:write, files:read, channels:read, channels:history, im:write, im:history, users:read";
const SEED = `tokens:
  ${TOKEN}:
    login: developer
slack:
  team: { name: Test, domain: test }
  users:
    - { name: developer, real_name: Dev, email: d@example.com }
    - { name: alice, real_name: Alice, email: a@example.com }
  channels:
    - { name: general, topic: x }
  bots:
    - { name: easel }
  tokens:
    - { token: ${TOKEN}, user: developer, scopes: [${SCOPES}] }
  signing_secret: my_signing_secret
  event_subscriptions: []
`;
const START_MS = 20_000;

/** The Slack of others: npm's emulate, in a process of its own, on the loopback only. */
async function startEmulator(): Promise<{ apiUrl: string; client: WebClient; channel: string; user: string }> {
  const port = await freePort();
  const seed = join(temporaryFolder(), "seed.yaml");
  writeFileSync(seed, SEED);
  const entry = fileURLToPath(new URL("../../../node_modules/emulate/dist/index.js", import.meta.url));
  const preload = new URL("../../support/bind-loopback.mjs", import.meta.url).href;
  const child = spawn(
    process.execPath,
    ["--import", preload, entry, "start", "--service", "slack", "--port", String(port), "--seed", seed],
    { stdio: "ignore" },
  );
  onTestFinished(() => void child.kill());
  const apiUrl = `http://127.0.0.1:${port}/api/`;
  const client = new WebClient(TOKEN, { slackApiUrl: apiUrl, retryConfig: { retries: 0 } });
  await expect
    .poll(
      () =>
        fetch(apiUrl).then(
          () => true,
          () => false,
        ),
      { timeout: START_MS },
    )
    .toBe(true);
  const { channels } = await client.conversations.list({});
  const { members } = await client.users.list({});
  return {
    apiUrl,
    client,
    channel: channels!.find(({ name }) => name === "general")!.id!,
    user: members!.find(({ name }) => name === "alice")!.id!,
  };
}

/** Between the bot and emulate: passes every call on and keeps what was asked and how it ended. */
async function listenIn(
  apiUrl: string,
): Promise<{ url: string; calls: { method: string; ok: boolean; error?: string }[] }> {
  const calls: { method: string; ok: boolean; error?: string }[] = [];
  const server = createServer((incoming, response) => {
    void (async () => {
      const body = Buffer.concat((await incoming.toArray()) as Buffer[]);
      const { authorization = "", "content-type": type = "" } = incoming.headers;
      const method = (incoming.url ?? "").slice(1);
      const answer = await fetch(new URL(method, apiUrl), {
        method: "POST",
        headers: { authorization, "content-type": type },
        body,
      });
      const text = await answer.text();
      const { ok, error } = JSON.parse(text) as { ok: boolean; error?: string };
      calls.push({ method, ok, ...(error === undefined ? {} : { error }) });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, calls };
}

describe("the Web API of emulate", () => {
  it("takes status, answer with pictures, notes, direct messages and withdrawal as Slack does", async () => {
    const { apiUrl, client, channel, user } = await startEmulator();
    const log = createRecordingLog();
    const shared = { clock: realClock, log, random: seededRandom(7) };
    const api = createSlackApi({ ...shared, apiUrl, tokenOf: async () => TOKEN, onTokenDead: () => {} });
    const store = createMemoryStore();
    const uploads = createUploads({
      ...shared,
      api,
      store,
      readBlob: async ({ sha256 }) => Buffer.concat([PIXEL, Buffer.from(sha256)]),
      fit: async (bytes) => ({ bytes, mimeType: "image/png", extension: ".png" }),
    });
    const records = createAnswerRecords(store);
    const delivery = createDelivery({ ...shared, api, records, uploads, nameCommands: (text) => text });
    const { team_id: team } = await client.auth.test();
    const where = { team: team!, enterprise: null, orgWide: false, channel, thread: null, user, userName: "dev" };
    const address = addressOf(
      { ...where, responseUrl: null },
      "event",
      { hidden: false, locale: "en-US" },
      realClock.now(),
    );
    const read = async () =>
      (await client.conversations.history({ channel, include_all_metadata: true })).messages ?? [];

    await delivery.showStatus(address, notice("Drawing: step 3 of 12"), "job1");
    const [status] = await read();
    const outcome = await delivery.deliver(address, result({}, 2), "job1");
    const answers = await read();
    const { files } = await client.files.list({});

    expect(status?.text).toContain("step 3 of 12");
    expect(outcome).toEqual({ state: "delivered" });
    expect(answers.filter(({ ts }) => ts === status?.ts)).toHaveLength(1);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.text).toContain("a red fox");
    expect(JSON.stringify(answers[0])).toContain(EVENT_TYPE);
    expect(files?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["easel-k3f9x2ab-1.png", "easel-k3f9x2ab-2.png"]),
    );

    // What is found again by the key in the metadata is not posted twice.
    await records.keep("job1", { channel, thread: null, state: "asked", since: realClock.now(), files: [] });
    const found = await createPostOnce({ ...shared, api, records }).find(address, "job1");
    expect(found?.ts).toBe(status?.ts);
    await delivery.reply({ ...address, hidden: true }, notice("Only you see this."));
    await delivery.deliver({ ...address, hidden: true }, result({ private: true }), "job2");
    expect(await read()).toHaveLength(1);

    expect(await delivery.withdraw(address, "job1")).toBe(true);
    expect(await read()).toEqual([]);
    expect(await delivery.withdraw(address, "job1")).toBe(false);
    expect(log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("takes every call of the whole adapter: commands, buttons, forms, the Home tab, private answers and withdrawal", async () => {
    const { apiUrl, client, channel } = await startEmulator();
    const { url, calls } = await listenIn(apiUrl);
    const { team_id: team } = await client.auth.test();
    const user = (await client.conversations.members({ channel })).members![0]!;
    const http = { host: "127.0.0.1", port: await freePort(), signingSecret: "a secret" };
    const log = createRecordingLog();
    const store = createMemoryStore();
    const heard: Interaction[] = [];
    const platform = createSlack({
      botToken: TOKEN,
      http,
      apiUrl: url,
      clock: realClock,
      log,
      store,
      unanswered: createMemoryUnanswered(),
      settingsOf: async () => ({}),
      readBlob: async ({ sha256 }) => Buffer.concat([PIXEL, Buffer.from(sha256)]),
      fit: async (bytes) => ({ bytes, mimeType: "image/png", extension: ".png" }),
      random: seededRandom(7),
      commands,
      buttons,
      lists: () => ["easel-v1"],
      quotaText: () => "There is no limit.",
      onFatal: (sentence) => log.error("fatal", { sentence }),
    });
    onTestFinished(() => platform.stop());
    await platform.start(async (interaction) => {
      heard.push(interaction);
      if (interaction.kind === "command" && interaction.command !== "imagine")
        await interaction.reply(notice(`${interaction.command}: nothing yet.`, { kind: "list" }));
      if (interaction.kind === "button") await interaction.openForm?.(pictureForm("v1:new:form", "New picture", {}));
    });
    const post = async (body: string, type = "application/x-www-form-urlencoded") => {
      const headers = { ...signed(http.signingSecret, body), "content-type": type };
      const { status } = await fetch(`http://127.0.0.1:${http.port}/slack/events`, { method: "POST", headers, body });
      expect(status).toBe(200);
    };
    const slash = (command: string, text: string, trigger: string) =>
      post(
        new URLSearchParams({
          command,
          text,
          team_id: team!,
          user_id: user,
          user_name: "alice",
          channel_id: channel,
          trigger_id: trigger,
          response_url: "",
        }).toString(),
      );
    const called = (method: string) =>
      expect.poll(() => calls.map((one) => one.method), { timeout: START_MS }).toContain(method);

    await slash("/imagine", "a red fox --count 2", "1.1.a");
    await expect.poll(() => heard.length, { timeout: START_MS }).toBe(1);
    const { address } = heard[0]!;
    platform.showStatus(address, { job: "job1", state: "queued", ahead: 1, buttons: [] });
    await called("chat.postMessage");
    await platform.deliver(address, result({}, 2), "job1");
    await slash("/easel", "queue", "1.1.b");
    await called("chat.postEphemeral");
    const { trigger_id: trigger } = (await client.apiCall("views.generateTriggerId", { user_id: user })) as unknown as {
      trigger_id: string;
    };
    const press = {
      type: "block_actions",
      trigger_id: trigger,
      team: { id: team },
      user: { id: user, name: "alice" },
      channel: { id: channel },
      container: { type: "message" },
      actions: [{ type: "button", action_id: "v1:new:form", block_id: "b", action_ts: "1" }],
    };
    await post(new URLSearchParams({ payload: JSON.stringify(press) }).toString());
    await called("views.open");
    const visit = { type: "app_home_opened", user, channel, tab: "home", event_ts: "1" };
    await post(
      JSON.stringify({ type: "event_callback", team_id: team, event_id: "Ev1", event: visit }),
      "application/json",
    );
    await called("views.publish");
    await platform.deliver({ ...address, hidden: true }, result({ private: true }), "job2");
    const { messages = [] } = await client.conversations.history({ channel });
    expect(await platform.withdraw!(address, "job1")).toBe(true);

    expect(messages.filter(({ text = "" }) => text.includes("a red fox"))).toHaveLength(1);
    expect(calls.filter(({ ok }) => !ok)).toEqual([]);
    expect([...new Set(calls.map(({ method }) => method))].sort()).toEqual([
      "auth.test",
      "chat.delete",
      "chat.postEphemeral",
      "chat.postMessage",
      "chat.update",
      "conversations.open",
      "files.completeUploadExternal",
      "files.delete",
      "files.getUploadURLExternal",
      "files.info",
      "users.info",
      "views.open",
      "views.publish",
    ]);
    expect(log.lines.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
  });
});
