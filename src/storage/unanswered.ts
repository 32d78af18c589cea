import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { UnansweredStore } from "../core/stores.ts";
import type { Database } from "./database.ts";
import type { WriteGate } from "./write-gate.ts";

interface Row {
  readonly id: string;
  readonly body: string;
  readonly tries: number;
  readonly expiresAt: number;
}

/**
 * Promised answers in the database. What is acknowledged cannot wait: while another program holds the database, `change` rejects at once. They hold what people wrote, so rows go as soon as they are answered or too old.
 */
export function createUnansweredStore({
  database,
  clock,
  gate,
}: {
  database: Database;
  clock: Clock;
  gate?: Pick<WriteGate, "closed">;
}): UnansweredStore {
  const insert = database.prepare(
    "INSERT OR REPLACE INTO unanswered (platform, id, body, tries, expires_at) VALUES (?, ?, ?, ?, ?)",
  );
  const remove = database.prepare("DELETE FROM unanswered WHERE platform = ? AND id = ?");
  const removeExpired = database.prepare("DELETE FROM unanswered WHERE expires_at <= ?");
  const select = database.prepare<Row>(
    "SELECT id, body, tries, expires_at AS expiresAt FROM unanswered WHERE platform = ? ORDER BY expires_at, id",
  );

  return {
    async change(platform, changes) {
      if (gate?.closed()) throw new UserError("storage-busy");
      database.transaction(() => {
        for (const { id, body, tries, expiresAt } of changes.add)
          insert.run(platform, id, JSON.stringify(body), tries, Math.ceil(expiresAt));
        for (const id of changes.remove) remove.run(platform, id);
      });
    },
    async list(platform) {
      removeExpired.run(clock.now());
      return select.all(platform).map(({ body, ...row }) => ({ ...row, body: JSON.parse(body) as unknown }));
    },
  };
}
