import { MessageFlags } from "discord-api-types/v10";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { notice } from "../../../src/core/message.ts";
import type { UnansweredStore } from "../../../src/core/stores.ts";
import { createDiscord } from "../../../src/platforms/discord/create-discord.ts";
import { realClock } from "../../support/real-clock.ts";
import { buttons, commands, createMemoryStore, createMemoryUnanswered, cut, openDiscord } from "./open-discord.ts";
import type { Interaction } from "../../../src/core/interaction.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { createRecordingLog } from "../../support/recording-log.ts";

/** The first run; what it is asked does not end while the test goes on, as in a process that is killed. */
async function openKilled(unanswered: UnansweredStore, before?: (interaction: Interaction) => Promise<void>) {
  let end!: () => void;
  const over = new Promise<void>((resolve) => (end = resolve));
  const opened = await openDiscord({
    unanswered,
    handle: async (interaction) => {
      await before?.(interaction);
      await over;
    },
  });
  onTestFinished(end);
  return opened;
}

/** The next run of the program on the same rows. */
async function startAgain(discord: DiscordSimulator, unanswered: UnansweredStore) {
  const interactions: Interaction[] = [];
  const platform = createDiscord({
    token: discord.token,
    apiUrl: discord.apiUrl,
    clock: realClock,
    log: createRecordingLog(),
    store: createMemoryStore(),
    settingsOf: async () => ({}),
    unanswered,
    readBlob: async () => new Uint8Array(),
    fit: cut,
    encodePreview: async () => new Uint8Array(),
    random: () => 0,
    commands,
    buttons,
    lists: () => [],
    onFatal() {},
  });
  // Not awaited: Discord lets a bot identify itself every five seconds only, and this needs no gateway.
  void platform.start(async (interaction) => void interactions.push(interaction));
  return { interactions, stop: () => platform.stop() };
}

const texts = (discord: DiscordSimulator) =>
  discord.messages
    .all()
    .filter(({ deleted }) => !deleted)
    .map(({ message }) => JSON.stringify(message.components));
const imagine = { name: "imagine", options: { prompt: "a fox" } };

/** The rows as they stand now, for the next run: the first one, which is not really dead, goes on with its own. */
async function copyOf(rows: UnansweredStore): Promise<UnansweredStore> {
  const copy = createMemoryUnanswered();
  await copy.change("discord", { add: await rows.list("discord"), remove: [] });
  return copy;
}

describe("what an earlier run acknowledged and did not answer", () => {
  it("is written down before Discord hears the acknowledgement, and removed with the answer", async () => {
    const rows = createMemoryUnanswered();
    let answer!: () => void;
    const { discord } = await openDiscord({
      unanswered: rows,
      handle: (interaction) =>
        new Promise<void>((resolve) => {
          answer = () => resolve(interaction.reply(notice("Nothing waits.")));
        }),
    });
    discord.faults.add({ path: /callback$/, kind: "hang" });

    const asked = discord.inject.slash({ name: "queue" });
    await expect.poll(() => discord.requests.length, { timeout: 5000 }).toBeGreaterThan(1);
    const before = await rows.list("discord");
    await asked.waitForCallback();
    await expect.poll(() => answer).toBeDefined();
    answer();

    expect(before.map(({ id, tries }) => [id, tries])).toEqual([[asked.id, 0]]);
    await expect.poll(() => rows.list("discord")).toEqual([]);
  });

  it("is served again where somebody asked for a picture, once, and then told about", async () => {
    const rows = createMemoryUnanswered();
    const { discord } = await openKilled(rows);
    const asked = discord.inject.slash(imagine);
    await asked.waitForCallback();

    const second = await startAgain(discord, await copyOf(rows));
    await expect.poll(() => second.interactions.length).toBe(1);
    await second.stop();
    const tried = createMemoryUnanswered();
    await tried.change("discord", {
      add: (await rows.list("discord")).map((row) => ({ ...row, tries: 1 })),
      remove: [],
    });
    const third = await startAgain(discord, tried);
    await expect.poll(() => texts(discord).some((text) => text.includes("I was restarted"))).toBe(true);
    await third.stop();

    expect(second.interactions[0]).toMatchObject({ id: `discord:${asked.id}`, options: { prompt: "a fox" } });
    expect(third.interactions).toEqual([]);
    expect(await tried.list("discord")).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it("is a sentence for the person alone where nobody knows what has been done, in their language", async () => {
    const rows = createMemoryUnanswered();
    const { discord } = await openKilled(rows);
    const asked = discord.inject.slash({ name: "queue", locale: "de" });
    await asked.waitForCallback();

    const next = await copyOf(rows);
    const second = await startAgain(discord, next);
    await expect.poll(() => texts(discord).join()).toContain("Ich wurde neu gestartet");
    await second.stop();

    expect(asked.original()!.visibleTo).toBe(discord.world.alice.id);
    expect(second.interactions).toEqual([]);
    expect(await next.list("discord")).toEqual([]);
  });

  it("is left alone when it was answered after all, or never acknowledged", async () => {
    const rows = createMemoryUnanswered();
    const { discord } = await openKilled(rows, (interaction) => interaction.reply(notice("Nothing waits.")));
    const asked = discord.inject.slash({ name: "queue" });
    await discord.waitForMessage(({ message }) => ((message.flags ?? 0) & MessageFlags.Loading) === 0);
    const [row] = await rows.list("discord");
    const next = createMemoryUnanswered();
    const { raw } = row!.body as { raw: { token: string } };
    const unknown = { raw: { ...raw, id: "1290000000000000001", token: "x".repeat(40) }, ephemeral: true };
    await next.change("discord", { add: [row!, { ...row!, id: "1290000000000000001", body: unknown }], remove: [] });

    const second = await startAgain(discord, next);
    await expect.poll(() => next.list("discord")).toEqual([]);
    await sleep(50);
    await second.stop();

    expect(second.interactions).toEqual([]);
    expect(texts(discord)).toHaveLength(1);
    expect(JSON.stringify(asked.original()!.message.components)).toContain("Nothing waits.");
  });

  it("waits for the next start when Discord cannot be asked", async () => {
    const rows = createMemoryUnanswered();
    const { discord } = await openKilled(rows);
    await discord.inject.slash(imagine).waitForCallback();
    const next = await copyOf(rows);
    discord.faults.add({ method: "GET", path: /@original$/, kind: "status", status: 503, count: 4 });

    const second = await startAgain(discord, next);
    await expect.poll(() => discord.requests.filter(({ status }) => status === 503).length, { timeout: 9000 }).toBe(4);
    await sleep(50);
    const kept = await next.list("discord");
    await second.stop();

    expect(kept).toHaveLength(1);
    expect(second.interactions).toEqual([]);
  });

  it("does not keep anybody from an answer when it cannot be written down", async () => {
    const { discord, log } = await openDiscord({
      unanswered: { change: () => Promise.reject(new Error("no space")), list: async () => [] },
      handle: (interaction) => interaction.reply(notice("Nothing waits.")),
    });

    discord.inject.slash({ name: "queue" });
    await expect.poll(() => texts(discord).join()).toContain("Nothing waits.");

    expect(log.lines.map(({ message }) => message)).toContain("interactions could not be written down");
  });
});
