import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openDiscord, result, type OpenDiscord } from "./open-discord.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const endpoint = {
  publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex"),
  host: "127.0.0.1",
  port: 0,
};

/** What Discord's servers do. */
async function post(open: OpenDiscord, payload: unknown, headers: Readonly<Record<string, string>> = {}) {
  const port = open.log.lines.map((line) => line["port"]).find((found) => typeof found === "number");
  const body = JSON.stringify(payload);
  const timestamp = "1764000000";
  return fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    body,
    headers: {
      "x-signature-timestamp": timestamp,
      "x-signature-ed25519": sign(undefined, Buffer.from(timestamp + body), privateKey).toString("hex"),
      ...headers,
    },
  });
}

describe("interactions by HTTP", () => {
  it("answer Discord's ping", async () => {
    const open = await openDiscord({ endpoint });

    const response = await post(open, { type: 1 });

    expect([response.status, await response.json()]).toEqual([200, { type: 1 }]);
  });

  it("are served as those of the gateway", async () => {
    const open = await openDiscord({ endpoint });
    const asked = open.discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });

    const { status } = await post(open, asked.payload);
    await open.platform.deliver((await open.next()).address, result(), "k3f9x2ab");

    expect(status).toBe(202);
    expect(open.platform.health().state === "ok").toBe(true);
    expect(open.discord.counters.identifies).toBe(0);
    expect(asked.original()!.message.attachments).toHaveLength(1);
    expect(open.discord.violations).toEqual([]);
  });

  it.each([
    ["a signature of something else", { "x-signature-timestamp": "1764000001" }],
    ["no signature", { "x-signature-ed25519": "" }],
    ["a signature that is none", { "x-signature-ed25519": "zz".repeat(64) }],
  ])("with %s are refused, and start nothing", async (_, headers) => {
    const open = await openDiscord({ endpoint });
    const asked = open.discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });

    const { status } = await post(open, asked.payload, headers);

    expect(status).toBe(401);
    expect(open.interactions).toEqual([]);
  });

  it("that are too long are refused", async () => {
    const open = await openDiscord({ endpoint });

    const long = await post(open, { type: 1, text: "x".repeat(2 ** 21) }).catch(() => ({ status: 413 }));

    expect(long.status).toBe(413);
    expect(open.interactions).toEqual([]);
  });
});
