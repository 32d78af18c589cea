import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { OptionValue, StoredMessage } from "../../src/simulator/discord/discord-simulator.ts";
import { answerTo, draw, endingOf, PATIENCE_MS, useStage } from "./run-discord.ts";

const LIMIT_MS = 4 * PATIENCE_MS;

/** A picture as somebody attaches it: a red disc on blue. */
const disc: OptionValue = {
  attachment: {
    filename: "disc.png",
    contentType: "image/png",
    bytes: await sharp(
      Buffer.from(
        '<svg width="200" height="200"><rect width="200" height="200" fill="#4a90d9"/><circle cx="100" cy="100" r="60" fill="#d0342c"/></svg>',
      ),
    )
      .png()
      .toBuffer(),
  },
};

const labelsOf = ({ message }: StoredMessage): string => JSON.stringify(message.components);

/** The id of the button that does this. */
function buttonOf(answer: StoredMessage, action: string): string {
  const id = new RegExp(`v1:${action}:[a-z0-9]+(?::\\d+)?`).exec(labelsOf(answer))?.[0];
  if (id === undefined) throw new Error(`there is no button ${action} in ${labelsOf(answer)}`);
  return id;
}

describe("pictures as a start, in Discord", { timeout: LIMIT_MS }, () => {
  const stage = useStage({ LOG_LEVEL: "warn", REQUESTS_PER_MINUTE: "1000" });

  it("edits what somebody attaches, and goes on from its buttons", async () => {
    const { discord } = stage;

    const edited = await answerTo(
      discord,
      discord.inject.slash({ name: "edit", options: { prompt: "a balloon", image: disc, steps: 4 } }),
    );
    const zoomed = await answerTo(
      discord,
      discord.inject.button({ messageId: edited.message.id, customId: buttonOf(edited, "zoom-out") }),
    );

    expect(labelsOf(edited)).toContain("**a balloon**");
    expect(edited.message.attachments[0]!.description).toContain("AI-generated image");
    expect(labelsOf(zoomed)).toContain("Pan left");
    expect(zoomed.message.attachments).toHaveLength(1);
  });

  it("says alone to whom, and in their language, why a file cannot be used", async () => {
    const { discord } = stage;
    const text: OptionValue = {
      attachment: { filename: "notes.png", contentType: "image/png", bytes: Buffer.from("no picture") },
    };

    const asked = discord.inject.slash({ name: "upscale", options: { image: text }, locale: "de" });
    const { message } = await endingOf(discord, asked);

    expect(JSON.stringify(message.components)).toContain("ist kein Bild, das ich lesen kann");
    expect(message.attachments).toEqual([]);
  });

  it("asks for a region in a form and repaints it", async () => {
    const { discord } = stage;
    const drawn = await answerTo(discord, draw(discord));

    const opened = discord.inject.button({ messageId: drawn.message.id, customId: buttonOf(drawn, "vary-region") });
    await expect.poll(() => opened.modal()?.title, { timeout: PATIENCE_MS }).toBe("Vary a region");
    const filled = discord.inject.modal(opened, { values: { region: "top", prompt: "a balloon" } });

    expect(labelsOf(await answerTo(discord, filled))).toContain("**a balloon**");
  });

  it("asks once more before it erases, and then the message is gone", async () => {
    const { discord } = stage;
    const drawn = await answerTo(discord, draw(discord));
    const press = (on: StoredMessage, action: string, userId = discord.world.alice.id) =>
      discord.inject.button({ messageId: on.message.id, customId: buttonOf(on, action), userId });

    const told = await endingOf(discord, press(drawn, "info"));
    const question = await endingOf(discord, press(told, "delete"));
    const before = drawn.deleted;
    const forged = discord.inject.button({
      messageId: drawn.message.id,
      customId: buttonOf(question, "delete-forever"),
      forged: true,
      userId: discord.world.bob.id,
    });
    const refused = await endingOf(discord, forged);
    const erased = await endingOf(discord, press(question, "delete-forever"));

    expect(labelsOf(question)).toContain("**Delete for ever?** The pictures, and what was made from them, are erased.");
    expect(question.visibleTo).toBe(discord.world.alice.id);
    expect(before).toBe(false);
    expect(labelsOf(refused)).toContain("That job belongs to somebody else");
    expect(labelsOf(erased)).toContain("Erased: 1 request");
    expect(discord.messages.all().find(({ message }) => message.id === drawn.message.id)?.deleted ?? true).toBe(true);
  });

  it("speaks the server's language where everybody reads it", async () => {
    const { discord } = stage;

    const answer = await answerTo(discord, draw(discord, {}, { locale: "ja", guildLocale: "fr" }));

    expect(labelsOf(answer)).toContain("Généré par IA");
    expect(labelsOf(answer)).toContain("Dézoomer 2x");
    expect(answer.message.attachments[0]!.description).toMatch(/^Image générée par IA : a fox/);
  });
});
