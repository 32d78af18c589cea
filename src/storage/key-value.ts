import { Keyv } from "keyv";
import type { KeyValueStore } from "../core/stores.ts";
import { createSqliteKeyv, type SqliteKeyvOptions } from "./keyv-drivers/sqlite.ts";

export const NAMESPACE = "easel";

/** The core's KeyValueStore on any Keyv. A failing store rejects, whatever the Keyv was told. */
export function createKeyValueStore(keyv: Keyv): KeyValueStore {
  keyv.throwOnErrors = true;
  return {
    get: (key) => keyv.get(key),
    async set(key, value, ttlMs) {
      await keyv.set(key, value, ttlMs);
    },
    delete: (key) => keyv.delete(key),
  };
}

/** Settings, preferences and caches in the database, under one namespace. */
export function openKeyValueStore(options: SqliteKeyvOptions & { readonly namespace?: string }): KeyValueStore {
  return createKeyValueStore(
    new Keyv({ store: createSqliteKeyv(options), namespace: options.namespace ?? NAMESPACE, emitErrors: false }),
  );
}
