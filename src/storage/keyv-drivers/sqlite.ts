import type { KeyvStoreAdapter } from "keyv";
import type { Clock } from "../../core/clock.ts";
import type { Database } from "../database.ts";
import type { KeyvDriver } from "./index.ts";

export interface SqliteKeyvOptions {
  readonly database: Database;
  readonly clock: Clock;
}

/** A Keyv storage adapter on the database's own table; one adapter for each Keyv, since Keyv writes its namespace into it. */
export function createSqliteKeyv({ database, clock }: SqliteKeyvOptions): KeyvStoreAdapter {
  type Row = { key: string; value: string };
  const alive = "(expires_at IS NULL OR expires_at > ?)";
  const getRow = database.prepare<Row>(`SELECT key, value FROM key_values WHERE key = ? AND ${alive}`);
  const setRow = database.prepare("INSERT OR REPLACE INTO key_values (key, value, expires_at) VALUES (?, ?, ?)");
  const deleteRow = database.prepare(`DELETE FROM key_values WHERE key = ? AND ${alive}`);
  const deleteExpired = database.prepare("DELETE FROM key_values WHERE expires_at <= ?");
  const clearRange = database.prepare("DELETE FROM key_values WHERE key >= ? AND key < ?");
  const nextRow = database.prepare<Row>(
    `SELECT key, value FROM key_values WHERE key > ? AND key < ? AND ${alive} ORDER BY key LIMIT 1`,
  );

  const read = (key: string) => getRow.get(key, clock.now())?.value;
  const remove = (key: string) => deleteRow.run(key, clock.now()) > 0;

  const adapter = {
    /** Keyv looks here whether the adapter can iterate. */
    opts: { dialect: "sqlite" } as Record<string, unknown>,
    namespace: undefined as string | undefined,
    get: async (key: string) => read(key),
    getMany: async (keys: string[]) => keys.map(read),
    has: async (key: string) => read(key) !== undefined,
    async set(key: string, value: string, ttlMs?: number) {
      // The rows that expired pay for the ones that will.
      if (ttlMs !== undefined) deleteExpired.run(clock.now());
      setRow.run(key, value, ttlMs === undefined ? null : Math.ceil(clock.now() + ttlMs));
      return true;
    },
    delete: async (key: string) => remove(key),
    deleteMany: async (keys: string[]) => database.transaction(() => keys.filter(remove).length > 0),
    async clear() {
      clearRange.run(...rangeOf(adapter.namespace));
    },
    async *iterator(namespace?: string): AsyncGenerator<string[], void> {
      const [from, to] = rangeOf(namespace);
      for (let row = nextRow.get(from, to, clock.now()); row; row = nextRow.get(row.key, to, clock.now())) {
        yield [row.key, row.value];
      }
    },
    /** The adapter has no events: its errors are rejections. */
    on: () => adapter,
  };
  return adapter as unknown as KeyvStoreAdapter;
}

/** Keyv's keys are `<namespace>:<key>`; the character after the colon ends the range. */
function rangeOf(namespace: string | undefined): [from: string, to: string] {
  return namespace === undefined ? ["", "\u{10FFFF}"] : [`${namespace}:`, `${namespace};`];
}

/** The database of DATA_DIR, where nothing else is set. */
export const sqlite: KeyvDriver = {
  open: (options) => ({
    adapter: createSqliteKeyv(options),
    prefixes: false,
    refuses: () => false,
    cause: (error) => error,
    close() {},
  }),
};
