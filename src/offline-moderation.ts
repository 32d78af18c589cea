import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Settings } from "./config/variables.ts";
import type { Clock } from "./core/clock.ts";
import { UserError } from "./core/errors.ts";
import type { Logger } from "./core/logger.ts";
import { createSqliteQueue } from "./jobs/sqlite-queue.ts";
import { createModeration, type ModerationRoom } from "./moderation/create-moderation.ts";
import { moderationSettings } from "./moderation-settings.ts";
import { openBlobStore } from "./storage/blob-store.ts";
import { openDatabase, type Database } from "./storage/database.ts";
import { openSettings } from "./storage/open-settings.ts";
import { createPictureRegistry } from "./storage/picture-registry.ts";
import { createQuotaLedger } from "./storage/quotas.ts";

/** The moderators' room for a sub-command: on the data of a bot that may be running, without platforms, so that no message can be taken back. */
export interface OfflineModeration {
  readonly room: ModerationRoom;
  readonly database: Database;
  close(): void;
}

const random = (below: number): number => randomInt(below);

/** Rejects with UserError file-unreadable when there is no data yet. */
export async function openOfflineModeration(deps: {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<OfflineModeration> {
  const { settings, clock, log } = deps;
  const dataDir = resolve(settings.DATA_DIR);
  const path = join(dataDir, "easel.db");
  if (!existsSync(path)) throw new UserError("file-unreadable", { file: path, reason: "it is not there yet" });
  const database = openDatabase({ path, log, sync: settings.DATABASE_SYNC });
  const kept = await openSettings({ url: settings.KEYV_URL, database, clock, log });
  const room = createModeration({
    ...moderationSettings(settings, dataDir),
    database,
    queue: createSqliteQueue({ database, quotas: createQuotaLedger({ database, clock }), clock, random, log }),
    blobs: await openBlobStore({ folder: join(dataDir, "blobs"), clock }),
    settings: kept.store,
    pictures: createPictureRegistry({ database }),
    platforms: new Map(),
    clock,
    log,
    random,
  });
  return { room, database, close: () => void kept.close().finally(() => database.close()) };
}
