import { MessageFlags } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";
import { notice } from "../../../src/core/message.ts";
import { pictureForm } from "../../../src/core/picture-form.ts";
import type { Interaction } from "../../../src/core/interaction.ts";
import { hastyClock } from "../../support/real-clock.ts";
import {
  button,
  createMemoryStore,
  createMemoryUnanswered,
  openDiscord,
  result,
  type OpenDiscord,
} from "./open-discord.ts";

const V2 = MessageFlags.IsComponentsV2;

describe("answers in Discord", () => {
  it("defer a command that draws for everybody, and become the one message with pictures and buttons", async () => {
    const { discord, platform, next } = await openDiscord();

    const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a red fox", count: 2, tile: true } });
    const interaction = await next();
    const outcome = await platform.deliver(interaction.address, result({}, 2), "k3f9x2ab");

    expect(asked.callback()).toMatchObject({ type: 5 });
    expect(asked.callback()!.afterMs).toBeLessThan(3000);
    expect(interaction).toMatchObject({
      kind: "command",
      command: "imagine",
      options: { prompt: "a red fox", count: 2, tile: true },
      person: { platform: "discord", id: discord.world.alice.id, moderator: false },
      place: { community: discord.world.guildId, channel: discord.world.channelId, ageRestricted: false },
    });
    expect(outcome).toEqual({ state: "delivered" });
    const { message, visibleTo } = asked.original()!;
    expect(visibleTo).toBeUndefined();
    expect(message.flags! & V2).toBe(V2);
    expect(message.attachments.map(({ filename, description }) => [filename, description])).toEqual([
      ["easel-k3f9x2ab-1.png", "AI-generated image: a red fox"],
      ["easel-k3f9x2ab-2.png", "AI-generated image: a red fox"],
    ]);
    expect(discord.messages.all()).toHaveLength(1);
    expect(discord.violations).toEqual([]);
  });

  it("of a command that does not draw are for the person alone", async () => {
    const { discord } = await openDiscord({ handle: (interaction) => interaction.reply(notice("Nothing waits.")) });

    const asked = discord.inject.slash({ name: "queue" });
    await discord.waitForMessage(({ message }) => JSON.stringify(message.components).includes("Nothing waits."));

    expect(asked.original()!.visibleTo).toBe(discord.world.alice.id);
    expect(discord.violations).toEqual([]);
  });

  it.each([[{ private: true }], [{ prompt: "a fox --private" }]])(
    "to %j are for the person alone from the first moment",
    async (options) => {
      const { discord, platform, next } = await openDiscord();

      const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a fox", ...options } });
      const { address } = await next();
      await platform.deliver(address, result({ private: true }), "k3f9x2ab");

      expect(asked.original()!.visibleTo).toBe(discord.world.alice.id);
      expect(discord.violations).toEqual([]);
    },
  );

  it("that turn out to be private take the place of what everybody saw", async () => {
    const { discord } = await openDiscord({
      handle: (interaction) => interaction.reply(notice("The prompt is empty.")),
    });

    const asked = discord.inject.slash({ name: "imagine", options: { prompt: " " } });
    await discord.waitForMessage(({ visibleTo }) => visibleTo !== undefined);

    expect(asked.followUps().map(({ visibleTo }) => visibleTo)).toEqual([discord.world.alice.id]);
    expect(asked.original()?.deleted ?? true).toBe(true);
    expect(discord.violations).toEqual([]);
  });

  it("reach the person also when nothing can be written down", async () => {
    const { discord } = await openDiscord({
      store: { ...createMemoryStore(), set: () => Promise.reject(new Error("no space")) },
      handle: (interaction) => interaction.reply(notice("There is no space left on the disk.")),
    });

    discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });
    const told = await discord.waitForMessage(({ message }) => JSON.stringify(message.components).includes("no space"));

    expect(told.visibleTo).toBe(discord.world.alice.id);
    expect(discord.violations).toEqual([]);
  });

  it("to buttons are new messages, and what follows from a private message is private", async () => {
    const { discord, platform, next } = await openDiscord();
    const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a fox", private: true } });
    await platform.deliver((await next()).address, result({ private: true }), "k3f9x2ab");

    const pressed = discord.inject.button({
      messageId: asked.original()!.message.id,
      customId: "v1:reroll:k3f9x2ab",
    });
    const interaction = await next();

    expect(interaction).toMatchObject({ kind: "button", buttonId: "v1:reroll:k3f9x2ab" });
    expect((await pressed.waitForCallback()).data).toEqual({ flags: MessageFlags.Ephemeral });
    expect(discord.violations).toEqual([]);
  });

  it("to a button with a form are the form, filled, and its fields come back", async () => {
    const form = pictureForm("v1:edit:k3f9x2ab", "Edit", { prompt: "a fox", count: 4 });
    const { discord, platform, next } = await openDiscord({
      handle: async (interaction) => {
        if (interaction.kind === "button") await interaction.openForm!(form);
      },
    });
    const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });
    await platform.deliver((await next()).address, result({ buttons: [[button("edit")]] }), "k3f9x2ab");
    const pressed = discord.inject.button({ messageId: asked.original()!.message.id, customId: "v1:edit:k3f9x2ab" });
    expect((await pressed.waitForCallback()).type).toBe(9);

    await next();
    const again = discord.inject.button({ messageId: asked.original()!.message.id, customId: "v1:edit:k3f9x2ab" });
    expect((await again.waitForCallback()).type).toBe(9);
    await next();
    discord.inject.modal(pressed, { values: { prompt: "a wolf", count: "2", negative: "" } });
    const submitted = await next();

    expect(submitted).toMatchObject({ kind: "form", formId: "v1:edit:k3f9x2ab" });
    expect(submitted.kind === "form" && submitted.values).toMatchObject({ prompt: "a wolf", count: "2" });
    expect(discord.violations).toEqual([]);
  });

  it("to a button that is being served are for the first click alone; when it is answered, it can be pressed again", async () => {
    const { discord, platform, next, interactions } = await openDiscord();
    const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });
    await platform.deliver((await next()).address, result(), "k3f9x2ab");
    const press = { messageId: asked.original()!.message.id, customId: "v1:reroll:k3f9x2ab" };

    discord.inject.button(press);
    const first = await next();
    const second = discord.inject.button(press);
    const told = await discord.waitForMessage(({ interactionId }) => interactionId === second.id);
    discord.inject.button({ ...press, userId: discord.world.bob.id });
    await next();
    await platform.deliver(first.address, result(), "jobtwo");
    discord.inject.button(press);
    await next();

    expect(told.visibleTo).toBe(discord.world.alice.id);
    await discord.waitForMessage(({ message }) => JSON.stringify(message.components).includes("drawing that already"));
    expect(interactions).toHaveLength(4);
    expect(discord.violations).toEqual([]);
  });

  it("to a button that was declined leave it free", async () => {
    const { discord, platform, next, interactions } = await openDiscord({
      handle: async (interaction) => {
        if (interaction.kind === "button") await interaction.reply(notice("That was too fast."));
      },
    });
    const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });
    await platform.deliver((await next()).address, result(), "k3f9x2ab");
    const press = { messageId: asked.original()!.message.id, customId: "v1:reroll:k3f9x2ab" };

    for (let i = 0; i < 2; i++) {
      const pressed = discord.inject.button(press);
      await discord.waitForMessage(
        ({ interactionId, visibleTo }) => interactionId === pressed.id && visibleTo !== undefined,
      );
      await next();
    }

    expect(interactions).toHaveLength(3);
  });

  it("to an attachment's option get its address", async () => {
    const { discord, next } = await openDiscord();
    const attachment = { filename: "cat.png", bytes: Buffer.from("a cat"), contentType: "image/png" };

    discord.inject.slash({ name: "verify", options: { image: { attachment } } });
    const interaction = await next();

    const url = interaction.kind === "command" ? String(interaction.options["image"]) : "";
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(attachment.bytes);
    expect(discord.violations).toEqual([]);
  });

  it("to typing are at most 25 suggestions, from memory", async () => {
    const { discord } = await openDiscord();

    const typed = discord.inject.autocomplete({
      name: "imagine",
      options: { prompt: "a fox", style: "style-1" },
      focused: "style",
    });
    const { type, data } = await typed.waitForCallback();

    expect(type).toBe(8);
    const { choices } = data as { choices: { name: string }[] };
    expect(choices[0]).toEqual({ name: "style-1", value: "style-1" });
    expect(choices.length).toBeLessThanOrEqual(25);
    expect(discord.violations).toEqual([]);
  });
});

const say = (interaction: Interaction) => interaction.reply(notice("Nothing waits."));

describe("an answer that has no outbox", () => {
  const edits = { method: "PATCH", path: /\/messages\/@original$/ } as const;

  it.each<[string, Parameters<OpenDiscord["discord"]["faults"]["add"]>[0]]>([
    ["is away for long", { ...edits, kind: "status", status: 503, count: 10 }],
    ["breaks connections for long", { ...edits, kind: "reset-before", count: 10 }],
    ["limits the bot without a time", { ...edits, kind: "cloudflare" }],
  ])("comes when Discord %s", async (_, fault) => {
    const { discord } = await openDiscord({ clock: hastyClock(20), handle: say });
    const asked = discord.inject.slash({ name: "queue" });
    discord.faults.add(fault);

    await discord.waitForMessage(
      ({ message }) => JSON.stringify(message.components).includes("Nothing waits."),
      20_000,
    );

    expect(asked.original()!.visibleTo).toBe(discord.world.alice.id);
    expect(discord.violations).toEqual([]);
  });

  it("is left to the next start when the program ends meanwhile", async () => {
    const unanswered = createMemoryUnanswered();
    const { discord, platform, next } = await openDiscord({ unanswered, clock: hastyClock(20), handle: say });
    discord.faults.add({ ...edits, kind: "status", status: 503, count: 1000 });
    const { id } = discord.inject.slash({ name: "queue" });
    await next();

    await platform.stop();

    expect((await unanswered.list("discord")).map((row) => row.id)).toEqual([id]);
  });
});
