import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { KeyValueStore } from "../../../src/core/stores.ts";
import { faultOf, isFileFault, LimitedError } from "../../../src/platforms/slack/slack-faults.ts";
import { createMemoryStore, result } from "../discord/open-discord.ts";
import { openSlack, picturesIn, shown } from "./open-slack.ts";

const JOB = "k3f9x2ab";

function refusal(error: string, more: object = {}): WebAPIPlatformError {
  return new WebAPIPlatformError({ ok: false, error, ...more });
}

describe("faults of Slack", () => {
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });

  it.each([
    [new WebAPIRequestError(new Error("fetch failed", { cause: refused })), { kind: "unsent" }],
    [new WebAPIRequestError(new Error("fetch failed")), { kind: "lost" }],
    [new WebAPIHTTPError(502, "Bad Gateway", {}), { kind: "lost" }],
    [new WebAPIHTTPError(404, "Not Found", {}), { kind: "refused", code: "http_404" }],
    [new WebAPIRateLimitedError(30), { kind: "limited", retryAfterMs: 30_000 }],
    [new Error("Retry header did not contain a valid timeout"), { kind: "limited", retryAfterMs: 30_000 }],
    [new LimitedError(5000), { kind: "limited", retryAfterMs: 5000 }],
    [refusal("ratelimited"), { kind: "limited", code: "ratelimited", retryAfterMs: 30_000 }],
    [refusal("channel_not_found"), { kind: "refused", code: "channel_not_found" }],
    [refusal("internal_error"), { kind: "lost", code: "internal_error" }],
    [refusal("<html>maintenance</html>"), { kind: "lost" }],
    [new Error("what"), { kind: "lost" }],
  ])("%s is %j", (error, expected) => {
    const fault = faultOf(error);

    expect(fault).toEqual(expected);
  });

  it("in pictures are told from others in blocks", () => {
    const errors = ["invalid slack file [json-pointer:/blocks/1/slack_file]"];

    expect(isFileFault(refusal("invalid_blocks", { errors }))).toBe(true);
    expect(isFileFault(refusal("invalid_blocks", { errors: ["no more than 50 items allowed"] }))).toBe(false);
    expect(isFileFault(new Error("invalid slack file"))).toBe(false);
  });
});

describe("the adapter", () => {
  it("case 49: acknowledges while its store does not answer or fails, and serves what it can without", async () => {
    const memory = createMemoryStore();
    let broken: "hangs" | "fails" | undefined;
    let hung = 0;
    const store: KeyValueStore = {
      ...memory,
      get: async <T>(key: string) => {
        if (broken === "hangs") {
          hung += 1;
          return new Promise<T>(() => {});
        }
        if (broken === "fails") throw new Error("the store is gone");
        return memory.get<T>(key);
      },
    };
    const { slack, platform, next } = await openSlack({ store });

    broken = "hangs";
    const hanging = await slack.inject.slash({ command: "/imagine", text: "a fox" }).waitForAck();
    await expect.poll(() => hung).toBe(1);
    broken = "fails";
    const failing = await slack.inject.slash({ command: "/imagine", text: "a star" }).waitForAck();
    const interaction = await next();
    await expect(platform.deliver(interaction.address, result(), JOB)).rejects.toThrow("the store is gone");
    broken = undefined;
    const outcome = await platform.deliver(interaction.address, result(), JOB);

    expect(Math.max(hanging.afterMs, failing.afterMs)).toBeLessThan(3000);
    expect(interaction).toMatchObject({ options: { text: "a star" } });
    expect(outcome).toEqual({ state: "delivered" });
  });

  it("posts rather twice than never where it may not read the channel's history", async () => {
    const scopes = ["commands", "chat:write", "files:read", "files:write", "im:write", "users:read"];
    const provokes = /^conversations\.history: missing_scope/;
    const { slack, platform, next, log } = await openSlack({ simulator: { scopes }, provokes });
    slack.inject.slash({ command: "/imagine", text: "a fox" });
    const { address } = await next();
    slack.faults.add({ method: /^chat\.postMessage$/, kind: "reset-before" });

    const outcome = await platform.deliver(address, result(), JOB);

    expect(outcome).toEqual({ state: "delivered" });
    expect(slack.messages.all().filter((one) => picturesIn(one).length > 0)).toHaveLength(1);
    expect(log.lines.some(({ message }) => String(message).includes("history may not be read"))).toBe(true);
  });

  it("says so where a picture is too large for Slack", async () => {
    const { slack, platform, next } = await openSlack({
      fit: async () => {
        throw new UserError("picture-too-large", { bytes: 30_000_000, limit: 20_000_000 });
      },
    });
    slack.inject.slash({ command: "/imagine", text: "a fox" });

    const outcome = await platform.deliver((await next()).address, result(), JOB);

    expect(outcome).toEqual({ state: "delivered" });
    expect(shown(slack.messages.all()[0]!)).toContain("too large for Slack");
  });

  it("gives an answer up whose message somebody deleted", async () => {
    const { slack, platform, next } = await openSlack();
    slack.inject.slash({ command: "/imagine", text: "a fox" });
    const { address } = await next();
    platform.showStatus(address, { job: JOB, state: "loading", buttons: [] });
    slack.inject.deleteMessage(await slack.waitForMessage((one) => shown(one).includes("Loading")));

    const outcome = await platform.deliver(address, result(), JOB);

    expect(outcome).toEqual({ state: "undeliverable", reason: "somebody deleted the message" });
  });

  it("goes on with the same message after a restart", async () => {
    const store = createMemoryStore();
    const first = await openSlack({ store });
    first.slack.inject.slash({ command: "/imagine", text: "a fox" });
    const { address } = await first.next();
    first.platform.showStatus(address, { job: JOB, state: "loading", buttons: [] });
    const status = await first.slack.waitForMessage((one) => shown(one).includes("Loading"));
    await first.platform.stop();
    const second = await openSlack({ store, slack: first.slack });

    await second.platform.deliver(address, result(), JOB);

    expect(
      first.slack.messages
        .all()
        .filter((one) => picturesIn(one).length > 0)
        .map(({ ts }) => ts),
    ).toEqual([status.ts]);
    expect(first.slack.log.violations).toEqual([]);
  });

  it("ends for good with a sentence when its bot token is wrong", async () => {
    const { slack, fatal } = await openSlack({ connect: false });
    slack.grants.revoke(slack.botToken, "account_inactive");

    const opened = await openSlack({ slack });

    await expect.poll(() => [...fatal, ...opened.fatal].join(), { timeout: 10_000 }).toContain("SLACK_BOT_TOKEN");
  });
});
