import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Settings } from "../config/variables.ts";
import { silentLogger } from "../core/logger.ts";
import { createModelLibrary } from "../models/model-library.ts";
import { modelFolders } from "../paths.ts";
import { isRegistered } from "../platforms/discord/registration.ts";
import { openDatabase } from "../storage/database.ts";
import { openKeyValueStore } from "../storage/key-value.ts";
import { systemClock } from "../system-clock.ts";
import { discordCommandJson } from "./discord-deps.ts";
import type { Finding } from "./doctor-checks.ts";

const CHECK = "discord commands";
const FIX = "Run: easel register";

/** Whether the commands that were last registered from this data folder are those of this version and its models; asks nobody. */
export async function discordCommands(settings: Settings): Promise<Finding[]> {
  const path = join(resolve(settings.DATA_DIR), "easel.db");
  if (settings.DISCORD_TOKEN === "" || !existsSync(path)) return [];
  const log = silentLogger;
  const models = createModelLibrary({ folders: modelFolders(settings), defaultId: settings.DEFAULT_MODEL, log });
  const json = await discordCommandJson(models);
  const database = openDatabase({ path, log });
  try {
    const state = await isRegistered(openKeyValueStore({ database, clock: systemClock }), json);
    if (state === "current") return [{ check: CHECK, state: "ok", detail: `${json.length} are registered` }];
    const detail = state === "never" ? "not registered from here yet" : "Discord knows older ones";
    return [{ check: CHECK, state: "warn", detail, fix: FIX }];
  } finally {
    database.close();
  }
}
