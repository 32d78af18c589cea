import type { Account } from "../core/platform.ts";
import type { Database } from "../storage/database.ts";

/** What belongs to somebody, when accounts become one person or become several again. The caller's transaction is around both. */
export interface AccountData {
  /** Gives everything of one person to another; each request remembers the account that asked. */
  join(from: Account, to: Account): void;
  /** Gives back what an account asked for. */
  split(account: Account, from: Account): void;
  /** The ids of what an account asked for that belongs to somebody else. */
  askedBy(account: Account, person: Account): readonly string[];
}

export function createAccountData(database: Database): AccountData {
  const joinJobs = database.prepare(
    `UPDATE jobs SET platform = ?1, person = ?2, body = json_set(body, '$.person.platform', ?1, '$.person.id', ?2,
       '$.person.account', json(coalesce(body -> '$.person.account', json_object('platform', platform, 'id', person))))
     WHERE platform = ?3 AND person = ?4`,
  );
  const splitJobs = database.prepare(
    `UPDATE jobs SET platform = ?1, person = ?2,
       body = json_remove(json_set(body, '$.person.platform', ?1, '$.person.id', ?2), '$.person.account')
     WHERE platform = ?3 AND person = ?4
       AND body ->> '$.person.account.platform' = ?1 AND body ->> '$.person.account.id' = ?2`,
  );
  const joinUses = database.prepare(
    "UPDATE quota_uses SET platform = ?1, person = ?2 WHERE platform = ?3 AND person = ?4",
  );
  const splitUses = database.prepare(
    `UPDATE quota_uses SET platform = ?1, person = ?2
     WHERE platform = ?3 AND person = ?4 AND job IN (SELECT id FROM jobs WHERE platform = ?1 AND person = ?2)`,
  );
  // Whoever gets a share of somebody's waiting jobs is as far in their turns as they were.
  const copyShares = database.prepare(
    `INSERT INTO shares (tier, platform, person, weight, start_tag, since, waiting)
     SELECT tier, ?1, ?2, weight, start_tag, since, 0 FROM shares WHERE platform = ?3 AND person = ?4
     ON CONFLICT DO UPDATE SET start_tag = max(start_tag, excluded.start_tag)`,
  );
  const recountShares = database.prepare(
    `UPDATE shares SET waiting = (SELECT count(*) FROM jobs WHERE state = 'queued' AND jobs.tier = shares.tier
       AND jobs.platform = shares.platform AND jobs.person = shares.person)
     WHERE (platform = ?1 AND person = ?2) OR (platform = ?3 AND person = ?4)`,
  );
  const askedBy = database.prepare<{ id: string }>(
    `SELECT id FROM jobs WHERE platform = ?3 AND person = ?4
       AND body ->> '$.person.account.platform' = ?1 AND body ->> '$.person.account.id' = ?2`,
  );

  return {
    join: (from, to) => move([joinJobs, joinUses, copyShares, recountShares], from, to),
    split: (account, from) => move([splitJobs, splitUses, copyShares, recountShares], from, account),
    askedBy: (account, { platform, id }) =>
      askedBy.all(account.platform, account.id, platform, id).map((row) => row.id),
  };
}

function move(statements: readonly { run(...values: string[]): unknown }[], from: Account, to: Account): void {
  for (const statement of statements) statement.run(to.platform, to.id, from.platform, from.id);
}
