import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator, InjectedInteraction } from "../../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type Call, createRestClient, outcome, type RestReply, upload } from "./rest-client.ts";

const openApi = createDiscordOpenApi();
const DEFER = { type: 5 };

describe("a simulated interaction", () => {
  let discord: DiscordSimulator;
  let call: Call;

  beforeEach(async () => {
    discord = await createDiscordSimulator({ clock: createFakeClock(), checkRequest: openApi.checkRequest });
    call = createRestClient(discord);
  });
  afterEach(async () => {
    const wrong = discord.requests.flatMap((request) => openApi.checkResponse(request));
    await discord.stop();
    expect(wrong).toEqual([]);
  });

  const imagine = (context: object = {}) =>
    discord.inject.slash({ name: "imagine", options: { prompt: "a fox" }, ...context });
  const answer = ({ id, token }: InjectedInteraction, body: unknown, query = "") =>
    call("POST", `/interactions/${id}/${token}/callback${query}`, body);
  const webhook = ({ token }: InjectedInteraction) => `/webhooks/${discord.world.applicationId}/${token}`;
  const original = (interaction: InjectedInteraction) => `${webhook(interaction)}/messages/@original`;
  it("takes an answer within three seconds, and none later", async () => {
    const early = imagine();
    const late = imagine();

    discord.advanceClock(3000);
    const inTime = await answer(early, DEFER);
    discord.advanceClock(1);
    const tooLate = await answer(late, DEFER);

    expect([inTime.status, inTime.text, inTime.headers.get("content-type")]).toEqual([204, "", null]);
    expect(outcome(tooLate)).toEqual([404, 10062]);
    expect(early.callback()?.afterMs).toBe(3000);
  });

  it("counts the way of an event that arrives late", async () => {
    const interaction = imagine({ ageMs: 2500 });

    discord.advanceClock(600);

    expect(outcome(await answer(interaction, DEFER))).toEqual([404, 10062]);
  });

  it("takes one answer only, and none for a token that it does not know", async () => {
    const interaction = imagine();
    await answer(interaction, DEFER);

    const second = await answer(interaction, DEFER);
    const forged = await call("POST", `/interactions/${interaction.id}/forged/callback`, DEFER);

    expect(outcome(second)).toEqual([400, 40060]);
    expect(outcome(forged)).toEqual([404, 10062]);
  });

  it("shows a message at once, and only to the person when it is ephemeral", async () => {
    const interaction = imagine();

    const { json } = await answer(interaction, { type: 4, data: { content: "hi", flags: 64 } }, "?with_response=true");

    const { id } = interaction.original()!.message;
    expect(interaction.original()?.visibleTo).toBe(discord.world.alice.id);
    expect(json).toMatchObject({ interaction: { response_message_id: id, response_message_ephemeral: true } });
    expect(outcome(await call("GET", `/channels/${discord.world.channelId}/messages/${id}`))).toEqual([404, 10008]);
  });

  it.each(["@original", "%40original"])("edits what it deferred, as %s", async (name) => {
    const interaction = imagine();
    await answer(interaction, DEFER);
    const loading = interaction.original()?.message.flags;

    const reply = await call("PATCH", `${webhook(interaction)}/messages/${name}`, { content: "done" }, [upload()]);

    expect(loading).toBe(128);
    expect(reply.json).toMatchObject({ content: "done", flags: 0, attachments: [{ filename: "a.png" }] });
    expect(interaction.original()?.history).toHaveLength(1);
  });

  it("keeps the attachments that an edit lists, and drops the others", async () => {
    const interaction = imagine();
    await answer(interaction, { type: 4, data: { content: "a" } });
    await call("PATCH", original(interaction), { content: "a" }, [
      upload(),
      upload({ field: "files[1]", filename: "b.png" }),
    ]);
    const [, kept] = interaction.original()!.message.attachments;

    const attachments = [{ id: kept!.id }, { id: "0", description: "new" }];
    await call("PATCH", original(interaction), { attachments }, [upload({ filename: "c.png" })]);

    const names = interaction.original()!.message.attachments.map(({ filename }) => filename);
    expect(names).toEqual(["b.png", "c.png"]);
  });

  it("cannot lose its components' flag by an edit", async () => {
    const interaction = imagine();
    await answer(interaction, { type: 4, data: { flags: 32768, components: [{ type: 10, content: "a" }] } });

    const reply = await call("PATCH", original(interaction), { content: "plain" });

    expect(outcome(reply)).toEqual([400, 50035]);
  });

  it("has no webhook before its answer, and none 15 minutes after it began", async () => {
    const interaction = imagine();

    const before = await call("PATCH", original(interaction), { content: "a" });
    await answer(interaction, DEFER);
    discord.advanceClock(15 * 60_000);
    const atTheEnd = await call("PATCH", original(interaction), { content: "b" });
    discord.advanceClock(1);
    const after = await call("PATCH", original(interaction), { content: "c" });

    expect([outcome(before), atTheEnd.status, outcome(after)]).toEqual([[404, 10015], 200, [401, 50027]]);
    expect(discord.counters.invalidRequests).toBe(1);
  });

  it("has no answer any more once that is deleted", async () => {
    const interaction = imagine();
    await answer(interaction, DEFER);

    const deleted = await call("DELETE", original(interaction));
    const reply = await call("PATCH", original(interaction), { content: "a" });

    expect([deleted.status, outcome(reply)]).toEqual([204, [404, 10008]]);
  });

  it("allows five follow-ups where only the person has installed the bot", async () => {
    const interaction = imagine({ where: "private-channel", install: "user" });
    const ofGuild = imagine();
    for (const one of [interaction, ofGuild]) await answer(one, { type: 4, data: { content: "a" } });

    const replies: RestReply[] = [];
    for (let i = 0; i < 6; i++) replies.push(await call("POST", webhook(interaction), { content: `${i}` }));
    for (let i = 0; i < 6; i++) replies.push(await call("POST", webhook(ofGuild), { content: `${i}` }));

    expect(replies.filter(({ status }) => status === 200)).toHaveLength(11);
    expect(outcome(replies[5]!)).toEqual([400, 40094]);
    expect(interaction.followUps()).toHaveLength(5);
  });

  it("shows the first follow-up in place of “thinking”", async () => {
    const interaction = imagine();
    await answer(interaction, DEFER);

    await call("POST", webhook(interaction), { content: "done" });

    expect(interaction.original()?.message.content).toBe("done");
    expect(interaction.followUps()).toEqual([]);
  });

  it("limits files by the context's size", async () => {
    const interaction = imagine({ attachmentSizeLimitBytes: 100 });
    await answer(interaction, DEFER);

    const reply = await call("PATCH", original(interaction), {}, [upload({ bytes: Buffer.alloc(101) })]);

    expect(interaction.payload.attachment_size_limit).toBe(100);
    expect(outcome(reply)).toEqual([413, 40005]);
  });

  it.each([
    { what: "an update for a command", body: { type: 7, data: { content: "a" } }, field: "type" },
    { what: "choices for a command", body: { type: 8, data: { choices: [] } }, field: "type" },
    { what: "an unknown type", body: { type: 99 }, field: "type" },
    {
      what: "a form without parts",
      body: { type: 9, data: { title: "a", custom_id: "f", components: [] } },
      field: "data.components",
    },
    {
      what: "a form's title of 46",
      body: { type: 9, data: { title: "x".repeat(46), custom_id: "f", components: [{ type: 10, content: "a" }] } },
      field: "data.title",
    },
    {
      what: "a label of 46",
      body: {
        type: 9,
        data: {
          title: "a",
          custom_id: "f",
          components: [{ type: 18, label: "x".repeat(46), component: { type: 4, custom_id: "i", style: 1 } }],
        },
      },
      field: "data.components.0.label",
    },
    {
      what: "a form's input twice",
      body: {
        type: 9,
        data: {
          title: "a",
          custom_id: "f",
          components: [0, 1].map(() => ({ type: 18, label: "a", component: { type: 4, custom_id: "i", style: 1 } })),
        },
      },
      field: "data.components.1.component.custom_id",
    },
  ])("refuses $what", async ({ body, field }) => {
    const interaction = imagine();

    const reply = await answer(interaction, body);

    const branch = field
      .split(".")
      .reduce<unknown>((tree, part) => (tree as Record<string, unknown>)?.[part], reply.json?.["errors"]);
    expect(outcome(reply)).toEqual([400, 50035]);
    expect(branch).toHaveProperty("_errors");
    expect(interaction.callback()).toBeUndefined();
  });

  it("takes 25 choices of an autocomplete, not 26", async () => {
    const choices = Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` }));
    const typing = discord.inject.autocomplete({ name: "imagine", options: { model: "t" }, focused: "model" });

    const tooMany = await answer(typing, { type: 8, data: { choices } });
    const enough = await answer(typing, { type: 8, data: { choices: choices.slice(1) } });

    expect([outcome(tooMany), enough.status]).toEqual([[400, 50035], 204]);
  });

  it("updates the message whose button was pressed", async () => {
    const interaction = imagine();
    const components = [{ type: 1, components: [{ type: 2, style: 1, label: "Go", custom_id: "go" }] }];
    await answer(interaction, { type: 4, data: { content: "a", components } });
    const messageId = interaction.original()!.message.id;

    const press = discord.inject.button({ messageId, customId: "go", userId: discord.world.bob.id });
    const { json } = await answer(press, { type: 7, data: { content: "b", components: [] } }, "?with_response=true");

    expect(json).toMatchObject({ resource: { type: 7, message: { id: messageId, content: "b" } } });
    expect(press.payload.message?.content).toBe("a");
  });

  it("lets people do only what their client would let them", async () => {
    const interaction = imagine();
    const button = { type: 2, style: 1, label: "Go", custom_id: "go", disabled: true };
    const components = [{ type: 1, components: [button] }];
    await answer(interaction, { type: 4, data: { content: "a", components, flags: 64 } });
    const messageId = interaction.original()!.message.id;

    const forged = discord.inject.button({ messageId, customId: "old", forged: true });

    expect(() => discord.inject.button({ messageId, customId: "old" })).toThrow("no component “old”");
    expect(() => discord.inject.button({ messageId, customId: "go" })).toThrow("disabled");
    expect(forged.payload.data).toMatchObject({ custom_id: "old" });
  });

  it("gives options the types of the registered command", async () => {
    const level = {
      type: 2,
      name: "limits",
      description: "a",
      options: [
        {
          type: 1,
          name: "set",
          description: "a",
          options: [{ type: 10, name: "value", description: "a", required: true }],
        },
      ],
    };
    await call("PUT", `/applications/${discord.world.applicationId}/commands`, [
      { name: "admin", description: "a", options: [level] },
    ]);

    const { payload } = discord.inject.slash({ name: "admin limits set", options: { value: 3 } });

    expect(payload.data).toMatchObject({
      options: [
        {
          name: "limits",
          type: 2,
          options: [{ name: "set", type: 1, options: [{ name: "value", type: 10, value: 3 }] }],
        },
      ],
    });
    expect(() => discord.inject.slash({ name: "admin limits set" })).toThrow("needs the option “value”");
    expect(() => discord.inject.slash({ name: "admin limits get" })).toThrow("no “get”");
  });
});
