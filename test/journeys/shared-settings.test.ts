import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { picturesIn, shown } from "../platforms/slack/open-slack.ts";
import { hasRedis, redisForTest, type RedisServer } from "../support/redis-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import * as inDiscord from "./run-discord.ts";
import * as inSlack from "./run-slack.ts";

const PATIENCE_MS = inSlack.PATIENCE_MS;
const AWAY = "The store that keeps settings does not answer";
/** Who asks something else at the same time. */
const CROWD = 4;

interface Answer {
  readonly ackMs: number;
  readonly text: string;
  readonly pictures: number;
}

/** What somebody does in a chat, and sees. */
interface Chat {
  readonly pid: number;
  /** Two steps, as many pictures as their settings say. */
  draw(seed: number): Promise<Answer>;
  setCount(count: number): Promise<Answer>;
  /** In milliseconds. */
  ackOfHelp(): Promise<number>;
  /** Ends it and gives its exit code. */
  stop(): Promise<number | null>;
  output(): string;
}

const ENV = { REQUESTS_PER_MINUTE: "1000", MAX_WAITING_PER_PERSON: "50", LOG_LEVEL: "warn" };

async function openDiscord(redis: RedisServer): Promise<Chat> {
  const discord = await inDiscord.startDiscord();
  const bot = inDiscord.startBot(discord, temporaryFolder(), { ...ENV, KEYV_URL: redis.url });
  await inDiscord.ready(discord);
  const ask = async (asked: ReturnType<typeof discord.inject.slash>): Promise<Answer> => {
    await asked.waitForCallback();
    const { message } = await inDiscord.endingOf(discord, asked);
    return {
      ackMs: asked.callback()!.afterMs,
      text: JSON.stringify(message.components),
      pictures: message.attachments.length,
    };
  };
  return {
    pid: bot.process.pid!,
    draw: (seed) => ask(discord.inject.slash({ name: "imagine", options: { prompt: "a fox", steps: 2, seed } })),
    setCount: (count) => ask(discord.inject.slash({ name: "settings", options: { count } })),
    ackOfHelp: async () => (await ask(discord.inject.slash({ name: "help" }))).ackMs,
    async stop() {
      bot.process.kill("SIGTERM");
      return bot.exited;
    },
    output: bot.output,
  };
}

async function openSlack(redis: RedisServer): Promise<Chat> {
  const slack = await inSlack.startSlack();
  const bot = inSlack.startBot(slack, temporaryFolder(), { ...ENV, KEYV_URL: redis.url });
  await inSlack.ready(slack);
  const told = () => slack.messages.all().filter((one) => /Your defaults|The store that keeps/.test(shown(one)));
  return {
    pid: bot.process.pid!,
    async draw(seed) {
      const asked = slack.inject.slash({ command: "/imagine", text: `a fox --steps 2 --seed ${seed}` });
      const { afterMs } = await asked.waitForAck();
      const answer = await slack.waitForMessage(
        (one) => inSlack.isAnswer(one) && shown(one).includes(`seed ${seed} `),
        PATIENCE_MS,
      );
      return { ackMs: afterMs, text: shown(answer), pictures: picturesIn(answer).length };
    },
    async setCount(count) {
      const before = told().length;
      const asked = slack.inject.slash({ command: "/easel", text: `settings --count ${count}` });
      const { afterMs } = await asked.waitForAck();
      await expect.poll(() => told().length, { timeout: PATIENCE_MS }).toBe(before + 1);
      return { ackMs: afterMs, text: shown(told().at(-1)!), pictures: 0 };
    },
    ackOfHelp: async () => (await slack.inject.slash({ command: "/easel", text: "help" }).waitForAck()).afterMs,
    async stop() {
      bot.process.kill("SIGTERM");
      return bot.exited;
    },
    output: bot.output,
  };
}

/** How a Redis fails, and comes back. */
const TROUBLES: Readonly<Record<string, { begin(redis: RedisServer): unknown; end(redis: RedisServer): unknown }>> = {
  gone: { begin: (redis) => redis.kill(), end: (redis) => redis.start() },
  hung: { begin: (redis) => redis.freeze(), end: (redis) => redis.thaw() },
  "out of memory": {
    begin: (redis) => redis.command("CONFIG", "SET", "maxmemory", "1"),
    end: (redis) => redis.command("CONFIG", "SET", "maxmemory", "0"),
  },
};

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

describe.skipIf(!hasRedis())("the whole program with its settings in a Redis", () => {
  it.each([
    ["Discord", openDiscord],
    ["Slack", openSlack],
  ])(
    "case 49: in %s, while Redis is gone, hangs or is out of memory, acknowledges all, draws with what was last set, refuses changes in words, and recovers",
    async (_, open) => {
      const redis = await redisForTest();
      const chat = await open(redis);
      await chat.setCount(1);
      await chat.draw(1);
      const before = openFiles(chat.pid);
      const seen: Record<string, { pictures: number; refused: boolean; slowestAckMs: number }> = {};

      for (const [i, [name, trouble]] of Object.entries(TROUBLES).entries()) {
        await trouble.begin(redis);
        const helps = Array.from({ length: CROWD }, () => chat.ackOfHelp());
        const drawn = await chat.draw(100 + i);
        const changed = await chat.setCount(3);
        seen[name] = {
          pictures: drawn.pictures,
          refused: changed.text.includes(AWAY),
          slowestAckMs: Math.max(drawn.ackMs, changed.ackMs, ...(await Promise.all(helps))),
        };
        await trouble.end(redis);
        await expect
          .poll(async () => (await chat.setCount(1)).text, { timeout: PATIENCE_MS, interval: 500 })
          .toContain("Your defaults");
      }
      await chat.setCount(2);
      const after = await chat.draw(200);

      for (const name of Object.keys(TROUBLES)) {
        expect(seen[name], name).toMatchObject({ pictures: 1, refused: true });
        expect(seen[name]!.slowestAckMs, name).toBeLessThan(3000);
      }
      expect(after.pictures).toBe(2);
      expect(openFiles(chat.pid)).toBeLessThan(before + 40);
      expect(chat.output()).not.toMatch(/unhandled/i);
      expect(await chat.stop()).toBe(0);
    },
    4 * PATIENCE_MS,
  );
});
