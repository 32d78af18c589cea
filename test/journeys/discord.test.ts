import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { answers, isAnswer, kill, PATIENCE_MS, ready, startBot, startDiscord } from "./run-discord.ts";

const LIMIT_MS = 3 * PATIENCE_MS;

describe("the whole program in Discord", () => {
  it(
    "registers its commands, answers /imagine with one message of pictures and buttons, and a reroll with another",
    async () => {
      const discord = await startDiscord();
      const bot = startBot(discord, temporaryFolder());
      await ready(discord);

      const asked = discord.inject.slash({ name: "imagine", options: { prompt: "two foxes", count: 2, seed: 7 } });
      const { afterMs } = await asked.waitForCallback();
      const { message } = await discord.waitForMessage(isAnswer, PATIENCE_MS);
      const rerolled = discord.inject.button({ messageId: message.id, customId: customId(message, "reroll") });
      await discord.waitForMessage((one) => isAnswer(one) && one.message.id !== message.id, PATIENCE_MS);

      expect(afterMs).toBeLessThan(3000);
      expect(discord.commands().map(({ name }) => name)).toContain("imagine");
      expect(message.id).toBe(asked.original()!.message.id);
      expect(message.attachments.map(({ description }) => description)).toEqual(
        Array.from({ length: 2 }, () => expect.stringContaining("AI-generated")),
      );
      expect((await rerolled.waitForCallback()).type).toBe(5);
      expect(answers(discord)).toHaveLength(2);
      expect(discord.violations).toEqual([]);

      bot.process.kill("SIGTERM");
      expect(await bot.exited).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    "killed in the middle, answers exactly once after a restart, in the same message",
    async () => {
      const discord = await startDiscord();
      const folder = temporaryFolder();
      const first = startBot(discord, folder);
      await ready(discord);

      const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a fox", steps: 40, count: 4 } });
      await discord.waitForMessage(
        ({ message }) => JSON.stringify(message.components).includes("Drawing"),
        PATIENCE_MS,
      );
      await kill(discord, first);
      const second = startBot(discord, folder);
      const { message } = await discord.waitForMessage(isAnswer, PATIENCE_MS);

      expect(message.id).toBe(asked.original()!.message.id);
      expect(answers(discord)).toHaveLength(1);
      expect(discord.messages.all()).toHaveLength(1);
      expect(discord.violations).toEqual([]);
      second.process.kill("SIGTERM");
      expect(await second.exited).toBe(0);
      expect(answers(discord)).toHaveLength(1);
    },
    LIMIT_MS,
  );
});

function customId(message: { components?: unknown }, action: string): string {
  return new RegExp(`v1:${action}:[a-z0-9]+`).exec(JSON.stringify(message.components))![0];
}
