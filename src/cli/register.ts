import { join, resolve } from "node:path";
import { Command } from "commander";
import { loadProcessSettings } from "../config/load.ts";
import { UserError } from "../core/errors.ts";
import { createLogger } from "../log/create-logger.ts";
import { createModelLibrary } from "../models/model-library.ts";
import { modelFolders } from "../paths.ts";
import { registerCommands } from "../platforms/discord/registration.ts";
import { faultOf } from "../platforms/discord/rest-faults.ts";
import { openDatabase } from "../storage/database.ts";
import { openKeyValueStore } from "../storage/key-value.ts";
import { systemClock } from "../system-clock.ts";
import { discordCommandJson, discordRest } from "./discord-deps.ts";

/** `easel register`: tells Discord the commands, when they have changed since the last time. */
export function registerCommand(): Command {
  return new Command("register")
    .description("Register the commands with Discord, when they have changed")
    .option("--guild <id>", "only in this server, where changes show at once")
    .option("--force", "also when nothing has changed")
    .action(async ({ guild, force }: { guild?: string; force?: boolean }) => {
      const settings = loadProcessSettings();
      const log = createLogger({ level: settings.LOG_LEVEL, prompts: settings.LOG_PROMPTS });
      const rest = discordRest(settings, log);
      const models = createModelLibrary({ folders: modelFolders(settings), defaultId: settings.DEFAULT_MODEL, log });
      const json = await discordCommandJson(models);
      const database = openDatabase({ path: join(resolve(settings.DATA_DIR), "easel.db"), log });
      try {
        const store = openKeyValueStore({ database, clock: systemClock });
        const scope = guild === undefined ? {} : { guild };
        const changed = await registerCommands({ rest, store }, json, scope, force === undefined ? {} : { force });
        const where = guild === undefined ? "everywhere" : `in the server ${guild}`;
        process.stdout.write(
          changed ? `${json.length} commands are registered ${where}.\n` : `Nothing has changed; nothing was sent.\n`,
        );
      } catch (error) {
        throw explain(error);
      } finally {
        database.close();
      }
    });
}

/** Discord's refusal as a sentence for the operator. */
export function explain(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const reason = faultOf(error).kind === "unauthorized" ? "it does not accept the token" : error.message;
  return new UserError("discord-refused", { reason }, { cause: error });
}
