import { UserError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { Database } from "./database.ts";

/**
 * The tables, as a list of steps: a database at version n has had the first n. Steps that were released are never changed, only followed.
 * Times are milliseconds since the epoch. All tables are STRICT: libsql binds numbers as REAL, and only a typed column keeps them whole.
 */
export const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: "jobs, their fair shares and their answers",
    sql: `
      CREATE TABLE jobs (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL
          CHECK (state IN ('queued', 'running', 'rendered', 'delivered', 'failed', 'cancelled', 'refused')),
        tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 2),
        platform TEXT NOT NULL,
        person TEXT NOT NULL,
        channel TEXT NOT NULL,
        model TEXT NOT NULL,
        cost REAL NOT NULL,
        predicted_ms INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        lease_token TEXT,
        lease_owner TEXT,
        lease_expires_at INTEGER,
        cancelled_by TEXT,
        body TEXT NOT NULL,
        result TEXT,
        failure TEXT
      ) STRICT;
      CREATE INDEX jobs_of_state ON jobs (state, sequence);
      CREATE INDEX jobs_of_person ON jobs (person, state, sequence);
      CREATE INDEX jobs_in_channel ON jobs (channel, state, sequence);
      CREATE INDEX jobs_of_share ON jobs (tier, platform, person, sequence) WHERE state = 'queued';
      CREATE INDEX jobs_running ON jobs (lease_expires_at) WHERE state = 'running';

      -- Start-time fair queueing: one row for everybody who has waiting or running jobs in a tier.
      CREATE TABLE shares (
        tier INTEGER NOT NULL,
        platform TEXT NOT NULL,
        person TEXT NOT NULL,
        weight REAL NOT NULL,
        start_tag REAL NOT NULL,
        since INTEGER NOT NULL,
        waiting INTEGER NOT NULL CHECK (waiting >= 0),
        PRIMARY KEY (tier, platform, person)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX shares_next ON shares (tier, start_tag, since) WHERE waiting > 0;
      CREATE TABLE virtual_times (tier INTEGER PRIMARY KEY, now REAL NOT NULL) STRICT;
      INSERT INTO virtual_times VALUES (0, 0), (1, 0), (2, 0);

      -- Milliseconds per unit of work, learned from what was measured.
      CREATE TABLE speeds (model TEXT PRIMARY KEY, ms_per_unit REAL NOT NULL, samples INTEGER NOT NULL) STRICT, WITHOUT ROWID;

      -- The outbox: the primary key is what makes it one terminal answer per job.
      CREATE TABLE deliveries (
        job INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
        due_at INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        lease_token TEXT,
        lease_owner TEXT,
        outcome TEXT CHECK (outcome IN ('delivered', 'undeliverable'))
      ) STRICT;
      CREATE INDEX deliveries_due ON deliveries (due_at) WHERE outcome IS NULL;

      -- Counted by triggers, so that no statement can forget it and nobody has to count rows.
      CREATE TABLE totals (name TEXT PRIMARY KEY, jobs INTEGER NOT NULL, ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO totals VALUES ('waiting 0', 0, 0), ('waiting 1', 0, 0), ('waiting 2', 0, 0), ('undelivered', 0, 0);
      CREATE TRIGGER jobs_inserted AFTER INSERT ON jobs WHEN NEW.state = 'queued' BEGIN
        UPDATE totals SET jobs = jobs + 1, ms = ms + NEW.predicted_ms WHERE name = 'waiting ' || NEW.tier;
      END;
      CREATE TRIGGER jobs_left AFTER UPDATE OF state, tier ON jobs WHEN OLD.state = 'queued' BEGIN
        UPDATE totals SET jobs = jobs - 1, ms = ms - OLD.predicted_ms WHERE name = 'waiting ' || OLD.tier;
      END;
      CREATE TRIGGER jobs_entered AFTER UPDATE OF state, tier ON jobs WHEN NEW.state = 'queued' BEGIN
        UPDATE totals SET jobs = jobs + 1, ms = ms + NEW.predicted_ms WHERE name = 'waiting ' || NEW.tier;
      END;
      CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs WHEN OLD.state = 'queued' BEGIN
        UPDATE totals SET jobs = jobs - 1, ms = ms - OLD.predicted_ms WHERE name = 'waiting ' || OLD.tier;
      END;
      CREATE TRIGGER deliveries_inserted AFTER INSERT ON deliveries WHEN NEW.outcome IS NULL BEGIN
        UPDATE totals SET jobs = jobs + 1 WHERE name = 'undelivered';
      END;
      CREATE TRIGGER deliveries_finished AFTER UPDATE OF outcome ON deliveries
        WHEN OLD.outcome IS NULL AND NEW.outcome IS NOT NULL BEGIN
        UPDATE totals SET jobs = jobs - 1 WHERE name = 'undelivered';
      END;
      CREATE TRIGGER deliveries_deleted AFTER DELETE ON deliveries WHEN OLD.outcome IS NULL BEGIN
        UPDATE totals SET jobs = jobs - 1 WHERE name = 'undelivered';
      END;
    `,
  },
  {
    name: "quotas",
    sql: `
      CREATE TABLE quota_uses (
        job TEXT PRIMARY KEY,
        platform TEXT NOT NULL,
        person TEXT NOT NULL,
        at INTEGER NOT NULL,
        device_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX quota_uses_of_person ON quota_uses (platform, person, at, device_ms);
    `,
  },
  {
    name: "keys and values",
    sql: `
      CREATE TABLE key_values (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER) STRICT, WITHOUT ROWID;
      CREATE INDEX key_values_expiry ON key_values (expires_at) WHERE expires_at IS NOT NULL;
    `,
  },
  {
    name: "moderation: audit log, cases, bans, strikes",
    sql: `
      -- The body holds the hash of the row before; the head shows when rows at the end are missing. Prompts may be erased, bodies never.
      CREATE TABLE audit (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL, prompt TEXT) STRICT;
      CREATE TABLE audit_head (
        one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL
      ) STRICT;

      CREATE TABLE cases (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('report', 'held-request', 'held-pictures', 'appeal')),
        -- The job it is about, or the key of the request.
        subject TEXT NOT NULL,
        platform TEXT NOT NULL,
        community TEXT NOT NULL,
        person TEXT NOT NULL,
        rule TEXT,
        opened_at INTEGER NOT NULL,
        decision TEXT CHECK (decision IN ('approve', 'deny', 'ban', 'withdrawn')),
        decided_by TEXT,
        decided_at INTEGER,
        body TEXT
      ) STRICT;
      CREATE UNIQUE INDEX cases_open ON cases (kind, subject) WHERE decision IS NULL;
      CREATE INDEX cases_of_community ON cases (platform, community, sequence) WHERE decision IS NULL;
      CREATE INDEX cases_of_person ON cases (platform, person, kind, opened_at);
      CREATE TABLE reports (
        case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
        platform TEXT NOT NULL,
        reporter TEXT NOT NULL,
        reason TEXT,
        at INTEGER NOT NULL,
        PRIMARY KEY (case_id, reporter)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX reports_of_person ON reports (platform, reporter, at);

      CREATE TABLE bans (
        platform TEXT NOT NULL,
        community TEXT NOT NULL,
        person TEXT NOT NULL,
        reason TEXT NOT NULL,
        banned_by TEXT NOT NULL,
        at INTEGER NOT NULL,
        expires_at INTEGER,
        PRIMARY KEY (platform, community, person)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE strikes (
        sequence INTEGER PRIMARY KEY,
        platform TEXT NOT NULL,
        community TEXT NOT NULL,
        person TEXT NOT NULL,
        rule TEXT NOT NULL,
        at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX strikes_of_person ON strikes (platform, community, person, at);
    `,
  },
  {
    name: "posted pictures",
    sql: `
      CREATE TABLE pictures (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        job TEXT NOT NULL,
        picture INTEGER,
        model TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        hash TEXT,
        thumbnail BLOB
      ) STRICT;
      CREATE INDEX pictures_of_job ON pictures (job);

      -- Each byte of a picture's perceptual hash: what resembles it shares at least one.
      CREATE TABLE picture_hash_bytes (
        place INTEGER NOT NULL,
        byte INTEGER NOT NULL,
        picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
        PRIMARY KEY (place, byte, picture)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX picture_hash_bytes_of_picture ON picture_hash_bytes (picture);

      -- Erasing a job's result erases what its pictures looked like, too.
      CREATE TRIGGER pictures_erased AFTER UPDATE OF result ON jobs
        WHEN OLD.result IS NOT NULL AND NEW.result IS NULL BEGIN
        DELETE FROM pictures WHERE job = OLD.id;
      END;
    `,
  },
  {
    name: "interactions that are not answered yet",
    sql: `
      CREATE TABLE unanswered (
        platform TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        tries INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (platform, id)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    name: "linked accounts",
    sql: `
      -- Accounts whose person is known by another one. That one has no row.
      CREATE TABLE linked_accounts (
        platform TEXT NOT NULL,
        person TEXT NOT NULL,
        main_platform TEXT NOT NULL,
        main_person TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (platform, person)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX linked_accounts_of_main ON linked_accounts (main_platform, main_person, at);
    `,
  },
];

/** Brings the tables up to the last step, all steps in one transaction. Throws UserError storage-newer when the file is ahead of this program. */
export function migrate(database: Database, log: Logger, steps = MIGRATIONS): void {
  const version = () => database.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;

  if (version() === steps.length) return;
  database.transaction(() => {
    // Asked again under the write lock: another process may have been faster.
    const found = version();
    if (found > steps.length) {
      throw new UserError("storage-newer", { path: database.path, found, known: steps.length });
    }
    for (const { sql } of steps.slice(found)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${steps.length}`);
    if (found < steps.length) log.info("database migrated", { path: database.path, from: found, to: steps.length });
  });
}
