import { Keyv } from "keyv";
import type { KeyValueStore } from "../core/stores.ts";
import type { OpenedKeyv } from "./keyv-drivers/index.ts";
import { createSqliteKeyv, type SqliteKeyvOptions } from "./keyv-drivers/sqlite.ts";

export const NAMESPACE = "easel";

/** The core's KeyValueStore on what a driver opened. A failing store rejects. */
export function createKeyValueStore(
  { adapter, prefixes }: Pick<OpenedKeyv, "adapter" | "prefixes">,
  namespace = NAMESPACE,
): KeyValueStore {
  const keyv = new Keyv({
    store: adapter,
    namespace,
    useKeyPrefix: !prefixes,
    emitErrors: false,
    throwOnErrors: true,
  });
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
  return createKeyValueStore({ adapter: createSqliteKeyv(options), prefixes: false }, options.namespace);
}
