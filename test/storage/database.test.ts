import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { checkDatabase, type Database, openDatabase } from "../../src/storage/database.ts";
import { MIGRATIONS, migrate } from "../../src/storage/migrations.ts";
import { createRecordingLog } from "../support/recording-log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { canMount, tinyDisk } from "../support/tiny-disk.ts";

const open = (path: string) => openDatabase({ path, log: silentLogger });
const memory = () => open(":memory:");
const setValue = (database: Database, key: string, value = "1") =>
  database.prepare("INSERT INTO key_values (key, value) VALUES (?, ?)").run(key, value);
const version = (database: Database) => database.prepare("PRAGMA user_version").get();
const keys = (database: Database) =>
  database
    .prepare<{ key: string }>("SELECT key FROM key_values ORDER BY key")
    .all()
    .map((row) => row.key);

describe("the database", () => {
  it("makes its folder, keeps what was written and checks as sound", () => {
    const path = join(temporaryFolder(), "data", "easel.db");
    const first = open(path);
    setValue(first, "a");
    first.close();

    const second = open(path);

    expect(keys(second)).toEqual(["a"]);
    expect(checkDatabase(second)).toEqual([]);
  });

  it.each([
    ["normal", 1],
    ["full", 2],
  ] as const)("sync %s writes ahead with synchronous = %i", (sync, synchronous) => {
    const database = openDatabase({ path: join(temporaryFolder(), "easel.db"), log: silentLogger, sync });

    expect(database.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
    expect(database.prepare("PRAGMA synchronous").get()).toMatchObject({ synchronous });
    expect(database.prepare("PRAGMA foreign_keys").get()).toMatchObject({ foreign_keys: 1 });
  });

  it("has only STRICT tables, so that numbers stay whole", () => {
    const tables = memory()
      .prepare<{ name: string; strict: number }>(
        "SELECT name, strict FROM pragma_table_list WHERE name NOT LIKE 'sqlite%'",
      )
      .all();

    expect(tables.length).toBeGreaterThan(5);
    expect(tables.filter((table) => table.strict === 0)).toEqual([]);
  });

  it("does all of a transaction or nothing of it", () => {
    const database = memory();

    expect(() =>
      database.transaction(() => {
        setValue(database, "a");
        throw new Error("after the first");
      }),
    ).toThrow("after the first");

    expect(keys(database)).toEqual([]);
  });

  it("lets a transaction inside another fail both", () => {
    const database = memory();

    expect(() =>
      database.transaction(() => {
        setValue(database, "outer");
        database.transaction(() => setValue(database, "inner"));
        throw new Error("at the end");
      }),
    ).toThrow("at the end");

    expect(keys(database)).toEqual([]);
  });

  it("can be read and written by two processes at once", () => {
    const path = join(temporaryFolder(), "easel.db");
    const database = open(path);
    const libsql = fileURLToPath(new URL("../../node_modules/libsql/index.js", import.meta.url));
    const script = `
      const Database = require(${JSON.stringify(libsql)});
      const database = new Database(process.argv[1], { timeout: 5000 });
      for (let i = 0; i < 200; i++) database.prepare("INSERT INTO key_values (key, value) VALUES (?, 'x')").run(["other " + i]);
      console.log(database.prepare("SELECT count(*) AS n FROM key_values WHERE key = 'mine'").get([]).n);`;
    setValue(database, "mine");

    const other = spawnSync(process.execPath, ["-e", script, path], { encoding: "utf8" });

    expect(other.stdout.trim()).toBe("1");
    expect(keys(database)).toHaveLength(201);
  });

  it("waits no longer than told for another that writes, and says that it is busy", () => {
    const path = join(temporaryFolder(), "easel.db");
    const one = open(path);
    const two = openDatabase({ path, log: silentLogger, busyTimeoutMs: 20 });

    one.transaction(() => {
      expect(() => two.transaction(() => setValue(two, "b"))).toThrow("Another program holds my database");
      expect(two.isFree()).toBe(false);
    });
    expect(two.isFree()).toBe(true);
    two.transaction(() => setValue(two, "b"));

    expect(keys(one)).toEqual(["b"]);
  });

  it.each([
    "INSERT INTO key_values (key, value) VALUES ('b', '1')",
    "INSERT INTO key_values (key, value) VALUES ('b', '1') RETURNING key",
    "DELETE FROM key_values WHERE key = 'a'",
  ])("goes on writing after another program was in the way of %s", (sql) => {
    const path = join(temporaryFolder(), "easel.db");
    const [database, other] = [open(path), open(path)];
    database.waitAtMost(0, () => {});
    const write = database.prepare(sql);
    other.exec("BEGIN IMMEDIATE");
    expect(() => write.get()).toThrow("Another program holds my database");
    expect(() => database.transaction(() => setValue(database, "c"))).toThrow("Another program holds my database");
    other.exec("ROLLBACK");

    database.transaction(() => setValue(database, "c"));

    expect(keys(other)).toEqual(["c"]);
  });

  it("copies itself while it is open", () => {
    const folder = temporaryFolder();
    const database = open(join(folder, "easel.db"));
    setValue(database, "a");

    database.backup(join(folder, "copy.db"));

    const copy = open(join(folder, "copy.db"));
    expect(keys(copy)).toEqual(["a"]);
    expect(checkDatabase(copy)).toEqual([]);
  });
});

describe("migrations", () => {
  const later = [...MIGRATIONS, { name: "stars", sql: "CREATE TABLE stars (job TEXT PRIMARY KEY) STRICT;" }];

  it("adds only the steps that are missing and keeps the rows", () => {
    const log = createRecordingLog();
    const database = memory();
    setValue(database, "a");

    migrate(database, log, later);

    expect(keys(database)).toEqual(["a"]);
    expect(version(database)).toMatchObject({ user_version: later.length });
    expect(log.lines).toMatchObject([{ message: "database migrated", from: MIGRATIONS.length, to: later.length }]);
  });

  it("changes nothing when a step fails", () => {
    const database = memory();
    const broken = [...later, { name: "broken", sql: "CREATE TABLE half (a TEXT) STRICT; CREATE NONSENSE;" }];

    expect(() => migrate(database, silentLogger, broken)).toThrow("syntax error");

    expect(version(database)).toMatchObject({ user_version: MIGRATIONS.length });
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name IN ('stars', 'half')").all()).toEqual([]);
  });

  it("refuses a database of a newer version with a sentence", () => {
    const path = join(temporaryFolder(), "easel.db");
    const database = open(path);
    database.exec("PRAGMA user_version = 99");
    database.close();

    expect(() => open(path)).toThrow(
      `The database ${path} was written by a newer version of this program (schema 99; this one knows ${MIGRATIONS.length}).`,
    );
  });
});

describe("a bad disk", () => {
  it("names a file that is not a database", () => {
    const path = join(temporaryFolder(), "easel.db");
    writeFileSync(path, "this is a shopping list\n".repeat(500));

    expect(() => open(path)).toThrow(
      expect.objectContaining({ code: "storage-broken", params: expect.objectContaining({ path }) }),
    );
    expect(() => open(path)).toThrow(`The database ${path} cannot be read: it is not a database`);
  });

  it("names a path that cannot be opened", () => {
    const folder = temporaryFolder();

    expect(() => open(folder)).toThrow(`The database ${folder} cannot be read: it cannot be opened`);
  });

  it("names a folder that cannot be made", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");

    expect(() => open(join(file, "data", "easel.db"))).toThrow(expect.objectContaining({ code: "storage-broken" }));
  });

  it("finds damage in the middle of the file", () => {
    const path = join(temporaryFolder(), "easel.db");
    const database = open(path);
    database.transaction(() => {
      for (let i = 0; i < 500; i++) setValue(database, `key ${i}`, "v".repeat(500));
    });
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, bytes.length - 150_000, bytes.length - 5000);
    writeFileSync(path, bytes);

    const damaged = open(path);

    expect(checkDatabase(damaged).join("\n")).toContain("btreeInitPage");
    expect(() => keys(damaged)).toThrow(expect.objectContaining({ code: "storage-broken" }));
  });

  it("says that the disk is full, keeps what it has and goes on when there is space", () => {
    const database = memory();
    setValue(database, "a");
    database.exec("PRAGMA max_page_count = 1");

    expect(() =>
      database.transaction(() => {
        setValue(database, "b");
        setValue(database, "c", "x".repeat(1_000_000));
      }),
    ).toThrow(expect.objectContaining({ code: "storage-full" }));
    expect(keys(database)).toEqual(["a"]);
    database.exec("PRAGMA max_page_count = 100000");
    setValue(database, "d");

    expect(keys(database)).toEqual(["a", "d"]);
  });

  it.skipIf(!canMount())("survives a disk that is really full", () => {
    const database = open(join(tinyDisk("2m"), "easel.db"));
    setValue(database, "a");

    const fill = () => {
      for (let i = 0; i < 100; i++) setValue(database, `filler ${i}`, "x".repeat(50_000));
    };

    expect(fill).toThrow(expect.objectContaining({ code: "storage-full" }));
    expect(keys(database)).toContain("a");
    expect(checkDatabase(database)).toEqual([]);
    database.prepare("DELETE FROM key_values WHERE key LIKE 'filler%'").run();
    setValue(database, "b");
    expect(keys(database)).toEqual(["a", "b"]);
  });
});
