import type { Clock } from "../core/clock.ts";
import type { PartHealth } from "../core/health.ts";
import type { Logger } from "../core/logger.ts";
import { SETTINGS_PREFIX } from "../core/person-settings.ts";
import { PLACE_SETTINGS_PREFIX } from "../core/place-settings.ts";
import type { KeyValueStore } from "../core/stores.ts";
import type { Database } from "./database.ts";
import { NAMESPACE, openKeyValueStore } from "./key-value.ts";
import { loadDriver } from "./keyv-drivers/index.ts";
import { createSharedStore } from "./shared-store.ts";
import { behindGate, type WriteGate } from "./write-gate.ts";

/**
 * What several programs of one owner share: what people and moderators set. All else belongs to this program's jobs, files and law, and stays in
 * its database: what was posted where, favourites, taught pictures, installations, bans, the kill switch.
 */
const SHARED_PREFIXES: readonly string[] = [SETTINGS_PREFIX, PLACE_SETTINGS_PREFIX];

export interface OpenSettings {
  readonly store: KeyValueStore;
  /** Of the shared store; absent where there is none. */
  readonly health?: () => PartHealth;
  close(): Promise<void>;
}

/** A store by its address, without what is secret in that. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Everything that is kept by key: in the database, and settings in the shared store where KEYV_URL names one. */
export async function openSettings({
  url,
  ...deps
}: {
  readonly url: string;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly gate?: WriteGate;
}): Promise<OpenSettings> {
  const { database, gate } = deps;
  const open = openKeyValueStore(deps);
  const local = gate === undefined ? open : behindGate(open, gate);
  if (url === "") return { store: local, async close() {} };
  const driver = await loadDriver(url);
  const listed = database.prepare<{ key: string }>(
    "SELECT key FROM key_values WHERE key >= ? AND key < ? ORDER BY key",
  );
  const shared = createSharedStore({
    ...deps,
    name: nameOf(url),
    open: () => driver.open({ ...deps, url }),
    // Who notes does not wait: nobody is to be kept from an answer.
    known: open,
    earlier: () =>
      SHARED_PREFIXES.map((prefix) => `${NAMESPACE}:${prefix}`).flatMap((from) =>
        listed.all(from, `${from}\u{10FFFF}`).map(({ key }) => key.slice(NAMESPACE.length + 1)),
      ),
  });
  const of = (key: string): KeyValueStore =>
    SHARED_PREFIXES.some((prefix) => key.startsWith(prefix)) ? shared : local;
  return {
    store: {
      get: (key) => of(key).get(key),
      set: (key, value, ttlMs) => of(key).set(key, value, ttlMs),
      delete: (key) => of(key).delete(key),
    },
    health: () => shared.health(),
    close: () => shared.close(),
  };
}
