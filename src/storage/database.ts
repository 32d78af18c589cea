import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Libsql from "libsql";
import { UserError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { migrate } from "./migrations.ts";
import { isBusy, toStorageError } from "./storage-error.ts";

/** What may be bound. Never a boolean or an object: libsql aborts the whole process on them. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** A prepared statement; `Row` is what its SELECT or RETURNING gives. */
export interface Statement<Row> {
  /** Returns how many rows changed. */
  run(...values: SqlValue[]): number;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

/** One connection to the database file. Everything is synchronous; a full disk throws UserError storage-full, damage storage-broken, another program that writes for too long storage-busy. */
export interface Database {
  readonly path: string;
  /** Prepares once per text and connection. */
  prepare<Row = unknown>(sql: string): Statement<Row>;
  exec(sql: string): void;
  /** All of `body` or nothing of it; holds the write lock from the start, so that what it reads stays true. Inside another transaction it joins that one. */
  transaction<T>(body: () => T): T;
  /** Whether no other program holds it; does not wait. True also where something else keeps one from writing: the writer says what. */
  isFree(): boolean;
  /** From now on waits at most so long for another program, and calls `onBusy` when that was not enough. */
  waitAtMost(ms: number, onBusy: () => void): void;
  /** Writes a consistent copy to a new file while others read and write. */
  backup(path: string): void;
  close(): void;
}

export interface DatabaseOptions {
  /** The file, created with its folder when missing, or `:memory:`. */
  readonly path: string;
  readonly log: Logger;
  /** `full` waits for the disk on every commit: nothing is lost in a power cut. `normal` survives kill -9 and stays consistent in a power cut. */
  readonly sync?: "normal" | "full";
  /** How long to wait for another process that writes. */
  readonly busyTimeoutMs?: number;
}

const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i;

/** Opens the database and brings its tables up to date. Throws UserError storage-broken, storage-newer, storage-full. */
export function openDatabase({ path, log, sync = "normal", busyTimeoutMs = 5000 }: DatabaseOptions): Database {
  const database = connect(path, busyTimeoutMs, log);
  try {
    // A database in memory has no log file and answers "memory".
    const journal = database.prepare<{ journal_mode: string }>("PRAGMA journal_mode = WAL").get()?.journal_mode;
    if (journal !== "wal" && path !== ":memory:") log.warn("database has no write-ahead log", { path, journal });
    database.exec(`PRAGMA synchronous = ${sync === "full" ? "FULL" : "NORMAL"}`);
    database.exec("PRAGMA foreign_keys = ON");
    // 32 MB: the indexes of 100,000 waiting jobs stay in memory.
    database.exec("PRAGMA cache_size = -32768");
    migrate(database, log);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What is wrong with the file, in SQLite's words; empty when it is sound. Reads all of it. */
export function checkDatabase(database: Database): string[] {
  try {
    const faults = database.prepare<{ integrity_check: string }>("PRAGMA integrity_check(20)").all();
    const orphans = database.prepare<{ table: string; parent: string }>("PRAGMA foreign_key_check").all();
    return [
      ...faults.map((row) => row.integrity_check).filter((fault) => fault !== "ok"),
      ...orphans.map(({ table, parent }) => `a row of ${table} refers to a missing row of ${parent}`),
    ];
  } catch (error) {
    if (error instanceof UserError && error.code === "storage-broken") return [String(error.params["reason"])];
    throw error;
  }
}

function connect(path: string, busyTimeoutMs: number, log: Logger): Database {
  let tellBusy: (() => void) | undefined;
  let waitMs = busyTimeoutMs;

  /** Runs one call of the driver and gives its errors a code. */
  function guard<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      const known = toStorageError(error, path);
      if (isBusy(known)) tellBusy?.();
      throw known;
    }
  }

  const connection = guard(() => {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return new Libsql(path, { timeout: busyTimeoutMs });
  });
  const prepared = new Map<string, Statement<unknown>>();

  function prepare<Row>(sql: string): Statement<Row> {
    const known = prepared.get(sql);
    if (known) return known as Statement<Row>;
    const statement = guard(() => connection.prepare(sql));
    const call = WRITES.test(sql) ? <T>(write: () => T) => transaction(() => guard(write)) : guard;
    // The values go to libsql as one array: it takes a single argument apart by its type.
    const made: Statement<Row> = {
      run: (...values) => call(() => statement.run(values)).changes,
      get: (...values) => call(() => statement.get(values)) as Row | undefined,
      all: (...values) => call(() => statement.all(values)) as Row[],
    };
    prepared.set(sql, made);
    return made;
  }

  function exec(sql: string): void {
    guard(() => connection.exec(sql));
  }

  /**
   * A prepared statement that meets another program's lock stays in progress in libsql, and as long as it does no COMMIT succeeds. So the lock
   * is always taken by a BEGIN that is not prepared, also for a single statement that writes.
   */
  function transaction<T>(body: () => T): T {
    if (connection.inTransaction) return body();
    exec("BEGIN IMMEDIATE");
    try {
      const result = body();
      exec("COMMIT");
      return result;
    } catch (error) {
      // SQLite has already rolled back after some errors, a full disk for example.
      if (connection.inTransaction) exec("ROLLBACK");
      throw error;
    }
  }

  return {
    path,
    prepare,
    transaction,
    isFree() {
      if (!connection.open) return true;
      try {
        connection.exec("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK");
        return true;
      } catch (error) {
        return !isBusy(toStorageError(error, path));
      } finally {
        connection.exec(`PRAGMA busy_timeout = ${waitMs}`);
      }
    },
    waitAtMost(ms, onBusy) {
      [waitMs, tellBusy] = [ms, onBusy];
      exec(`PRAGMA busy_timeout = ${waitMs}`);
    },
    exec,
    backup: (target) => void prepare("VACUUM INTO ?").run(target),
    close() {
      if (!connection.open) return;
      try {
        // libsql leaves everything in the log file; moved over, the database is one file that can be copied.
        prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
      } catch (error) {
        // Nothing is lost: the log file is read when the database is opened again.
        log.warn("database log not moved over", { path, error });
      }
      prepared.clear();
      connection.close();
    },
  };
}
