import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { DiscordSimulator } from "../../src/simulator/discord/discord-simulator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  answerTo,
  draw,
  endingOf,
  endings,
  PATIENCE_MS,
  startBot,
  startDiscord,
  type RunningEasel,
} from "./run-discord.ts";

const LIMIT_MS = 3 * PATIENCE_MS;

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The whole program behind its endpoint, which Discord has checked as it does when somebody saves the address. */
async function start(): Promise<{ discord: DiscordSimulator; bot: RunningEasel; url: string }> {
  const discord = await startDiscord();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const bot = startBot(discord, temporaryFolder(), {
    LOG_LEVEL: "warn",
    DISCORD_PUBLIC_KEY: discord.endpoint.verifyKey,
    DISCORD_INTERACTIONS_PORT: String(port),
  });
  await expect
    .poll(
      () =>
        fetch(url).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: PATIENCE_MS },
    )
    .toBe(405);
  await discord.endpoint.set(url);
  return { discord, bot, url };
}

describe("the whole program with interactions by HTTP", { timeout: LIMIT_MS }, () => {
  it("passes Discord's check of its address, and serves commands, buttons, forms and typing without a gateway", async () => {
    const { discord } = await start();

    const asked = draw(discord);
    const { message } = await answerTo(discord, asked);
    const [reroll] = /v1:reroll:[a-z0-9]+/.exec(JSON.stringify(message.components))!;
    const [edit] = /v1:edit:[a-z0-9]+/.exec(JSON.stringify(message.components))!;
    const rerolled = discord.inject.button({ messageId: message.id, customId: reroll });
    await answerTo(discord, rerolled);
    const form = discord.inject.button({ messageId: message.id, customId: edit });
    await form.waitForCallback();
    const sent = discord.inject.modal(form, { values: { prompt: "a star" } });
    await answerTo(discord, sent);
    const typed = discord.inject.autocomplete({
      name: "imagine",
      options: { prompt: "x", style: "n" },
      focused: "style",
    });

    expect(form.callback()!.type).toBe(9);
    expect((await typed.waitForCallback()).type).toBe(8);
    expect([asked, rerolled, sent].map((one) => endings(discord, one).length)).toEqual([1, 1, 1]);
    expect(discord.counters).toMatchObject({ identifies: 0, endpointFailures: [] });
    expect(discord.violations).toEqual([]);
  });

  it("answers an interaction that is sent twice once", async () => {
    const { discord } = await start();

    const asked = draw(discord);
    asked.redeliver();
    await answerTo(discord, asked);
    asked.redeliver();
    await endingOf(discord, discord.inject.slash({ name: "queue" }));

    expect(endings(discord, asked)).toHaveLength(1);
    expect(discord.requests.filter(({ path, status }) => path.includes(asked.id) && status === 204)).toHaveLength(1);
    expect(discord.counters.endpointFailures).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it.each([
    ["no signature", {}],
    ["a signature of another key", { "x-signature-ed25519": "ab".repeat(64), "x-signature-timestamp": "1764000000" }],
  ])("refuses %s with 401, and starts nothing", async (_, headers) => {
    const { discord, bot, url } = await start();
    const asked = draw(discord, {}, { ageMs: 3500 });

    const response = await fetch(url, { method: "POST", body: JSON.stringify(asked.payload), headers });

    expect(response.status).toBe(401);
    expect(asked.callback()).toBeUndefined();
    expect(bot.process.exitCode).toBeNull();
  });
});
