import { ApplicationCommandType } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";
import type { AttachmentInput } from "../../../src/simulator/discord/discord-simulator.ts";
import { menuJson, MENUS } from "../../../src/platforms/discord/menus.ts";
import { buttons, commands, openDiscord, result, type OpenDiscord } from "./open-discord.ts";

const PNG: AttachmentInput = { filename: "cat.png", bytes: Buffer.from("a cat"), contentType: "image/png" };

/** A message of ours with one job's picture. */
async function drawn({ discord, platform, next }: OpenDiscord): Promise<string> {
  const asked = discord.inject.slash({ name: "imagine", options: { prompt: "a fox" } });
  await platform.deliver((await next()).address, result(), "k3f9x2ab");
  return asked.original()!.message.id;
}

/** What a person is told, alone. */
function told({ discord }: OpenDiscord, text: string) {
  return discord.waitForMessage(({ message }) => JSON.stringify(message.components).includes(text));
}

describe("menus", () => {
  it.each([
    ["Upscale", "v1:upscale:k3f9x2ab:0", 5],
    ["Draw again", "v1:reroll:k3f9x2ab", 5],
    ["Image info", "v1:info:k3f9x2ab:0", 5],
  ])("%s on a picture of ours presses its button", async (name, buttonId, answer) => {
    const open = await openDiscord();
    const messageId = await drawn(open);

    const chosen = open.discord.inject.messageMenu({ name, messageId });
    const interaction = await open.next();

    expect(interaction).toMatchObject({ kind: "button", buttonId });
    expect((await chosen.waitForCallback()).type).toBe(answer);
    expect(open.discord.violations).toEqual([]);
  });

  it.each([
    ["Describe", "describe"],
    ["Upscale", "upscale"],
    ["Image info", "verify"],
  ])("%s on anybody's picture is the command /%s with the picture", async (name, command) => {
    const open = await openDiscord();
    const { message } = open.discord.messages.post({ attachments: [PNG] });

    open.discord.inject.messageMenu({ name, messageId: message.id });
    const interaction = await open.next();

    expect(interaction).toMatchObject({ kind: "command", command, options: { image: message.attachments[0]!.url } });
    expect(open.discord.violations).toEqual([]);
  });

  it.each(["Remix", "Use as init image"])("%s on anybody's picture asks for words, then is /edit", async (name) => {
    const open = await openDiscord();
    const { message } = open.discord.messages.post({ attachments: [PNG] });

    const chosen = open.discord.inject.messageMenu({ name, messageId: message.id });
    expect((await chosen.waitForCallback()).type).toBe(9);
    await expect.poll(() => chosen.modal()?.title).toBe(name);
    const sent = open.discord.inject.modal(chosen, { values: { prompt: "as a watercolour", strength: "0.4" } });
    const interaction = await open.next();

    expect(interaction).toMatchObject({
      kind: "command",
      command: "edit",
      options: { image: message.attachments[0]!.url, prompt: "as a watercolour", strength: "0.4" },
    });
    expect((await sent.waitForCallback()).type).toBe(5);
    expect(open.discord.violations).toEqual([]);
  });

  it("Remix avatar asks for words, then edits the person's picture", async () => {
    const open = await openDiscord();
    const targetUserId = open.discord.world.bob.id;
    open.discord.setAvatar(targetUserId, PNG);

    const chosen = open.discord.inject.userMenu({ name: "Remix avatar", targetUserId });
    await chosen.waitForCallback();
    open.discord.inject.modal(chosen, { values: { prompt: "as a knight", strength: "" } });
    const interaction = await open.next();

    expect(interaction).toMatchObject({ kind: "command", command: "edit" });
    const fetched = await fetch(interaction.kind === "command" ? String(interaction.options["image"]) : "");
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(PNG.bytes);
    expect(open.discord.violations).toEqual([]);
  });

  it("say so where there is nothing to use", async () => {
    const open = await openDiscord();
    const { message } = open.discord.messages.post({ content: "hello" });
    const { inject, world } = open.discord;

    inject.messageMenu({ name: "Report", messageId: message.id });
    const noJob = await told(open, "no pictures of mine");
    inject.messageMenu({ name: "Describe", messageId: message.id });
    await told(open, "no picture.");
    inject.userMenu({ name: "Remix avatar", targetUserId: world.bob.id });
    await told(open, "no profile picture");

    expect(noJob.visibleTo).toBe(world.alice.id);
    expect(open.interactions).toEqual([]);
    expect(open.discord.violations).toEqual([]);
  });

  it("whose form was open for too long say so", async () => {
    const open = await openDiscord();
    const { message } = open.discord.messages.post({ attachments: [PNG] });
    const chosen = open.discord.inject.messageMenu({ name: "Remix", messageId: message.id });
    await chosen.waitForCallback();
    await expect.poll(() => open.store.get(`discord:menu:${chosen.id}`)).toBeDefined();
    await open.store.delete(`discord:menu:${chosen.id}`);

    open.discord.inject.modal(chosen, { values: { prompt: "a knight", strength: "" } });
    await told(open, "open for too long");

    expect(open.interactions).toEqual([]);
  });

  it("have a button or a command behind each", () => {
    const actions = buttons.map(({ action }) => action);
    const images = commands.filter(({ options }) => options.some(({ name }) => name === "image"));

    for (const { name, press, command } of MENUS) {
      expect(press ?? command, name).toBeDefined();
      if (press) expect(actions, name).toContain(press.action);
      if (command !== undefined)
        expect(
          images.map((one) => one.name),
          name,
        ).toContain(command);
    }
  });

  it("keep to Discord's limits, and speak every language", () => {
    const languages = ["de", "en-GB", "en-US", "es-419", "es-ES", "fr", "ja", "pt-BR"];

    for (const type of [ApplicationCommandType.Message, ApplicationCommandType.User])
      expect(menuJson().filter((menu) => menu.type === type).length).toBeLessThanOrEqual(15);
    for (const { name, name_localizations: names } of menuJson()) {
      expect(Object.keys(names).sort(), name).toEqual(languages);
      for (const text of Object.values(names)) expect(text.length, text).toBeLessThanOrEqual(32);
    }
  });
});
