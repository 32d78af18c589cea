import { Command } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { createLogger } from "../log/create-logger.ts";
import { inviteUrl } from "../platforms/discord/invite-url.ts";
import { fetchApplication } from "../platforms/discord/registration.ts";
import { discordRest } from "./discord-deps.ts";
import { explain } from "./register.ts";

/** `easel invite-url`: the pages where the bot is added to a server, or to one's own account. */
export function inviteUrlCommand(): Command {
  return new Command("invite-url").description("Print the links that add the bot in Discord").action(async () => {
    const settings = loadProcessSettings();
    const rest = discordRest(settings, createLogger({ level: settings.LOG_LEVEL, prompts: settings.LOG_PROMPTS }));
    try {
      const { id } = await fetchApplication(rest);
      process.stdout.write(`To a server: ${inviteUrl(id)}\nTo your account: ${inviteUrl(id, { personal: true })}\n`);
    } catch (error) {
      throw explain(error);
    }
  });
}
