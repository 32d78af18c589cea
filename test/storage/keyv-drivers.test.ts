import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import keyvTestSuite, { keyvIteratorTests } from "@keyv/test-suite";
import KeyvDefault from "keyv";
import * as vitest from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { KEYV_DRIVERS, loadDriver } from "../../src/storage/keyv-drivers/index.ts";
import { realClock } from "../support/real-clock.ts";
import { hasRedis, startRedis } from "../support/redis-server.ts";

const { afterAll, beforeAll, describe, expect, it } = vitest;

describe("the table of drivers", () => {
  it("has one file and one row for each", async () => {
    const folder = fileURLToPath(new URL("../../src/storage/keyv-drivers", import.meta.url));
    const files = readdirSync(folder).filter((file) => file !== "index.ts");

    const rows = Object.keys(KEYV_DRIVERS).map((name) => `${name}.ts`);

    expect(files.sort()).toEqual(rows.sort());
    for (const row of Object.values(KEYV_DRIVERS)) expect(await row.load()).toHaveProperty("open");
  });

  it("has none for other addresses", async () => {
    await expect(loadDriver("mysql://localhost")).rejects.toThrow("no driver for addresses that begin with mysql:");
  });
});

// keyv's own suite for whoever keeps keys for it; SQLite's run is in key-value.test.ts.
describe.skipIf(!hasRedis())("the Redis storage adapter of Keyv, as it is opened here, on a real server", () => {
  const servers: Awaited<ReturnType<typeof startRedis>>[] = [];
  const opened: { close(): void }[] = [];
  const database = openDatabase({ path: ":memory:", log: silentLogger });
  let driver: Awaited<ReturnType<typeof loadDriver>>;

  const folder = mkdtempSync(join(tmpdir(), "easel-redis-"));

  beforeAll(async () => {
    servers.push(await startRedis(folder));
    driver = await loadDriver(servers[0]!.url);
  });
  afterAll(async () => {
    for (const one of opened) one.close();
    await servers[0]!.close();
    database.close();
    rmSync(folder, { recursive: true });
  });

  const store = () => {
    const one = driver.open({ url: servers[0]!.url, database, clock: realClock });
    opened.push(one);
    return one.adapter;
  };
  keyvTestSuite(vitest, KeyvDefault, store);
  keyvIteratorTests(vitest, KeyvDefault, store);
});
