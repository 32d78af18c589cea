import { createPublicKey, verify } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

type Answer = { readonly status: number; readonly body?: unknown };

describe("interactions by HTTP", () => {
  let discord: DiscordSimulator;
  let server: Server;
  let url: string;
  /** What the bot answers to anything but a PING. */
  let answer: Answer;

  beforeEach(async () => {
    discord = await createDiscordSimulator({ clock: createFakeClock() });
    answer = { status: 202 };
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const { type } = JSON.parse(text) as { type: number };
        const said = type === 1 ? { status: 200, body: { type: 1 } } : answer;
        const { status, body } = isSigned(request.headers, text) ? said : { status: 401 };
        response.writeHead(status, { "content-type": "application/json" });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await discord.stop();
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  });

  function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
    const key = createPublicKey({
      key: Buffer.concat([
        Buffer.from("302a300506032b6570032100", "hex"),
        Buffer.from(discord.endpoint.verifyKey, "hex"),
      ]),
      format: "der",
      type: "spki",
    });
    const signed = Buffer.from(`${String(headers["x-signature-timestamp"])}${body}`);
    return verify(null, signed, key, Buffer.from(String(headers["x-signature-ed25519"]), "hex"));
  }

  it("takes the answer to the request as the first answer to the interaction", async () => {
    answer = { status: 200, body: { type: 4, data: { content: "hi" } } };
    await discord.endpoint.set(url);

    const interaction = discord.inject.slash({ name: "imagine" });
    const { type } = await interaction.waitForCallback();

    expect(type).toBe(4);
    expect(interaction.original()?.message.content).toBe("hi");
  });

  it("leaves the answer to a callback after a 202", async () => {
    await discord.endpoint.set(url);

    const interaction = discord.inject.slash({ name: "imagine" });
    const reply = await fetch(`${discord.apiUrl}/v10/interactions/${interaction.id}/${interaction.token}/callback`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: 5 }),
    });

    expect([reply.status, interaction.callback()?.type]).toEqual([204, 5]);
  });

  it.each([
    { what: "an error", said: { status: 500 }, failure: "the endpoint answered 500" },
    { what: "a bad form", said: { status: 200, body: { type: 99 } }, failure: "50035 Invalid Form Body" },
  ])("writes down $what", async ({ said, failure }) => {
    answer = said;
    await discord.endpoint.set(url);

    discord.inject.slash({ name: "imagine" });

    await expect.poll(() => discord.counters.endpointFailures).toEqual([failure]);
  });

  it("refuses an address that does not check signatures", async () => {
    server.removeAllListeners("request");
    server.on("request", (_request, response) => response.end(JSON.stringify({ type: 1 })));

    await expect(discord.endpoint.set(url)).rejects.toThrow("forged signature");
    expect(discord.endpoint.url).toBeNull();
  });
});
