import type { Database } from "../storage/database.ts";

/** Whose jobs compete: each person in each tier. Rows of the table jobs have these fields. */
export interface ShareKey {
  readonly tier: number;
  readonly platform: string;
  readonly person: string;
}

export interface Share extends ShareKey {
  readonly weight: number;
  /** Start tag of the first waiting job: virtual milliseconds of device time. */
  readonly start_tag: number;
  /** Sequence of the job that made the person active: breaks ties by arrival. */
  readonly since: number;
}

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996): device time is shared by weight among the people who wait, whatever their jobs' sizes and
 * numbers. Tags are kept per person and not per job: a job's start tag follows when it comes first, so a measured cost moves everything its
 * owner still has waiting. All methods belong inside the queue's transactions.
 */
export interface FairShares {
  /** One more job waits: an idle person starts at the virtual time, never behind it. */
  enter(key: ShareKey, weight: number, sequence: number): void;
  /** One job less waits, and it did not run. */
  leave(key: ShareKey): void;
  /** The first waiting job starts: virtual time moves to its start tag, the next start tag is its finish tag. */
  start(key: ShareKey, predictedMs: number): void;
  /** A started job waits again. */
  giveBack(key: ShareKey, predictedMs: number): void;
  /** A started job took this much longer than predicted (shorter: negative). */
  correct(key: ShareKey, byMs: number): void;
  /** Whose turn it is, in the first tier in which anybody waits. */
  next(): Share | undefined;
  /** Who waits in a tier with start tags up to `tag`, in order of their turns. */
  upTo(tier: number, tag: number, limit: number): Share[];
}

export function createFairShares(database: Database): FairShares {
  const tierIsIdle = database.prepare<{ idle: number }>(
    `SELECT NOT EXISTS (SELECT 1 FROM shares WHERE tier = ?1 AND waiting > 0)
     AND NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND tier = ?1) AS idle`,
  );
  const forget = database.prepare("DELETE FROM shares WHERE tier = ?");
  const enter = database.prepare(
    `INSERT INTO shares (tier, platform, person, weight, start_tag, since, waiting)
     VALUES (?1, ?2, ?3, ?4, (SELECT now FROM virtual_times WHERE tier = ?1), ?5, 1)
     ON CONFLICT DO UPDATE SET
       weight = excluded.weight,
       start_tag = iif(waiting = 0, max(start_tag, excluded.start_tag), start_tag),
       since = iif(waiting = 0, excluded.since, since),
       waiting = waiting + 1`,
  );
  const where = "WHERE tier = ? AND platform = ? AND person = ?";
  const leave = database.prepare(`UPDATE shares SET waiting = waiting - 1 ${where}`);
  const moveTime = database.prepare(
    "UPDATE virtual_times SET now = max(now, (SELECT start_tag FROM shares WHERE tier = ?1 AND platform = ?2 AND person = ?3)) WHERE tier = ?1",
  );
  const start = database.prepare(
    `UPDATE shares SET waiting = waiting - 1, start_tag = start_tag + ? / weight ${where}`,
  );
  const giveBack = database.prepare(
    `UPDATE shares SET waiting = waiting + 1, start_tag = start_tag - ? / weight ${where}`,
  );
  const correct = database.prepare(`UPDATE shares SET start_tag = start_tag + ? / weight ${where}`);
  const next = database.prepare<Share>(
    "SELECT * FROM shares WHERE waiting > 0 ORDER BY tier, start_tag, since LIMIT 1",
  );
  const upTo = database.prepare<Share>(
    "SELECT * FROM shares WHERE waiting > 0 AND tier = ? AND start_tag <= ? ORDER BY start_tag, since LIMIT ?",
  );

  return {
    enter({ tier, platform, person }, weight, sequence) {
      // A new busy period begins: nobody owes anything, and idle rows do not pile up.
      if (tierIsIdle.get(tier)?.idle === 1) forget.run(tier);
      enter.run(tier, platform, person, weight, sequence);
    },
    leave: ({ tier, platform, person }) => void leave.run(tier, platform, person),
    start({ tier, platform, person }, predictedMs) {
      moveTime.run(tier, platform, person);
      start.run(predictedMs, tier, platform, person);
    },
    giveBack: ({ tier, platform, person }, predictedMs) => void giveBack.run(predictedMs, tier, platform, person),
    correct: ({ tier, platform, person }, byMs) => void correct.run(byMs, tier, platform, person),
    next: () => next.get(),
    upTo: (tier, tag, limit) => upTo.all(tier, tag, limit),
  };
}
