import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type Call, createRestClient, outcome, upload } from "./rest-client.ts";

const openApi = createDiscordOpenApi();

describe("the simulated REST side", () => {
  let discord: DiscordSimulator;
  let call: Call;
  let messages: string;

  beforeEach(async () => {
    discord = await createDiscordSimulator({ clock: createFakeClock(), checkRequest: openApi.checkRequest });
    call = createRestClient(discord);
    messages = `/channels/${discord.world.channelId}/messages`;
  });
  afterEach(() => discord.stop());

  it("answers what the OpenAPI document says", async () => {
    const dm = await call("POST", "/users/@me/channels", { recipient_id: discord.world.alice.id });
    const posted = await call("POST", messages, { content: "a" });
    const one = `${messages}/${String(posted.json?.["id"])}`;
    await call("PATCH", one, { content: "b" });
    for (const path of ["/gateway/bot", "/applications/@me", "/oauth2/applications/@me", "/users/@me", messages, one])
      await call("GET", path);
    await call("GET", `/channels/${discord.world.channelId}`);
    await call("POST", `/channels/${String(dm.json?.["id"])}/messages`, { content: "hello" });
    await call("DELETE", one);
    await call("GET", one);
    await call("POST", messages, { content: "x".repeat(2001) });

    expect(discord.requests.flatMap((request) => openApi.checkResponse(request))).toEqual([]);
    expect(discord.requests.map(({ status }) => status).filter((status) => Number(status) >= 400)).toEqual([404, 400]);
  });

  it("knows its token, its routes and its channels", async () => {
    const stranger = createRestClient({ ...discord, token: "other" });

    const replies = [
      await stranger("GET", "/users/@me"),
      await call("GET", "/users/@you"),
      await call("PUT", "/users/@me"),
      await call("POST", "/channels/123456789012345678/messages", { content: "a" }),
      await call("POST", `/channels/${discord.world.groupChannelId}/messages`, { content: "a" }),
      await call("POST", messages, "{"),
      await call("POST", "/users/@me/channels", { recipient_id: "1" }),
    ];

    expect(replies.map(outcome)).toEqual([
      [401, 0],
      [404, 0],
      [405, 0],
      [404, 10003],
      [403, 50001],
      [400, 50109],
      [404, 10013],
    ]);
  });

  it("edits and deletes only the bot's own messages", async () => {
    const { message } = discord.messages.post({ content: "look" });

    expect(outcome(await call("PATCH", `${messages}/${message.id}`, { content: "b" }))).toEqual([403, 50005]);
  });

  it("posts a message with an enforced nonce once", async () => {
    const first = await call("POST", messages, { content: "a", nonce: "job-1", enforce_nonce: true });
    const second = await call("POST", messages, { content: "a", nonce: "job-1", enforce_nonce: true });
    const free = await call("POST", messages, { content: "a", nonce: "job-1" });
    discord.advanceClock(5 * 60_000 + 1);
    const later = await call("POST", messages, { content: "a", nonce: "job-1", enforce_nonce: true });

    expect(second.json?.["id"]).toBe(first.json?.["id"]);
    expect(free.json?.["id"]).not.toBe(first.json?.["id"]);
    expect(later.json?.["id"]).not.toBe(first.json?.["id"]);
  });

  it("pings only those that a message allows", async () => {
    const content = `<@${discord.world.alice.id}> <@${discord.world.bob.id}>`;

    const silent = await call("POST", messages, { content, allowed_mentions: { parse: [] } });
    const one = await call("POST", messages, {
      content,
      allowed_mentions: { parse: [], users: [discord.world.bob.id] },
    });
    const all = await call("POST", messages, { content });

    const pinged = [silent, one, all].map(({ json }) =>
      (json!["mentions"] as { username: string }[]).map(({ username }) => username),
    );
    expect(pinged).toEqual([[], ["bob"], ["alice", "bob"]]);
  });

  it("takes permissions away and gives them back", async () => {
    discord.forbid(discord.world.channelId, 50013);
    const refused = await call("POST", messages, { content: "a" });

    discord.allow(discord.world.channelId);
    const accepted = await call("POST", messages, { content: "a" });

    expect([outcome(refused), accepted.status]).toEqual([[403, 50013], 200]);
  });

  it("refuses a body above the request's limit", async () => {
    const small = await createDiscordSimulator({ clock: createFakeClock(), requestSizeLimitBytes: 1000 });
    const path = `/channels/${small.world.channelId}/messages`;

    const form = await createRestClient(small)("POST", path, {}, [upload({ bytes: Buffer.alloc(1001) })]);
    const json = await createRestClient(small)("POST", path, { content: "x".repeat(1001) });

    await small.stop();
    expect([outcome(form), outcome(json)]).toEqual([
      [413, 40005],
      [413, 40005],
    ]);
  });

  it("serves pictures with their sizes until their links expire", async () => {
    const webp = Buffer.from("524946461a000000574542505650384c0d0000002f0140000007", "hex").subarray(0, 26);
    const bytes = Buffer.concat([webp, Buffer.alloc(8)]);
    const { json } = await call("POST", messages, {}, [
      upload({ filename: "a.webp", bytes, contentType: "image/webp" }),
    ]);
    const [attachment] = json!["attachments"] as { url: string; width: number; height: number }[];

    const inTime = await fetch(attachment!.url);
    discord.advanceClock(86_400_000);
    const expired = await fetch(attachment!.url);

    expect([attachment!.width, attachment!.height]).toEqual([2, 2]);
    expect(Buffer.from(await inTime.arrayBuffer())).toEqual(bytes);
    expect([inTime.headers.get("content-type"), expired.status]).toEqual(["image/webp", 404]);
  });

  it("makes ids that tell their time", async () => {
    const { json } = await call("POST", messages, { content: "a" });

    const madeAtMs = Number((BigInt(String(json?.["id"])) >> 22n) + 1_420_070_400_000n);

    expect(new Date(madeAtMs).toISOString()).toBe("2026-01-01T00:00:00.000Z");
  });

  describe("with rate limits", () => {
    it("fills a bucket, says how long to wait, and opens again", async () => {
      discord.rateLimits.add({ method: "POST", path: /^\/channels\/(\d+)\/messages$/, limit: 2, windowMs: 5000 });

      const replies = [];
      for (let i = 0; i < 3; i++) replies.push(await call("POST", messages, { content: "a" }));
      const other = await call("POST", `/channels/${discord.world.nsfwChannelId}/messages`, { content: "a" });
      discord.advanceClock(5000);
      const again = await call("POST", messages, { content: "a" });

      expect(replies.map(({ status, headers }) => [status, headers.get("x-ratelimit-remaining")])).toEqual([
        [200, "1"],
        [200, "0"],
        [429, "0"],
      ]);
      expect(replies[2]!.json).toEqual({ message: "You are being rate limited.", retry_after: 5, global: false });
      expect(replies[2]!.headers.get("retry-after")).toBe("5");
      expect(replies[2]!.headers.get("x-ratelimit-scope")).toBe("user");
      expect([other.status, again.status]).toEqual([200, 200]);
    });

    it("has Discord's own buckets when asked for", async () => {
      const strict = await createDiscordSimulator({ clock: createFakeClock(), realisticRateLimits: true });
      const statuses = [];
      for (let i = 0; i < 6; i++)
        statuses.push(
          (await createRestClient(strict)("POST", `/channels/${strict.world.channelId}/messages`, { content: "a" }))
            .status,
        );

      await strict.stop();
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    });

    it("has a global limit that interactions do not count for", async () => {
      discord.rateLimits.setGlobal(1);
      const interaction = discord.inject.slash({ name: "imagine" });

      const first = await call("GET", "/users/@me");
      const second = await call("GET", "/users/@me");
      const callback = await call("POST", `/interactions/${interaction.id}/${interaction.token}/callback`, { type: 5 });

      expect([first.status, second.status, callback.status]).toEqual([200, 429, 204]);
      expect(second.json?.["global"]).toBe(true);
      expect(second.headers.get("x-ratelimit-global")).toBe("true");
    });

    it("bans an address after too many invalid requests in ten minutes, with a page that is no JSON", async () => {
      discord.faults.add({ kind: "status", status: 401, path: /./, count: 20 });
      discord.rateLimits.setInvalidLimit(20);
      for (let i = 0; i < 20; i++) await call("GET", "/users/@me");

      const banned = await call("GET", "/users/@me");
      discord.advanceClock(10 * 60_000 + 1);
      const free = await call("GET", "/users/@me");

      expect([banned.status, banned.text, banned.headers.get("retry-after")]).toEqual([429, "error code: 1015", null]);
      expect(free.status).toBe(200);
    });
  });

  describe("with faults", () => {
    it("answers a status as often as it was told to", async () => {
      discord.faults.add({ kind: "status", status: 502, method: "POST", path: /messages$/, count: 2 });

      const statuses = [];
      for (let i = 0; i < 3; i++) statuses.push((await call("POST", messages, { content: "a" })).status);

      expect(statuses).toEqual([502, 502, 200]);
    });

    it("loses a request before, or an answer after it is processed", async () => {
      discord.faults.add({ kind: "reset-before", path: /messages$/ });
      await expect(call("POST", messages, { content: "a" })).rejects.toThrow("fetch failed");
      const afterFirst = discord.messages.all().length;

      discord.faults.add({ kind: "reset-after-processing", path: /messages$/ });
      await expect(call("POST", messages, { content: "a" })).rejects.toThrow("fetch failed");

      expect([afterFirst, discord.messages.all().length]).toEqual([0, 1]);
      expect(discord.requests.map(({ status }) => status)).toEqual(["reset-before", "reset-after-processing"]);
    });

    it("hangs until it is stopped", async () => {
      discord.faults.add({ kind: "hang", path: /messages$/ });

      const hanging = call("POST", messages, { content: "a" }).then(
        () => "answered",
        () => "cut",
      );
      await discord.waitForRequest(({ status }) => status === "hang");
      await discord.stop();

      expect(await hanging).toBe("cut");
      discord = await createDiscordSimulator({ clock: createFakeClock() });
    });

    it("limits in each scope; a shared limit is nobody's fault", async () => {
      for (const scope of ["user", "global", "shared"] as const)
        discord.faults.add({ kind: "ratelimit", retryAfterMs: 1500, scope, path: /./ });

      const replies = [];
      for (let i = 0; i < 3; i++) replies.push(await call("GET", "/users/@me"));

      expect(
        replies.map(({ json, headers }) => [json?.["global"], json?.["retry_after"], headers.get("x-ratelimit-scope")]),
      ).toEqual([
        [false, 1.5, "user"],
        [true, 1.5, "global"],
        [false, 1.5, "shared"],
      ]);
      expect(discord.counters.invalidRequests).toBe(2);
    });
  });
});
