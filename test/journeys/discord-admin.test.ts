import { PermissionFlagsBits } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";
import type { DiscordSimulator, OptionValue, StoredMessage } from "../../src/simulator/discord/discord-simulator.ts";
import { installNanModel } from "../support/nan-model.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { answerTo, draw, endingOf, kill, PATIENCE_MS, ready, says, startBot, startDiscord } from "./run-discord.ts";

const LIMIT_MS = 3 * PATIENCE_MS;

/** What /admin answers a moderator. */
function admin(
  discord: DiscordSimulator,
  action: string,
  options: Readonly<Record<string, OptionValue>> = {},
): Promise<StoredMessage> {
  return endingOf(
    discord,
    discord.inject.slash({
      name: "admin",
      options: { action, ...options },
      userId: discord.world.owner.id,
      memberPermissions: PermissionFlagsBits.ManageMessages,
    }),
  );
}

/** Whether a member's picture that names no model says that this one drew it. */
async function isDrawnBy(discord: DiscordSimulator, model: string): Promise<boolean> {
  return says(`${model} ·`)(await answerTo(discord, draw(discord)));
}

describe("moderators of the whole program in Discord", { timeout: LIMIT_MS }, () => {
  it("choose the community's model after a trial, over a restart, and go back", async () => {
    const folder = temporaryFolder();
    await installNanModel(folder, "overflowing");
    const discord = await startDiscord();
    const first = startBot(discord, folder, { LOG_LEVEL: "silent" });
    await ready(discord);

    const refused = await admin(discord, "model-use", { model: "overflowing" });
    const before = await isDrawnBy(discord, "easel-v0");
    const used = await admin(discord, "model-use", { model: "easel-v1" });
    const after = await isDrawnBy(discord, "easel-v1");
    await kill(discord, first);
    startBot(discord, folder, { LOG_LEVEL: "silent" });
    await discord.waitForSession(PATIENCE_MS);
    const shown = await admin(discord, "model");
    const kept = await isDrawnBy(discord, "easel-v1");
    const returned = await admin(discord, "model-rollback");
    const back = await isDrawnBy(discord, "easel-v0");

    expect(says("overflowing was tried with one picture and is not in use: overflowing made no picture")(refused)).toBe(
      true,
    );
    expect(says("easel-v0 goes on drawing here")(refused)).toBe(true);
    expect(says("**easel-v1** draws here from now on")(used)).toBe(true);
    expect(says(`by discord:${discord.world.owner.id}`)(shown)).toBe(true);
    expect(says("**easel-v0** draws here again")(returned)).toBe(true);
    expect({ before, after, kept, back }).toEqual({ before: true, after: true, kept: true, back: true });
    for (const { visibleTo } of [refused, used, shown, returned]) expect(visibleTo).toBe(discord.world.owner.id);
  });

  it("set limits within the operator's, which hold for everybody there", async () => {
    const discord = await startDiscord();
    startBot(discord, temporaryFolder(), { LOG_LEVEL: "silent" });
    await ready(discord);

    const set = await admin(discord, "limits", { "max-count": 1, "max-waiting": 1 });
    const { message } = await answerTo(discord, draw(discord, { count: 3 }));
    const drawing = draw(discord, { steps: 50, count: 1 });
    await discord.waitForMessage((one) => one.interactionId === drawing.id && says("Drawing")(one), PATIENCE_MS);
    const waiting = draw(discord);
    await waiting.waitForCallback();
    const declined = await endingOf(discord, draw(discord));
    const member = await endingOf(
      discord,
      discord.inject.slash({ name: "admin", options: { action: "limits", "max-count": 8 } }),
    );

    expect(says("max-count: `1`")(set)).toBe(true);
    expect(message.attachments).toHaveLength(1);
    expect(says("At most 1 pictures at a time are drawn here")({ message } as StoredMessage)).toBe(true);
    expect(says("You already have 1 requests waiting; the limit is 1")(declined)).toBe(true);
    expect(says("Only moderators")(member)).toBe(true);
  });
});
