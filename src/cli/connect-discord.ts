import type { Settings } from "../config/variables.ts";
import type { Logger } from "../core/logger.ts";
import type { Easel } from "../main.ts";
import { createDiscord } from "../platforms/discord/create-discord.ts";
import { isRegistered, registerCommands } from "../platforms/discord/registration.ts";
import { discordCommandJson, discordDeps, discordRest } from "./discord-deps.ts";

/**
 * Connects Discord to the running program; resolves with the first session, however long that takes. The very first time it registers the
 * commands, too: a bot without commands looks broken. Later changes are the operator's to send, with `easel register`.
 */
export async function connectDiscord(
  easel: Easel,
  settings: Settings,
  log: Logger,
  onFatal: (sentence: string) => void,
): Promise<void> {
  try {
    const platform = createDiscord(await discordDeps(easel, settings, log, onFatal));
    await Promise.all([easel.connect(platform), registerOnce(easel, settings, log)]);
  } catch (error) {
    log.error("Discord cannot be connected", { error });
    onFatal("Discord cannot be connected; the log says why.");
  }
}

async function registerOnce(easel: Easel, settings: Settings, log: Logger): Promise<void> {
  try {
    const json = await discordCommandJson(easel.models);
    const state = await isRegistered(easel.settings, json);
    if (state === "outdated") log.warn("Discord knows older commands than these; run: easel register");
    if (state !== "never") return;
    await registerCommands({ rest: discordRest(settings, log), store: easel.settings }, json);
    log.info("commands registered with Discord", { commands: json.length });
  } catch (error) {
    log.error("the commands could not be registered; run: easel register", { error });
  }
}
