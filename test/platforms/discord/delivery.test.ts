import { MessageFlags } from "discord-api-types/v10";
import { describe, expect, it, onTestFinished } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { DiscordAddress } from "../../../src/platforms/discord/address.ts";
import { timeoutFor } from "../../../src/platforms/discord/discord-rest.ts";
import type { FitPicture } from "../../../src/platforms/discord/outgoing-files.ts";
import type { DiscordSimulator, InteractionContext } from "../../../src/simulator/discord/discord-simulator.ts";
import { cut, openDiscord, result, type OpenDiscord } from "./open-discord.ts";

const ORIGINAL = /\/messages\/@original$/;
const POSTS = /^\/channels\/\d+\/messages$/;
const KEY = "k3f9x2ab";

async function ask({ discord, next }: OpenDiscord, context: InteractionContext = {}) {
  const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a fox" }, ...context });
  return { asked, address: (await next()).address as DiscordAddress };
}

/** As if a quarter of an hour had passed since. */
function old(address: DiscordAddress): DiscordAddress {
  return { ...address, expiresAt: Date.now() + 30_000 };
}

function count(discord: DiscordSimulator, method: string, path: RegExp): number {
  return discord.requests.filter((request) => request.method === method && path.test(request.path)).length;
}

const neverFits: FitPicture = async (_, { maxBytes }) => {
  throw new UserError("picture-too-large", { bytes: 1, limit: maxBytes });
};

function file(bytes: number) {
  return { name: "a.png", data: Buffer.alloc(bytes) };
}

/** Where every undici of the process looks for connections by default. */
const DISPATCHER = Symbol.for("undici.globalDispatcher.1");

describe("an upload", () => {
  it("goes through when another library has put its own connections into the process, as Slack's does", async () => {
    const { discord, platform, next } = await openDiscord();
    const before: unknown = Reflect.get(globalThis, DISPATCHER);
    onTestFinished(() => void Reflect.set(globalThis, DISPATCHER, before));
    const foreign = {
      dispatch() {
        throw new Error("somebody else's connections");
      },
    };
    Reflect.set(globalThis, DISPATCHER, foreign);

    discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });
    const { address } = await next();
    const outcome = await platform.deliver(address, result(), "k3f9x2ab");

    expect(outcome).toEqual({ state: "delivered" });
    expect(discord.messages.all()[0]!.message.attachments).toHaveLength(1);
  });
});

describe("an answer", () => {
  it.each([
    ["500", { kind: "status", status: 500 }],
    ["503", { kind: "status", status: 503 }],
    ["a broken connection", { kind: "reset-before" }],
    ["a lost reply", { kind: "reset-after-processing" }],
  ] as const)("arrives once in spite of %s three times (case 7)", async (_, fault) => {
    const open = await openDiscord();
    const { asked, address } = await ask(open);
    open.discord.faults.add({ path: ORIGINAL, method: "PATCH", count: 3, ...fault });

    const outcome = await open.platform.deliver(address, result(), KEY);

    expect(outcome).toEqual({ state: "delivered" });
    expect(asked.original()!.message.attachments).toHaveLength(1);
    expect(open.discord.messages.all()).toHaveLength(1);
  });

  it("that was delivered is not sent again under the same key", async () => {
    const open = await openDiscord();
    const { address } = await ask(open);
    await open.platform.deliver(address, result(), KEY);

    const again = await open.platform.deliver(address, result(), KEY);

    expect(again).toEqual({ state: "delivered" });
    expect(count(open.discord, "PATCH", ORIGINAL)).toBe(1);
  });

  it("whose placeholder somebody deleted goes nowhere else (case 8)", async () => {
    const open = await openDiscord();
    const { asked, address } = await ask(open);
    open.discord.messages.delete(asked.original()!.message.id);

    const outcome = await open.platform.deliver(address, result(), KEY);

    expect(outcome.state).toBe("undeliverable");
    expect(count(open.discord, "POST", POSTS)).toBe(0);
  });

  it("of an interaction older than 14 minutes is a message that mentions the person, and no edit is tried (case 9)", async () => {
    const open = await openDiscord();
    const { address } = await ask(open);

    await open.platform.deliver(old(address), result(), KEY);

    const { message } = await open.discord.waitForMessage(({ message }) => message.attachments.length > 0);
    expect(message.channel_id).toBe(open.discord.world.channelId);
    expect(JSON.stringify(message.components)).toContain(`<@${open.discord.world.alice.id}> **a red fox**`);
    expect(count(open.discord, "PATCH", ORIGINAL)).toBe(0);
    expect(open.discord.violations).toEqual([]);
  });

  it("whose token has died early takes the same way (F11)", async () => {
    const open = await openDiscord();
    const { address } = await ask(open);
    open.discord.advanceClock(15.5 * 60_000);

    const outcome = await open.platform.deliver(address, result(), KEY);

    expect(outcome).toEqual({ state: "delivered" });
    expect(open.discord.counters.errors.get(50027)).toBe(1);
    expect(count(open.discord, "POST", POSTS)).toBe(1);
  });

  it("posted by the bot is there once, also when the reply is lost and the program dies in between", async () => {
    const open = await openDiscord();
    const { address } = await ask(open);
    open.discord.faults.add({ path: POSTS, method: "POST", kind: "reset-after-processing" });

    await open.platform.deliver(old(address), result(), KEY);

    expect(count(open.discord, "POST", POSTS)).toBe(2);
    expect(open.discord.messages.all().filter(({ message }) => message.attachments.length > 0)).toHaveLength(1);
  });

  it.each([50013, 50001, 10003, 50083] as const)(
    "goes to the person directly where the channel answers %i (case 28)",
    async (code) => {
      const open = await openDiscord();
      const { address } = await ask(open);
      open.discord.forbid(open.discord.world.channelId, code);

      const outcome = await open.platform.deliver(old(address), result(), KEY);

      expect(outcome).toEqual({ state: "delivered" });
      const { message } = await open.discord.waitForMessage(({ message }) => message.attachments.length > 0);
      expect(message.channel_id).toBe(open.discord.world.dmWith(open.discord.world.alice.id).id);
      expect(JSON.stringify(message.components)).toContain(`I cannot write into <#${open.discord.world.channelId}>`);
      expect(open.discord.violations).toEqual([]);
    },
  );

  it("that nobody takes is undeliverable, after one try of each way (case 28)", async () => {
    const open = await openDiscord();
    const { address } = await ask(open);
    open.discord.forbid(open.discord.world.channelId, 50013);
    open.discord.forbid(open.discord.world.dmWith(open.discord.world.alice.id).id, 50007);

    const outcome = await open.platform.deliver(old(address), result(), KEY);

    expect(outcome).toEqual({
      state: "undeliverable",
      reason: "the interaction is too old; Discord answers 50013; Discord answers 50007",
    });
    expect(count(open.discord, "POST", POSTS)).toBe(2);
  });

  it("for one person alone is never posted into the channel", async () => {
    const open = await openDiscord();
    const { address } = await ask(open);

    await open.platform.deliver(old(address), result({ private: true }), KEY);

    const { message } = await open.discord.waitForMessage(({ message }) => message.attachments.length > 0);
    expect(message.channel_id).toBe(open.discord.world.dmWith(open.discord.world.alice.id).id);
  });

  it("where the bot is installed by the person only uses the interaction alone (case 29)", async () => {
    const open = await openDiscord();
    const { asked, address } = await ask(open, { where: "private-channel", install: "user" });

    const outcomes = [];
    for (const key of ["jobone", "jobtwo", "jobthree"])
      outcomes.push(await open.platform.deliver(address, result(), key));

    expect(outcomes.map(({ state }) => state)).toEqual(["delivered", "delivered", "delivered"]);
    expect(asked.original()!.message.attachments).toHaveLength(1);
    expect(asked.followUps()).toHaveLength(2);
    expect(open.discord.counters.errors.get(40094)).toBeUndefined();
    expect(open.discord.violations).toEqual([]);
  });

  it.each(["guild", "private-channel"] as const)(
    "of many jobs of one person's own installation (%s) are five new messages and then direct ones (case 29)",
    async (where) => {
      const open = await openDiscord();
      const { asked, address } = await ask(open, { where, install: "user" });

      const outcomes = [];
      for (let job = 1; job <= 8; job++) outcomes.push(await open.platform.deliver(address, result(), `job${job}`));

      expect(new Set(outcomes.map(({ state }) => state))).toEqual(new Set(["delivered"]));
      expect(asked.followUps()).toHaveLength(5);
      const direct = open.discord.messages.inChannel(open.discord.world.dmWith(open.discord.world.alice.id).id);
      expect(direct).toHaveLength(2);
      expect(open.discord.counters.errors.get(40094)).toBeUndefined();
      expect(open.discord.violations).toEqual([]);
    },
  );

  it.each(["reset-before", "reset-after-processing"] as const)(
    "that goes out as a new message is never there twice, also when its reply is lost (%s)",
    async (kind) => {
      const open = await openDiscord();
      const { asked, address } = await ask(open, { where: "private-channel", install: "user" });
      await open.platform.deliver(address, result(), "jobone");
      open.discord.faults.add({ path: /^\/webhooks\/\d+\/[^/]+$/, method: "POST", kind });

      const first = await open.platform.deliver(address, result(), "jobtwo");
      const again = await open.platform.deliver(address, result(), "jobtwo");

      expect([first, again]).toEqual([{ state: "delivered" }, { state: "delivered" }]);
      expect(count(open.discord, "POST", /^\/webhooks\/\d+\/[^/]+$/)).toBe(1);
      expect(asked.followUps().length).toBeLessThanOrEqual(1);
    },
  );

  it("that goes out as a new message is tried again while Discord is down", async () => {
    const open = await openDiscord();
    const { asked, address } = await ask(open, { where: "private-channel", install: "user" });
    await open.platform.deliver(address, result(), "jobone");
    open.discord.faults.add({
      path: /^\/webhooks\/\d+\/[^/]+$/,
      method: "POST",
      kind: "status",
      status: 503,
      count: 5,
    });

    await expect(open.platform.deliver(address, result(), "jobtwo")).rejects.toThrow();
    await open.platform.deliver(address, result(), "jobtwo");

    expect(asked.followUps()).toHaveLength(1);
  });

  it("of a second job of the same interaction is a message of its own", async () => {
    const open = await openDiscord();
    const { asked, address } = await ask(open);

    await Promise.all(["jobone", "jobtwo"].map((key) => open.platform.deliver(address, result(), key)));

    expect(asked.original()!.message.attachments).toHaveLength(1);
    expect(open.discord.messages.all()).toHaveLength(2);
    expect(open.discord.violations).toEqual([]);
  });

  it("has files as small as the place wants them (case 14)", async () => {
    const limits: number[] = [];
    const fit: FitPicture = async (bytes, wanted) => {
      limits.push(wanted.maxBytes);
      return cut(bytes, wanted);
    };
    const open = await openDiscord({ fit });
    const { address } = await ask(open, { attachmentSizeLimitBytes: 5_000_000 });

    await open.platform.deliver(address, result(), KEY);

    expect(limits).toEqual([5_000_000]);
  });

  it("that is too large after all is sent smaller, once, and then says so without pictures (case 14)", async () => {
    const open = await openDiscord();
    const { asked, address } = await ask(open);
    const tooLarge = JSON.stringify({ code: 40005, message: "Request entity too large" });
    const body = { body: tooLarge, contentType: "application/json" };
    open.discord.faults.add({ path: ORIGINAL, method: "PATCH", kind: "status", status: 413, count: 2, ...body });

    const outcome = await open.platform.deliver(address, result(), KEY);

    expect(outcome).toEqual({ state: "delivered" });
    expect(count(open.discord, "PATCH", ORIGINAL)).toBe(3);
    expect(asked.original()!.message.attachments).toEqual([]);
    expect(JSON.stringify(asked.original()!.message.components)).toContain("too large for this place");
  });

  it("whose pictures cannot be made small enough says so", async () => {
    const open = await openDiscord({ fit: neverFits });
    const { asked, address } = await ask(open);

    await open.platform.deliver(address, result(), KEY);

    expect(JSON.stringify(asked.original()!.message.components)).toContain("too large for this place");
  });

  it("has as much time as its bytes need on a slow line (case 15)", () => {
    expect(timeoutFor({})).toBe(15_000);
    expect(timeoutFor({ files: [file(2_000_000), file(2_000_000)] })).toBe(55_000);
  });

  it("pings nobody and stays within its limits, whatever the prompt is (case 27)", async () => {
    const open = await openDiscord();
    const { asked, address } = await ask(open);
    const text = `@everyone <@&1> attachment://easel.png ||x|| ${"😀".repeat(4000)}\u202E\u200B`;

    await open.platform.deliver(address, result({ text }), KEY);

    const { body } = open.discord.requests.find(({ method, path }) => method === "PATCH" && ORIGINAL.test(path))!;
    expect(body).toMatchObject({ allowed_mentions: { parse: [] }, flags: MessageFlags.IsComponentsV2 });
    const message = asked.original()!.message;
    expect(message.mentions).toEqual([]);
    expect(message.mention_everyone).toBe(false);
    const shown = [...JSON.stringify(message.components).matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)];
    const chars = shown.reduce((sum, [, content]) => sum + (JSON.parse(`"${content}"`) as string).length, 0);
    expect(chars).toBeLessThanOrEqual(4000);
    expect(open.discord.violations).toEqual([]);
  });

  it("can be withdrawn, by the bot or while the token lives", async () => {
    const open = await openDiscord();
    const { asked, address } = await ask(open);
    await open.platform.deliver(address, result(), KEY);

    const first = await open.platform.withdraw!(address, KEY);
    const second = await open.platform.withdraw!(address, KEY);

    expect([first, second]).toEqual([true, false]);
    expect(asked.original()?.deleted ?? true).toBe(true);
  });

  it("that nobody asked for goes into the channel, once", async () => {
    const open = await openDiscord();
    const { address } = await ask(open);

    await open.platform.post!(address, result(), "case7");
    await open.platform.post!(address, result(), "case7");

    const posted = open.discord.messages.inChannel(open.discord.world.channelId);
    expect(posted.filter(({ message }) => message.attachments.length > 0)).toHaveLength(1);
    expect(open.discord.violations).toEqual([]);
  });
});
