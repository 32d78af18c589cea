import { join } from "node:path";
import type { JobQueue } from "../../src/core/job-queue.ts";
import { silentLogger } from "../../src/core/logger.ts";
import type { Asker } from "../../src/core/moderation.ts";
import type { Platform } from "../../src/core/platform.ts";
import type { BlobStore, KeyValueStore } from "../../src/core/stores.ts";
import { createModeration, type ModerationDeps } from "../../src/moderation/create-moderation.ts";
import type { ModelTrials } from "../../src/moderation/community-models.ts";
import { createSqliteQueue } from "../../src/jobs/sqlite-queue.ts";
import { openBlobStore } from "../../src/storage/blob-store.ts";
import { openDatabase, type Database } from "../../src/storage/database.ts";
import { openKeyValueStore } from "../../src/storage/key-value.ts";
import { createPictureRegistry } from "../../src/storage/picture-registry.ts";
import { createQuotaLedger } from "../../src/storage/quotas.ts";
import { createSampleLibrary } from "../core/sample-models.ts";
import { createFakeClock } from "./fake-clock.ts";
import { createFakePlatform } from "./fake-platform.ts";
import { seededRandom } from "./seeded-random.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const DAY_MS = 24 * 3_600_000;

/** Three refusals in a week are an hour without drawing, five are a day. */
export const TEST_SETTINGS = {
  pauseFile: "/nowhere/PAUSE",
  auditPrompts: "hash",
  strikes: {
    free: ["self-harm"],
    severe: ["sexual-minors"],
    steps: [
      { strikes: 3, hours: 1 },
      { strikes: 5, hours: 24 },
    ],
    windowMs: 7 * DAY_MS,
  },
  absolute: ["sexual-minors"],
  keep: { jobDays: 30, auditDays: 90 },
  limits: ["one limit"],
  /** Every model there is draws well. */
  trials: { models: createSampleLibrary(), tryModel: async () => {} },
} as const satisfies Partial<ModerationDeps>;

/** Keeps nothing: for tests that store no pictures. */
export const noBlobs: BlobStore = {
  put: async () => ({ sha256: "0".repeat(64), mimeType: "image/png" }),
  get: async () => new Uint8Array(),
  delete: async () => {},
  list: async () => [],
};

/** The moderators' room on a database in memory, beside a given queue and store. */
export function openSmallModeration(parts: {
  queue: JobQueue;
  settings: KeyValueStore;
  platforms?: ReadonlyMap<string, Platform>;
  trials?: ModelTrials;
}) {
  const database = openDatabase({ path: ":memory:", log: silentLogger });
  return createModeration({
    ...TEST_SETTINGS,
    platforms: new Map(),
    ...parts,
    database,
    pictures: createPictureRegistry({ database }),
    blobs: noBlobs,
    clock: createFakeClock(),
    log: silentLogger,
    random: seededRandom(3),
  });
}

/** The whole of it on disk: queue, files, settings and one platform, `fake`. */
export async function openModeration(change: Partial<ModerationDeps> = {}) {
  const folder = temporaryFolder();
  const clock = createFakeClock();
  const platform = createFakePlatform();
  const platforms = new Map<string, Platform>([[platform.name, platform]]);
  const database: Database = openDatabase({ path: join(folder, "easel.db"), log: silentLogger });
  const blobs = await openBlobStore({ folder: join(folder, "blobs"), clock });
  const settings = openKeyValueStore({ database, clock });
  const quotas = createQuotaLedger({ database, clock });
  const queue = createSqliteQueue({ database, quotas, clock, random: seededRandom(1), log: silentLogger });
  const deps: ModerationDeps = {
    ...TEST_SETTINGS,
    database,
    blobs,
    settings,
    queue,
    platforms,
    clock,
    pictures: createPictureRegistry({ database }),
    log: silentLogger,
    random: seededRandom(3),
    pauseFile: join(folder, "PAUSE"),
    ...change,
  };
  return { ...deps, queue, folder, platform, platforms, clock, room: createModeration(deps) };
}

/** Somebody in a community of the platform `fake`. */
export function asker(id: string, fields: { moderator?: boolean; community?: string } = {}): Asker {
  const { moderator = false, community = "club" } = fields;
  return {
    person: { platform: "fake", id, name: id, moderator, roles: [] },
    place: { platform: "fake", community, channel: "art", ageRestricted: false },
  };
}
