import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { DiscordAddress } from "../../../src/platforms/discord/address.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { hastyClock } from "../../support/real-clock.ts";
import { openDiscord, result, type OpenDiscord } from "./open-discord.ts";

const ORIGINAL = /\/messages\/@original$/;
const POSTS = /^\/channels\/\d+\/messages$/;
const KEY = "k3f9x2ab";

async function ask({ discord, next }: OpenDiscord): Promise<DiscordAddress> {
  discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });
  return (await next()).address as DiscordAddress;
}

function old(address: DiscordAddress): DiscordAddress {
  return { ...address, expiresAt: Date.now() + 30_000 };
}

function times(discord: DiscordSimulator, path: RegExp): number[] {
  return discord.requests.filter((request) => path.test(request.path)).map(({ atMs }) => atMs);
}

describe("limits of Discord", () => {
  it.each([
    ["user", 1000],
    ["shared", 2500],
    ["global", 2000],
  ] as const)(
    "of scope %s are waited out with one more request and none before (case 11)",
    async (scope, retryAfterMs) => {
      const open = await openDiscord();
      const address = old(await ask(open));
      open.discord.faults.add({ path: POSTS, method: "POST", kind: "ratelimit", scope, retryAfterMs });

      const outcome = await open.platform.deliver(address, result(), KEY);

      expect(outcome).toEqual({ state: "delivered" });
      const [first, second, ...more] = times(open.discord, POSTS);
      expect(second! - first!).toBeGreaterThanOrEqual(retryAfterMs);
      expect(more).toEqual([]);
    },
  );

  it("for the bot as a whole do not delay answers to interactions (F10)", async () => {
    const open = await openDiscord();
    const [blocked, free] = [old(await ask(open)), await ask(open)];
    open.discord.faults.add({ path: POSTS, method: "POST", kind: "ratelimit", scope: "global", retryAfterMs: 3000 });

    const slow = open.platform.deliver(blocked, result(), "jobone");
    await open.discord.waitForRequest(({ path }) => POSTS.test(path));
    await open.platform.deliver(free, result(), "jobtwo");

    const [edited] = times(open.discord, ORIGINAL);
    await slow;
    expect(edited! - times(open.discord, POSTS)[0]!).toBeLessThan(2000);
  });

  it("without a time stop all requests for a minute, and the bot says that it is not ready (case 12)", async () => {
    const open = await openDiscord();
    const address = await ask(open);
    open.discord.faults.add({ path: ORIGINAL, kind: "cloudflare", count: 1000 });

    for (let tries = 0; tries < 5; tries++) {
      await expect(open.platform.deliver(address, result(), KEY)).rejects.toThrow();
    }

    expect(times(open.discord, ORIGINAL)).toHaveLength(1);
    expect(open.platform.health()).toEqual({
      state: "degraded",
      why: expect.stringMatching(/^Discord limits this bot; no requests for another \d+ s\.$/) as string,
    });
  });

  it("stop all requests when it is an acknowledgement that meets them (case 12)", async () => {
    const open = await openDiscord();
    open.discord.faults.add({ path: /\/callback$/, kind: "cloudflare", count: 1000 });

    for (let tries = 0; tries < 5; tries++) open.discord.inject.slash({ name: "help" });
    await expect.poll(() => open.platform.health().state).toBe("degraded");
    for (let tries = 0; tries < 5; tries++) open.discord.inject.slash({ name: "help" });
    await new Promise((resolve) => setTimeout(resolve, 200));

    // Those that were under way when the first was told.
    expect(times(open.discord, /\/callback$/).length).toBeLessThanOrEqual(5);
  });
});

describe("a limit without a time", () => {
  it("is over after a minute: one request asks, and the bot is ready again (case 12)", async () => {
    const open = await openDiscord({ clock: hastyClock(20) });
    const address = await ask(open);
    open.discord.faults.add({ path: ORIGINAL, kind: "cloudflare" });

    await expect(open.platform.deliver(address, result(), KEY)).rejects.toThrow();
    const during = open.platform.health().state === "ok";
    await expect.poll(() => open.platform.health().state === "ok", { timeout: 10_000 }).toBe(true);
    const outcome = await open.platform.deliver(address, result(), KEY);

    expect(during).toBe(false);
    expect(outcome).toEqual({ state: "delivered" });
    expect(times(open.discord, ORIGINAL)).toHaveLength(2);
  });
});

describe("the token", () => {
  const unauthorized = {
    kind: "status",
    status: 401,
    body: JSON.stringify({ message: "401: Unauthorized", code: 0 }),
    contentType: "application/json",
  } as const;

  it("survives one 401 (case 13)", async () => {
    const open = await openDiscord();
    const address = old(await ask(open));
    open.discord.faults.add({ path: POSTS, ...unauthorized });

    const outcome = await open.platform.deliver(address, result(), KEY);

    expect(outcome).toEqual({ state: "delivered" });
    expect(open.fatal).toEqual([]);
  });

  it("that is refused again and again ends the service with a sentence, after at most five requests (case 13)", async () => {
    const open = await openDiscord();
    const address = old(await ask(open));
    open.discord.faults.add({ path: /.*/, ...unauthorized, count: 1000 });

    await expect(open.platform.deliver(address, result(), KEY)).rejects.toThrow();

    expect(open.fatal).toEqual([expect.stringContaining("does not accept the token")]);
    expect(open.discord.counters.invalidRequests).toBeLessThanOrEqual(5);
  });
});

describe("a job on its way", () => {
  it("is shown by edits that are at least two seconds apart, the latest wins, and the answer is last", async () => {
    const open = await openDiscord();
    const address = await ask(open);
    const buttons = [[{ id: `v1:cancel:${KEY}`, label: "Cancel", style: "secondary" }]] as const;
    const preview = { widthPx: 1, heightPx: 1, channels: 3, data: new Uint8Array(3) } as const;

    const startedAt = performance.now();
    for (let step = 1; step <= 25; step++) {
      open.platform.showStatus(address, { job: KEY, state: "running", step, steps: 25, buttons, preview });
      await sleep(100);
    }
    const tookMs = performance.now() - startedAt;
    await open.platform.deliver(address, result(), KEY);
    open.platform.showStatus(address, { job: "other", state: "running", step: 1, steps: 2, buttons });
    await sleep(300);

    const edits = open.discord.requests.filter(({ path }) => ORIGINAL.test(path));
    expect(edits.length).toBeGreaterThanOrEqual(3);
    // One at once, one for every two seconds that a busy machine took for the loop, and the answer.
    expect(edits.length).toBeLessThanOrEqual(2 + Math.floor(tookMs / 2000));
    // The first may have been on its way for a while.
    expect(edits[1]!.atMs - edits[0]!.atMs).toBeGreaterThanOrEqual(1500);
    expect(JSON.stringify(edits[0]!.body)).toContain("Drawing: step 1 of 25");
    expect(JSON.stringify(edits[0]!.body)).toContain("attachment://preview.webp");
    expect(JSON.stringify(edits.at(-1)!.body)).toContain("easel-k3f9x2ab-1.png");
    expect(open.discord.violations).toEqual([]);
  });

  it("says where the answer will be when it takes longer than the interaction lives (case 10)", async () => {
    const open = await openDiscord();
    const address = await ask(open);

    open.platform.showStatus(address, { job: KEY, state: "queued", ahead: 90, etaMs: 20 * 60_000, buttons: [] });
    const { body } = await open.discord.waitForRequest(({ path }) => ORIGINAL.test(path));

    expect(JSON.stringify(body)).toContain("I will post the result here");
  });

  it("whose placeholder is deleted is cancelled (case 8)", async () => {
    const open = await openDiscord();
    const asked = open.discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });
    const { address } = await open.next();
    open.discord.messages.delete(asked.original()!.message.id);

    open.platform.showStatus(address, { job: KEY, state: "running", step: 1, steps: 9, buttons: [] });
    const cancelling = await open.next();

    expect(cancelling).toMatchObject({
      kind: "button",
      buttonId: `v1:cancel:${KEY}`,
      person: { platform: "discord", id: open.discord.world.alice.id },
    });
  });
});
