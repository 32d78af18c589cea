import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { loadCommands } from "../bot/load-commands.ts";
import type { Settings } from "../config/variables.ts";
import { UserError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { ModelLibrary } from "../core/model.ts";
import { createChoiceLists } from "../core/option-docs.ts";
import { readSettings } from "../core/person-settings.ts";
import { encodeWith } from "../images/encode.ts";
import type { Easel } from "../main.ts";
import { commandJson, type RegistrationJson } from "../platforms/discord/command-json.ts";
import type { DiscordDeps } from "../platforms/discord/create-discord.ts";
import { menuJson } from "../platforms/discord/menus.ts";
import { createDiscordRest, type DiscordRest } from "../platforms/discord/discord-rest.ts";
import { systemClock } from "../system-clock.ts";

const PREVIEW_QUALITY = 70;

/** What the Discord platform of this process is made from. */
export async function discordDeps(
  easel: Easel,
  settings: Settings,
  log: Logger,
  onFatal: (sentence: string) => void,
): Promise<DiscordDeps> {
  const { commands, buttons } = await loadDiscordCommands();
  return {
    token: settings.DISCORD_TOKEN,
    apiUrl: settings.DISCORD_API_URL,
    clock: systemClock,
    log,
    store: easel.settings,
    unanswered: easel.unanswered,
    settingsOf: (person) => readSettings(easel.settings, easel.recognise(person)),
    readBlob: (ref) => easel.blobs.get(ref),
    fit: (bytes, limits) => easel.provenance.fit(bytes, limits),
    encodePreview: (preview) => encodeWith(preview, { type: "image/webp", quality: PREVIEW_QUALITY }),
    random: (below) => randomInt(below),
    commands,
    buttons,
    lists: createChoiceLists(easel.models),
    onFatal,
    ...(settings.DISCORD_PUBLIC_KEY === ""
      ? {}
      : {
          endpoint: {
            publicKey: settings.DISCORD_PUBLIC_KEY,
            host: settings.DISCORD_INTERACTIONS_HOST,
            port: settings.DISCORD_INTERACTIONS_PORT,
          },
        }),
  };
}

/** The commands and menus as they are registered with Discord. */
export async function discordCommandJson(models: ModelLibrary): Promise<RegistrationJson> {
  return [...commandJson((await loadDiscordCommands()).commands, createChoiceLists(models)), ...menuJson()];
}

/** Discord's REST API for a sub-command. Throws UserError discord-token-missing; a token that Discord refuses ends in a sentence, too. */
export function discordRest(settings: Settings, log: Logger): DiscordRest {
  if (settings.DISCORD_TOKEN === "") throw new UserError("discord-token-missing");
  return createDiscordRest({
    token: settings.DISCORD_TOKEN,
    apiUrl: settings.DISCORD_API_URL,
    clock: systemClock,
    log,
    random: (below) => randomInt(below),
    onUnauthorized: () => log.error("Discord does not accept the token"),
  });
}

function loadDiscordCommands() {
  return loadCommands(fileURLToPath(new URL("../../commands", import.meta.url)));
}
