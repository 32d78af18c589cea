import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebClient } from "@slack/web-api";
import { describe, expect, it, onTestFinished } from "vitest";
import { notice } from "../../../src/core/message.ts";
import { addressOf } from "../../../src/platforms/slack/address.ts";
import { createAnswerRecords } from "../../../src/platforms/slack/answer-records.ts";
import { createDelivery } from "../../../src/platforms/slack/deliver.ts";
import { createPostOnce, EVENT_TYPE } from "../../../src/platforms/slack/post-once.ts";
import { createSlackApi } from "../../../src/platforms/slack/slack-api.ts";
import { createUploads } from "../../../src/platforms/slack/uploads.ts";
import { realClock } from "../../support/real-clock.ts";
import { createRecordingLog } from "../../support/recording-log.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createMemoryStore, result } from "../discord/open-discord.ts";
import { PIXEL } from "./open-slack.ts";
import { freePort } from "./signed-request.ts";

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
});
