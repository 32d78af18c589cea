import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Settings } from "../config/variables.ts";
import { silentLogger } from "../core/logger.ts";
import type { BlobStore, KeyValueStore } from "../core/stores.ts";
import type { TaughtRef } from "../core/taught.ts";
import { TERMINAL_PLACE } from "../platforms/terminal/terminal-place.ts";
import { openBlobStore } from "../storage/blob-store.ts";
import { openDatabase } from "../storage/database.ts";
import { openKeyValueStore } from "../storage/key-value.ts";
import { systemClock } from "../system-clock.ts";
import { taughtKey } from "../taught-concepts.ts";

/** Where a program keeps things. */
export interface Stores {
  readonly blobs: BlobStore;
  readonly settings: KeyValueStore;
}

/** Uses the stores of the data folder, beside a running bot. Without `create`, nothing happens where there is no data yet. */
export async function withStores(
  settings: Settings,
  use: (stores: Stores) => Promise<void>,
  { create = false } = {},
): Promise<void> {
  const dataDir = resolve(settings.DATA_DIR);
  const path = join(dataDir, "easel.db");
  if (create) mkdirSync(dataDir, { recursive: true });
  else if (!existsSync(path)) return;
  const database = openDatabase({ path, log: silentLogger, sync: settings.DATABASE_SYNC });
  try {
    const blobs = await openBlobStore({ folder: join(dataDir, "blobs"), clock: systemClock });
    await use({ blobs, settings: openKeyValueStore({ database, clock: systemClock }) });
  } finally {
    database.close();
  }
}

/** Copies what was taught in the terminal from one program's stores to another's, in place of what that one had. */
export async function copyTaught(from: Stores, to: Stores): Promise<void> {
  const key = taughtKey(TERMINAL_PLACE);
  const stored = await from.settings.get<{ concepts: readonly TaughtRef[] }>(key);
  if (!stored) return;
  for (const { picture } of stored.concepts) await to.blobs.put(await from.blobs.get(picture), picture.mimeType);
  await to.settings.set(key, stored);
}
