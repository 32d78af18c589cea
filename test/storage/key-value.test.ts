import { join } from "node:path";
import keyvTestSuite, { keyvIteratorTests } from "@keyv/test-suite";
import KeyvDefault, { Keyv } from "keyv";
import * as vitest from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { openKeyValueStore } from "../../src/storage/key-value.ts";
import { createSqliteKeyv } from "../../src/storage/keyv-drivers/sqlite.ts";
import { keyValueStoreContract } from "../contracts/key-value-store.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { describe, expect, it } = vitest;

const clock = createFakeClock();
const memory = () => openDatabase({ path: ":memory:", log: silentLogger });

describe("the SQLite storage adapter of Keyv", () => {
  const database = memory();
  const store = () => createSqliteKeyv({ database, clock });

  keyvTestSuite(vitest, KeyvDefault, store);
  keyvIteratorTests(vitest, KeyvDefault, store);
});

keyValueStoreContract("the database", (clock) => {
  const path = join(temporaryFolder(), "easel.db");
  const open = () => openKeyValueStore({ database: openDatabase({ path, log: silentLogger }), clock });
  return { store: open(), reopen: open };
});

keyValueStoreContract("another namespace of a database in memory", (clock) => {
  const database = memory();
  const open = () => openKeyValueStore({ database, clock, namespace: "x" });
  return { store: open(), reopen: open };
});

describe("key values", () => {
  it("keeps namespaces whose names begin alike apart when one is cleared", async () => {
    const database = memory();
    const short = new Keyv({ store: createSqliteKeyv({ database, clock }), namespace: "a" });
    const long = new Keyv({ store: createSqliteKeyv({ database, clock }), namespace: "ab" });
    await short.set("k", 1);
    await long.set("k", 2);

    await short.clear();

    expect(await short.get("k")).toBeUndefined();
    expect(await long.get("k")).toBe(2);
  });

  it("removes expired rows when others are set", async () => {
    const database = memory();
    const clock = createFakeClock();
    const store = openKeyValueStore({ database, clock });
    await store.set("old", 1, 1000);
    await clock.advance(1000);

    await store.set("new", 1, 1000);

    expect(database.prepare("SELECT key FROM key_values").all()).toEqual([{ key: "easel:new" }]);
  });

  it("rejects when the disk is full", async () => {
    const database = memory();
    const store = openKeyValueStore({ database, clock });
    database.exec("PRAGMA max_page_count = 1");

    const outcome = store.set("big", "x".repeat(1_000_000));

    await expect(outcome).rejects.toMatchObject({ code: "storage-full" });
  });
});
