import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { hastyClock } from "../../support/real-clock.ts";
import { openDiscord } from "./open-discord.ts";

const imagine = { name: "imagine", options: { prompt: "a fox" } };

describe("the gateway", () => {
  it("asks for no intents", async () => {
    const { discord } = await openDiscord();

    expect(discord.gateway.lastIdentify?.["intents"]).toBe(0);
  });

  it("that is cut is resumed, and what came meanwhile is answered (case 16)", async () => {
    const { discord, next } = await openDiscord();

    discord.gateway.drop();
    const asked = discord.inject.slash(imagine);
    await next();

    expect(asked.callback()!.afterMs).toBeLessThan(3000);
    expect(discord.counters).toMatchObject({ identifies: 1, resumes: 1 });
  });

  it("that asks to reconnect is resumed without another IDENTIFY (case 17)", async () => {
    const { discord, platform } = await openDiscord();

    discord.gateway.askToReconnect();
    await expect.poll(() => discord.counters.resumes, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => platform.health().state === "ok").toBe(true);

    expect(discord.counters.identifies).toBe(1);
  });

  it("that takes the session away gets an IDENTIFY (case 17)", async () => {
    const { discord, platform } = await openDiscord();

    discord.gateway.invalidate(false);
    await expect.poll(() => discord.counters.identifies, { timeout: 15_000 }).toBe(2);

    await expect.poll(() => platform.health().state === "ok", { timeout: 10_000 }).toBe(true);
  });

  it("that says the session can be resumed resumes it, without another IDENTIFY, and nothing is answered twice (case 17)", async () => {
    const { discord, platform, next, interactions } = await openDiscord();
    discord.inject.slash(imagine);
    await next();

    discord.gateway.invalidate(true);
    await expect.poll(() => discord.counters.resumes, { timeout: 15_000 }).toBe(1);
    await expect.poll(() => platform.health().state === "ok", { timeout: 15_000 }).toBe(true);

    expect(discord.counters.identifies).toBe(1);
    expect(interactions).toHaveLength(1);
  });

  it("that does not acknowledge heartbeats is left and resumed (case 18)", async () => {
    const { discord } = await openDiscord({ simulator: { heartbeatIntervalMs: 500 } });

    discord.gateway.acknowledgeHeartbeats(false);
    await expect.poll(() => discord.counters.closes.length, { timeout: 10_000 }).toBeGreaterThan(0);
    discord.gateway.acknowledgeHeartbeats(true);
    await expect.poll(() => discord.counters.resumes, { timeout: 10_000 }).toBeGreaterThan(0);

    expect(discord.counters.closes).not.toContain(1000);
  });

  it("whose address to resume at is dead gets a new session (case 19, F3)", async () => {
    const { discord, platform, next } = await openDiscord({ connect: false });
    discord.gateway.setResumeUrl("ws://no-such-host.invalid");
    await discord.waitForSession();

    discord.gateway.drop();
    await expect.poll(() => discord.counters.identifies, { timeout: 25_000 }).toBe(2);
    await expect.poll(() => platform.health().state === "ok", { timeout: 5000 }).toBe(true);
    discord.inject.slash(imagine);
    await next();
  }, 60_000);

  it("that refuses connections is asked less and less often, and served when it is back (case 20, F4)", async () => {
    const { discord, platform } = await openDiscord();
    discord.gateway.refuseUpgrades(true);

    discord.gateway.drop();
    await sleep(8000);
    const refused = discord.counters.upgradesRefused;
    expect(platform.health().state === "ok").toBe(false);
    discord.gateway.refuseUpgrades(false);
    await expect.poll(() => platform.health().state === "ok", { timeout: 25_000 }).toBe(true);

    // The stock client asks some fifteen times.
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(6);
  }, 60_000);

  it.each([
    [4004, "token"],
    [4013, "intents"],
    [4014, "privileged"],
  ])("that closes with %i ends the service with a sentence (case 21, F2)", async (code, word) => {
    const { discord, platform, fatal } = await openDiscord();

    discord.gateway.close(code);
    await expect.poll(() => fatal, { timeout: 5000 }).toEqual([expect.stringContaining(word)]);

    expect(platform.health().state === "ok").toBe(false);
  });

  it.each([4008, 4009])("that closes with %i gets another session (case 21)", async (code) => {
    const { discord, platform, fatal } = await openDiscord();

    discord.gateway.close(code);
    await expect.poll(() => discord.counters.identifies + discord.counters.resumes, { timeout: 15_000 }).toBe(2);
    await expect.poll(() => platform.health().state === "ok", { timeout: 5000 }).toBe(true);

    expect(fatal).toEqual([]);
  });

  it("that refuses connections for five minutes is asked at most 40 times, and served within 30 seconds after (case 20)", async () => {
    const { discord, platform, fatal } = await openDiscord({ clock: hastyClock(30) });
    discord.gateway.refuseUpgrades(true);

    discord.gateway.drop();
    await sleep((5 * 60_000) / 30);
    const refused = discord.counters.upgradesRefused;
    discord.gateway.refuseUpgrades(false);
    await expect.poll(() => platform.health().state === "ok", { timeout: 30_000 / 30 + 6000 }).toBe(true);

    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThanOrEqual(40);
    expect(fatal).toEqual([]);
  }, 60_000);

  it("that greets and starts no session is begun anew, and served when it does again", async () => {
    const { discord, platform, fatal, log } = await openDiscord({ clock: hastyClock(6) });
    discord.gateway.muteSessions(true);

    discord.gateway.drop();
    await expect.poll(() => log.lines.some(({ restarts }) => restarts === 1), { timeout: 20_000 }).toBe(true);
    discord.gateway.muteSessions(false);
    await expect.poll(() => platform.health().state === "ok", { timeout: 20_000 }).toBe(true);

    expect(fatal).toEqual([]);
  }, 60_000);

  it("that greets and never starts a session ends the service with a sentence", async () => {
    const { discord, platform, fatal } = await openDiscord({ clock: hastyClock(60) });
    discord.gateway.muteSessions(true);

    discord.gateway.drop();
    await expect.poll(() => fatal, { timeout: 40_000 }).toEqual([expect.stringContaining("starts no session")]);

    expect(platform.health().state === "ok").toBe(false);
  }, 60_000);

  it("that closes every connection at its IDENTIFY is not asked until the day's IDENTIFYs are used up", async () => {
    const { discord, fatal } = await openDiscord({ clock: hastyClock(60), simulator: { maxConcurrency: 1 } });
    discord.gateway.closeIdentifyWith(4000);
    discord.gateway.refuseResumes(true);

    discord.gateway.drop();
    await expect.poll(() => fatal, { timeout: 80_000 }).toEqual([expect.stringContaining("starts no session")]);

    expect(discord.counters.identifies).toBeLessThanOrEqual(12);
  }, 100_000);

  it("that is not there at the start is waited for", async () => {
    const { discord, platform } = await openDiscord({ connect: false });
    discord.faults.add({ path: /^\/gateway\/bot$/, kind: "status", status: 503, count: 2 });

    await discord.waitForSession(15_000);

    await expect.poll(() => platform.health().state === "ok", { timeout: 5000 }).toBe(true);
  });
});
