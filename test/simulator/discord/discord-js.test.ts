import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  ContainerBuilder,
  Events,
  GatewayIntentBits,
  MediaGalleryBuilder,
  MediaGalleryItemBuilder,
  MessageFlags,
  Routes,
  SlashCommandBuilder,
  TextDisplayBuilder,
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

  const imagine = new SlashCommandBuilder()
    .setName("imagine")
    .setDescription("Draws")
    .addStringOption((option) => option.setName("prompt").setDescription("What").setRequired(true))
    .toJSON();

  it("reaches READY, registers, receives, defers, edits with a picture, all as the OpenAPI document says", async () => {
    await client.rest.put(Routes.applicationCommands(discord.world.applicationId), { body: [imagine] });
    client.on(Events.InteractionCreate, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply({ withResponse: true });
      const container = new ContainerBuilder()
        .addTextDisplayComponents(new TextDisplayBuilder().setContent(interaction.options.getString("prompt", true)))
        .addMediaGalleryComponents(
          new MediaGalleryBuilder().addItems(
            new MediaGalleryItemBuilder().setURL("attachment://fox.png").setDescription("a fox"),
          ),
        )
        .addActionRowComponents(
          new ActionRowBuilder<ButtonBuilder>().addComponents(
            new ButtonBuilder().setCustomId("reroll:1").setLabel("Reroll").setStyle(ButtonStyle.Primary),
          ),
        );
      await interaction.editReply({
        flags: MessageFlags.IsComponentsV2,
        components: [container],
        files: [new AttachmentBuilder(Buffer.from("picture"), { name: "fox.png", description: "a fox" })],
      });
    });

    const interaction = discord.inject.slash({ name: "imagine", options: { prompt: "a red fox" } });
    const { message, history } = await discord.waitForMessage((one) => one.message.attachments.length > 0);

    expect((await interaction.waitForCallback()).type).toBe(5);
    expect(history).toHaveLength(1);
    expect(message.flags).toBe(MessageFlags.IsComponentsV2);
    expect(message.attachments[0]).toMatchObject({ filename: "fox.png", description: "a fox", size: 7 });
    const picture = await fetch(message.attachments[0]!.url);
    expect(await picture.text()).toBe("picture");
    expect(discord.violations).toEqual([]);
    expect(discord.requests.flatMap((request) => openApi.checkResponse(request))).toEqual([]);
  });
});
