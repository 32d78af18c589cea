import { describe, expect, it } from "vitest";
import type { RecordedRequest } from "../../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { checkWithZod } from "../../support/discord-zod.ts";

const CHANNEL = "/channels/{channel_id}/messages";
const ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original";
const COMMANDS = "/applications/{application_id}/commands";
const CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback";
const buttons = (count: number, more: object = {}) => ({
  components: [
    {
      type: 1,
      components: Array.from({ length: count }, (_, i) => ({
        type: 2,
        style: 1,
        label: "a",
        custom_id: `b${i}`,
        ...more,
      })),
    },
  ],
});

const request = (method: string, route: string, body: unknown): RecordedRequest => ({
  atMs: 0,
  method,
  path: route,
  route,
  query: new URLSearchParams(),
  body,
  files: [],
});

describe("the second opinions on requests", () => {
  const { checkRequest } = createDiscordOpenApi();

  it.each([
    { what: "a name of 33", method: "PUT", route: COMMANDS, body: [{ name: "x".repeat(33), description: "a" }] },
    { what: "2001 characters in an edit", method: "PATCH", route: ORIGINAL, body: { content: "x".repeat(2001) } },
    {
      what: "11 embeds",
      method: "POST",
      route: CHANNEL,
      body: { embeds: Array.from({ length: 11 }, () => ({ title: "a" })) },
    },
    { what: "six buttons in a row", method: "POST", route: CHANNEL, body: buttons(6) },
    { what: "a label of 81", method: "POST", route: CHANNEL, body: buttons(1, { label: "x".repeat(81) }) },
    { what: "a custom id of 101", method: "POST", route: CHANNEL, body: buttons(1, { custom_id: "x".repeat(101) }) },
    { what: "an unknown component", method: "POST", route: CHANNEL, body: { components: [{ type: 99 }] } },
    {
      what: "26 choices",
      method: "POST",
      route: CALLBACK,
      body: { type: 8, data: { choices: Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` })) } },
    },
  ])("agree that $what is wrong", ({ method, route, body }) => {
    const judged = request(method, route, body);

    expect(checkRequest(judged).some(({ refused }) => refused)).toBe(true);
    expect(checkWithZod(judged).some(({ refused }) => refused)).toBe(true);
  });

  it.each([
    { what: "a deferral", method: "POST", route: CALLBACK, body: { type: 5, data: { flags: 64 } } },
    { what: "buttons", method: "POST", route: CHANNEL, body: buttons(5) },
    {
      what: "a command",
      method: "PUT",
      route: COMMANDS,
      body: [{ name: "imagine", description: "Draws", nsfw: false }],
    },
    { what: "the number of a file", method: "PATCH", route: ORIGINAL, body: { attachments: [{ id: 0 }] } },
  ])("agree that $what is right", ({ method, route, body }) => {
    expect(checkRequest(request(method, route, body))).toEqual([]);
  });

  it("notice keys that nobody defines, and bodies where there are none", () => {
    const stray = checkRequest(request("PATCH", ORIGINAL, { content: "a", colour: 1 }));
    const body = checkRequest(request("GET", "/users/@me", {}));

    expect([...stray, ...body].map(({ refused }) => refused)).toEqual([false, false]);
    expect(stray[0]?.message).toContain("colour");
  });

  it("know no other routes", () => {
    const [problem] = checkRequest({ ...request("GET", "/users/@you", undefined), route: "/users/@you" });

    expect(problem?.message).toBe("no method of this route");
  });
});
