import type { Database } from "../storage/database.ts";

type Claimed = { job: number; tries: number };

/** The statements on the outbox. They belong inside the queue's transactions. `job` is a job's sequence. */
export interface DeliveryRows {
  /** A second answer of the same job breaks the primary key and with it the transaction. */
  add(job: number, now: number): void;
  anyDue(now: number): boolean;
  claim(lease: { token: string; owner: string; now: number; until: number }): Claimed | undefined;
  /** False when it was finished before, or when somebody else has it and nothing was posted. */
  finish(job: number, token: string, outcome: "delivered" | "undeliverable"): boolean;
  defer(job: number, token: string, until: number): void;
  owners(): string[];
  /** What a dead process was posting is due again. */
  release(owner: string, now: number): void;
}

export function createDeliveryRows(database: Database): DeliveryRows {
  const add = database.prepare("INSERT INTO deliveries (job, due_at) VALUES (?, ?)");
  const due = database.prepare<{ job: number }>(
    "SELECT job FROM deliveries WHERE outcome IS NULL AND due_at <= ? ORDER BY due_at, job LIMIT 1",
  );
  const claim = database.prepare<Claimed>(
    "UPDATE deliveries SET tries = tries + 1, lease_token = ?, lease_owner = ?, due_at = ? WHERE job = ? RETURNING job, tries",
  );
  // What was posted is posted, even when the lease was over by then.
  const finish = database.prepare(
    `UPDATE deliveries SET outcome = ?1, lease_owner = NULL
     WHERE job = ?2 AND outcome IS NULL AND (?1 = 'delivered' OR lease_token = ?3)`,
  );
  const defer = database.prepare(
    "UPDATE deliveries SET due_at = ?, lease_token = NULL, lease_owner = NULL WHERE job = ? AND outcome IS NULL AND lease_token = ?",
  );
  const owners = database.prepare<{ owner: string }>(
    "SELECT DISTINCT lease_owner AS owner FROM deliveries WHERE outcome IS NULL AND lease_owner IS NOT NULL",
  );
  const release = database.prepare(
    "UPDATE deliveries SET due_at = ?, lease_token = NULL, lease_owner = NULL WHERE outcome IS NULL AND lease_owner = ?",
  );

  return {
    add: (job, now) => void add.run(job, now),
    anyDue: (now) => due.get(now) !== undefined,
    claim({ token, owner, now, until }) {
      const found = due.get(now);
      return found && claim.get(token, owner, until, found.job);
    },
    finish: (job, token, outcome) => finish.run(outcome, job, token) > 0,
    defer: (job, token, until) => void defer.run(until, job, token),
    owners: () => owners.all().map(({ owner }) => owner),
    release: (owner, now) => void release.run(now, owner),
  };
}
