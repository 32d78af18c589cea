import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished, describe, expect, it } from "vitest";
import { createDiscord } from "../../../src/platforms/discord/create-discord.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { silentLogger } from "../../../src/core/logger.ts";
import { realClock } from "../../support/real-clock.ts";
import {
  buttons,
  commands,
  createMemoryStore,
  createMemoryUnanswered,
  cut,
  openDiscord,
  result,
} from "./open-discord.ts";

const CALLBACK = /^\/interactions\/.*\/callback$/;
const imagine = { name: "imagine", options: { prompt: "a fox" } };

function callbacks(discord: DiscordSimulator): number {
  return discord.requests.filter(({ path }) => CALLBACK.test(path)).length;
}

describe("the acknowledgement", () => {
  it("of an event that is 3.5 s old is not tried, and nothing is started (case 3)", async () => {
    const { discord, interactions, log } = await openDiscord();

    discord.inject.slash({ ...imagine, ageMs: 3500 });
    await expect.poll(() => log.lines.map(({ message }) => message)).toContain("an interaction came too late");

    expect(callbacks(discord)).toBe(0);
    expect(interactions).toEqual([]);
  });

  it("is tried again after two 502 within the three seconds (case 4)", async () => {
    const { discord, next } = await openDiscord();
    discord.faults.add({ path: CALLBACK, kind: "status", status: 502, count: 2 });

    const asked = discord.inject.slash(imagine);
    await next();

    expect(asked.callback()!.afterMs).toBeLessThan(3000);
    // A slow machine may need one more.
    expect(callbacks(discord)).toBeGreaterThanOrEqual(3);
  });

  it("that Discord does not take for as long as it counts starts nothing (case 4)", async () => {
    const { discord, interactions, log } = await openDiscord();
    discord.faults.add({ path: CALLBACK, kind: "status", status: 502, count: 1000 });

    discord.inject.slash(imagine);
    await expect.poll(() => log.lines.some(({ outcome }) => outcome === "failed"), { timeout: 10_000 }).toBe(true);

    expect(interactions).toEqual([]);
  });

  it("whose reply is lost goes on, and the answer reaches the placeholder (case 5)", async () => {
    const { discord, platform, next } = await openDiscord();
    discord.faults.add({ path: CALLBACK, kind: "reset-after-processing" });

    const asked = discord.inject.slash(imagine);
    const outcome = await platform.deliver((await next()).address, result(), "k3f9x2ab");

    expect(outcome).toEqual({ state: "delivered" });
    expect(asked.original()!.message.attachments).toHaveLength(1);
    expect(discord.counters.errors.get(40060) ?? 0).toBeLessThanOrEqual(1);
  });

  it("that another process gave first is left to it: one job of two bots with one token (cases 6 and 25)", async () => {
    const { discord, interactions } = await openDiscord();
    const others: unknown[] = [];
    const second = createDiscord({
      token: discord.token,
      apiUrl: discord.apiUrl,
      clock: realClock,
      log: silentLogger,
      store: createMemoryStore(),
      unanswered: createMemoryUnanswered(),
      settingsOf: async () => ({}),
      readBlob: async () => new Uint8Array(),
      fit: cut,
      encodePreview: async () => new Uint8Array(),
      random: () => 0,
      commands,
      buttons,
      lists: () => [],
      onFatal() {},
    });
    onTestFinished(() => second.stop());
    await second.start(async (interaction) => void others.push(interaction));

    discord.inject.slash(imagine);
    await expect.poll(() => callbacks(discord)).toBe(2);
    await sleep(200);

    expect(interactions.length + others.length).toBe(1);
    expect(discord.counters.errors.get(40060)).toBe(1);
  });

  it("of a replayed event happens once (case 22)", async () => {
    const { discord, interactions, next } = await openDiscord();

    const asked = discord.inject.slash(imagine);
    await next();
    asked.redeliver();
    await sleep(200);

    expect(interactions).toHaveLength(1);
    expect(callbacks(discord)).toBe(1);
  });

  it("of a hundred at once is in time for each", async () => {
    // Who judges requests would take more time than who sends them.
    const { discord, interactions } = await openDiscord({ simulator: { checkRequest: () => [] } });

    const asked = Array.from({ length: 100 }, () => discord.inject.slash(imagine));
    const answers = await Promise.all(asked.map((one) => one.waitForCallback()));

    expect(Math.max(...answers.map(({ afterMs }) => afterMs))).toBeLessThan(3000);
    await expect.poll(() => interactions.length).toBe(100);
  });
});
