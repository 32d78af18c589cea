import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  ContainerBuilder,
  Events,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  MediaGalleryBuilder,
  MediaGalleryItemBuilder,
  MessageFlags,
  ModalBuilder,
  Routes,
  SlashCommandBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDiscordSimulator } from "../../../src/simulator/discord/create-discord-simulator.ts";
import type { DiscordSimulator } from "../../../src/simulator/discord/discord-simulator.ts";
import { createDiscordOpenApi } from "../../support/discord-openapi.ts";
import { realClock } from "../../support/real-clock.ts";

const openApi = createDiscordOpenApi();

describe("the simulated Discord, seen by discord.js", () => {
  let discord: DiscordSimulator;
  let client: Client;

  beforeEach(async () => {
    discord = await createDiscordSimulator({ clock: realClock, checkRequest: openApi.checkRequest });
    client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: discord.apiUrl } });
    await client.login(discord.token);
    await discord.waitForSession();
  });
  afterEach(async () => {
    await client.destroy();
    await discord.stop();
  });

  it("reaches READY, registers, receives, defers, edits with a picture, all as the OpenAPI document says", async () => {
    const { applicationId } = discord.world;
    await client.rest.put(Routes.applicationCommands(applicationId), { body: [IMAGINE] });
    client.on(Events.InteractionCreate, (interaction) => void draw(interaction));

    const interaction = discord.inject.slash({ name: "imagine", options: { prompt: "a red fox" } });
    const { message, history } = await discord.waitForMessage((one) => one.message.attachments.length > 0);
    const picture = await fetch(message.attachments[0]!.url);

    expect(discord.commands().map(({ name }) => name)).toEqual(["imagine"]);
    expect((await interaction.waitForCallback()).type).toBe(5);
    expect(history).toHaveLength(1);
    expect(message.flags).toBe(MessageFlags.IsComponentsV2);
    expect(message.attachments[0]).toMatchObject({ filename: "fox.png", description: "a fox", size: 7 });
    expect(await picture.text()).toBe("picture");
    expect(discord.violations).toEqual([]);
    expect(discord.requests.flatMap((request) => openApi.checkResponse(request))).toEqual([]);
  });

  it("resumes after a cut and hears of what happened meanwhile", async () => {
    client.on(Events.InteractionCreate, (interaction) => void draw(interaction));

    discord.gateway.drop();
    const missed = discord.inject.slash({ name: "imagine", options: { prompt: "a blue fox" } });
    await missed.waitForCallback();

    expect(discord.counters).toMatchObject({ identifies: 1, resumes: 1, closes: [1006] });
  });

  it("resumes when it is asked to reconnect", async () => {
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));

    discord.gateway.askToReconnect();
    await resumed;

    expect(discord.counters).toMatchObject({ identifies: 1, resumes: 1 });
  });

  it("gets buttons, selects and forms of people", async () => {
    const seen: string[] = [];
    client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isChatInputCommand()) void draw(interaction);
      else if (interaction.isButton()) void interaction.showModal(FORM);
      else if (interaction.isModalSubmit()) {
        seen.push(interaction.fields.getTextInputValue("prompt"), interaction.message?.id ?? "");
        void interaction.deferUpdate();
      }
    });
    discord.inject.slash({ name: "imagine", options: { prompt: "a red fox" } });
    const { message } = await discord.waitForMessage((one) => one.message.attachments.length > 0);

    const press = discord.inject.button({ messageId: message.id, customId: "reroll:1" });
    await press.waitForCallback();
    const form = discord.inject.modal(press, { values: { prompt: "a green fox" } });
    await form.waitForCallback();

    expect(press.modal()?.title).toBe("Remix");
    expect(seen).toEqual(["a green fox", message.id]);
    expect(discord.violations).toEqual([]);
  });

  it("gets what a person attached, chose and clicked on in the context of a user install", async () => {
    const seen: unknown[] = [];
    client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isChatInputCommand()) {
        const file = interaction.options.getAttachment("image", true);
        seen.push(file.name, file.width, interaction.options.getSubcommand(), interaction.locale, interaction.context);
        seen.push(interaction.memberPermissions?.has("ManageGuild") ?? "no guild");
      }
      if (interaction.isAutocomplete()) void interaction.respond([{ name: "tiny", value: "tiny" }]);
      if (interaction.isMessageContextMenuCommand()) seen.push(interaction.targetMessage.content);
      if (interaction.isUserContextMenuCommand()) seen.push(interaction.targetUser.username);
    });
    const written = discord.messages.post({ content: "look", userId: discord.world.bob.id });
    const attachment = { filename: "in.png", bytes: PNG_2X3, contentType: "image/png" };

    discord.inject.slash({
      name: "edit restyle",
      options: { image: { attachment } },
      where: "private-channel",
      install: "user",
      locale: "de",
    });
    const typing = discord.inject.autocomplete({ name: "imagine", options: { model: "ti" }, focused: "model" });
    discord.inject.messageMenu({ name: "Remix", messageId: written.message.id });
    discord.inject.userMenu({ name: "Remix avatar", targetUserId: discord.world.bob.id });
    await typing.waitForCallback();
    await expect.poll(() => seen).toHaveLength(8);

    expect(seen).toEqual(["in.png", 2, "restyle", "de", 2, "no guild", "look", "bob"]);
    expect(typing.callback()).toMatchObject({ type: 8, data: { choices: [{ name: "tiny", value: "tiny" }] } });
  });
});

const IMAGINE = new SlashCommandBuilder()
  .setName("imagine")
  .setDescription("Draws")
  .addStringOption((option) => option.setName("prompt").setDescription("What").setRequired(true))
  .toJSON();

const FORM = new ModalBuilder()
  .setCustomId("remix:1")
  .setTitle("Remix")
  .addLabelComponents(
    new LabelBuilder()
      .setLabel("Prompt")
      .setTextInputComponent(new TextInputBuilder().setCustomId("prompt").setStyle(TextInputStyle.Paragraph)),
  );

/** The start of a PNG: signature and a header of 2x3 pixels. */
const PNG_2X3 = Buffer.from("89504e470d0a1a0a0000000d494844520000000200000003", "hex");

/** What a bot does: says that it heard, then shows a picture with a button. */
async function draw(interaction: Interaction): Promise<void> {
  if (!interaction.isChatInputCommand()) return;
  await interaction.deferReply({ withResponse: true });
  const picture = new MediaGalleryItemBuilder().setURL("attachment://fox.png").setDescription("a fox");
  const button = new ButtonBuilder().setCustomId("reroll:1").setLabel("Reroll").setStyle(ButtonStyle.Primary);
  const container = new ContainerBuilder()
    .addTextDisplayComponents(new TextDisplayBuilder().setContent(interaction.options.getString("prompt", true)))
    .addMediaGalleryComponents(new MediaGalleryBuilder().addItems(picture))
    .addActionRowComponents(new ActionRowBuilder<ButtonBuilder>().addComponents(button));
  await interaction.editReply({
    flags: MessageFlags.IsComponentsV2,
    components: [container],
    files: [new AttachmentBuilder(Buffer.from("picture"), { name: "fox.png", description: "a fox" })],
  });
}
