import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackSimulator } from "../../../src/simulator/slack/create-slack-simulator.ts";
import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { QUIET } from "./bolt-app.ts";
import { createCaller } from "./call-api.ts";

/** Also where the machine is busy. */
const PATIENT = { timeout: 10_000 };

describe("faults and limits of the simulated Slack", () => {
  let slack: SlackSimulator;
  let call: ReturnType<typeof createCaller>;

  beforeEach(async () => {
    slack = await createSlackSimulator({ clock: createFakeClock() });
    call = createCaller(slack);
  });
  afterEach(() => slack.close());

  const post = (text: string, channel = slack.workspace.general.id) => call("chat.postMessage", { channel, text });
  const texts = () => slack.messages.all().map(({ message }) => message["text"]);

  it("answers with any status, as often as asked", async () => {
    slack.faults.add({ method: /^chat\./, kind: "status", status: 503, count: 2 });
    const url = `${slack.apiUrl}chat.postMessage`;

    const bad = [await fetch(url), await fetch(url)];
    const good = await post("a");

    expect(bad.map(({ status }) => status)).toEqual([503, 503]);
    expect(await bad[0]!.text()).toContain("<html>");
    expect(good.body.ok).toBe(true);
    expect(slack.log.requests.map(({ status }) => status)).toEqual([503, 503, 200]);
  });

  it("answers with an error of its choice and does nothing", async () => {
    slack.faults.add({ method: /postMessage/, kind: "error", error: "fatal_error" });

    const { body } = await post("a");

    expect(body).toEqual({ ok: false, error: "fatal_error" });
    expect(texts()).toEqual([]);
    expect(slack.log.requests[0]).toMatchObject({ args: { text: "a" }, token: slack.botToken });
  });

  it("breaks its JSON", async () => {
    slack.faults.add({ method: /auth\.test/, kind: "malformed" });

    const response = await fetch(`${slack.apiUrl}auth.test`);

    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it("cuts the connection before and after it works", async () => {
    slack.faults.add({ method: /postMessage/, kind: "reset-before" });
    slack.faults.add({ method: /postMessage/, kind: "reset-after-processing" });

    await expect(post("never")).rejects.toThrow("fetch failed");
    await expect(post("unseen")).rejects.toThrow("fetch failed");

    expect(texts()).toEqual(["unseen"]);
    expect(slack.log.requests.map(({ status }) => status)).toEqual(["reset-before", "reset-after-processing"]);
  });

  it("answers late, or never", async () => {
    slack.faults.add({ method: /postMessage/, kind: "slow", delayMs: 5000 });
    slack.faults.add({ method: /auth\.test/, kind: "hang" });
    let answered = false;

    const late = post("late").then(({ body }) => {
      answered = true;
      return body.ok;
    });
    const patience = new AbortController();
    const never = fetch(`${slack.apiUrl}auth.test`, { signal: patience.signal });
    await slack.waitForRequest(({ status }) => status === "hang");
    await slack.waitForMessage(({ message }) => message["text"] === "late");
    const before = answered;
    await expect.poll(() => (slack.advanceClock(5000), answered), PATIENT).toBe(true);
    patience.abort();

    expect(before).toBe(false);
    expect(await late).toBe(true);
    await expect(never).rejects.toThrow("aborted");
  });

  it("limits rates with Retry-After where it is told to, as WebClient reads it", async () => {
    slack.faults.add({ method: /users\.info/, kind: "ratelimit", retryAfterS: 30 });
    const client = new WebClient(slack.botToken, {
      slackApiUrl: slack.apiUrl,
      rejectRateLimitedCalls: true,
      logger: QUIET,
    });

    await expect(client.users.info({ user: slack.workspace.bob.id })).rejects.toMatchObject({ retryAfter: 30 });
  });

  it("allows one post a second and channel, and forgets with time", async () => {
    slack.rateLimits.enforced = true;
    const { conversation } = slack.world.openDirect(slack.workspace.id, [slack.botUserId(), slack.workspace.bob.id]);

    const first = await post("1");
    const second = await post("2");
    const elsewhere = await post("3", conversation.id);
    slack.advanceClock(1000);
    const later = await post("4");

    expect([first, second, elsewhere, later].map(({ status }) => status)).toEqual([200, 429, 200, 200]);
    expect(second.headers.get("retry-after")).toBe("1");
    expect(second.body).toEqual({ ok: false, error: "ratelimited" });
    expect(texts()).toEqual(["1", "3", "4"]);
  });

  it("has Slack's tiers, for each method on its own", async () => {
    slack.rateLimits.enforced = true;
    const statuses = async (method: string, count: number) => {
      const answers = [];
      for (let i = 0; i < count; i++) answers.push((await call(method)).status);
      return answers;
    };

    expect((await statuses("users.list", 21)).lastIndexOf(200)).toBe(19);
    expect((await statuses("conversations.info", 51)).lastIndexOf(200)).toBe(49);
    slack.advanceClock(60_000);
    expect((await call("users.list")).status).toBe(200);
  });

  it("takes other limits", async () => {
    slack.rateLimits.set("auth.test", { calls: 1, windowMs: 30_000 });

    const answers = [await call("auth.test"), await call("auth.test")];
    slack.rateLimits.clear();
    const free = await call("auth.test");

    expect(answers.map(({ status }) => status)).toEqual([200, 429]);
    expect(answers[1]!.headers.get("retry-after")).toBe("30");
    expect(free.status).toBe(200);
  });
});
