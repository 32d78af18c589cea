import type { Failure } from "../core/errors.ts";
import type { Job, JobResult, JobState, NewJob } from "../core/job.ts";
import { JOB_STATES, TIERS } from "../core/job.ts";
import type { JobQueue } from "../core/job-queue.ts";
import type { Database } from "../storage/database.ts";
import type { ShareKey } from "./fair-shares.ts";

/** A row of the table jobs. */
export interface JobRow {
  readonly sequence: number;
  readonly id: string;
  readonly key: string;
  readonly state: JobState;
  readonly tier: number;
  readonly platform: string;
  readonly person: string;
  readonly channel: string;
  readonly model: string;
  readonly cost: number;
  readonly predicted_ms: number;
  readonly attempts: number;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly lease_token: string | null;
  readonly lease_owner: string | null;
  readonly lease_expires_at: number | null;
  readonly cancelled_by: string | null;
  /** The parts of a Job that never change, as JSON. */
  readonly body: string;
  readonly result: string | null;
  readonly failure: string | null;
}

/** The column `platform` is the person's: somebody with linked accounts is known by that of another platform. */
const PLATFORM_OF_CHANNEL = "body ->> '$.place.platform'";

type NewRow = { id: string; job: NewJob; cost: number; predictedMs: number; now: number };
type Outcome = { result?: JobResult; failure?: Failure; cancelledBy?: string };

/** The statements on the table jobs. They belong inside the queue's transactions. */
export interface JobRows {
  byId(id: string): JobRow | undefined;
  byKey(key: string): JobRow | undefined;
  bySequence(sequence: number): JobRow | undefined;
  list(filter: Parameters<JobQueue["list"]>[0]): JobRow[];
  /** Waiting jobs, counted up to the limit. */
  waitingOf(job: NewJob, limit: number): number;
  waitingIn(job: NewJob, limit: number): number;
  running(): JobRow[];
  expired(now: number): JobRow[];
  /** The waiting job of a share that came first. */
  firstOf(share: ShareKey): JobRow | undefined;
  insert(row: NewRow): JobRow;
  start(row: JobRow, lease: { token: string; owner: string; expiresAt: number; now: number }): JobRow;
  /** Back to waiting; `attempts` is what is counted so far. */
  requeue(row: JobRow, attempts: number): void;
  /** False when the token is not that of the running job's lease. */
  extend(id: string, token: string, expiresAt: number): boolean;
  /** The token stays, so that a beat learns of a cancellation. */
  finish(row: JobRow, state: JobState, now: number, outcome: Outcome): void;
  setDelivered(row: JobRow): void;
  setTier(row: JobRow, tier: number): void;
}

export function createJobRows(database: Database): JobRows {
  const select = (where: string) => database.prepare<JobRow>(`SELECT * FROM jobs WHERE ${where}`);
  const byId = select("id = ?");
  const byKey = select("key = ?");
  const bySequence = select("sequence = ?");
  const running = select("state = 'running'");
  const expired = select("state = 'running' AND lease_expires_at <= ?");
  const count = (column: string, platform: string) =>
    database.prepare<{ jobs: number }>(
      `SELECT count(*) AS jobs FROM (SELECT 1 FROM jobs WHERE ${column} = ? AND state = 'queued' AND ${platform} = ? LIMIT ?)`,
    );
  const waitingOf = count("person", "platform");
  const waitingIn = count("channel", PLATFORM_OF_CHANNEL);
  const insert = database.prepare<JobRow>(
    `INSERT INTO jobs (id, key, state, tier, platform, person, channel, model, cost, predicted_ms, created_at, body)
     VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
  );
  const firstOf = select("state = 'queued' AND tier = ? AND platform = ? AND person = ? ORDER BY sequence LIMIT 1");
  const start = database.prepare<JobRow>(
    `UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = ?, lease_token = ?, lease_owner = ?,
     lease_expires_at = ? WHERE sequence = ? RETURNING *`,
  );
  const requeue = database.prepare(
    `UPDATE jobs SET state = 'queued', attempts = ?, started_at = NULL, lease_token = NULL, lease_owner = NULL,
     lease_expires_at = NULL WHERE sequence = ?`,
  );
  const extend = database.prepare(
    "UPDATE jobs SET lease_expires_at = ? WHERE id = ? AND lease_token = ? AND state = 'running'",
  );
  const finish = database.prepare(
    "UPDATE jobs SET state = ?, finished_at = ?, result = ?, failure = ?, cancelled_by = ? WHERE sequence = ?",
  );
  const setDelivered = database.prepare(
    "UPDATE jobs SET state = 'delivered' WHERE sequence = ? AND state = 'rendered'",
  );
  const setTier = database.prepare("UPDATE jobs SET tier = ? WHERE sequence = ?");

  return {
    byId: (id) => byId.get(id),
    byKey: (key) => byKey.get(key),
    bySequence: (sequence) => bySequence.get(sequence),
    list: (filter) => list(database, filter),
    waitingOf: ({ person }, limit) => waitingOf.get(person.id, person.platform, limit)?.jobs ?? 0,
    waitingIn: ({ place }, limit) => waitingIn.get(place.channel, place.platform, limit)?.jobs ?? 0,
    running: () => running.all(),
    expired: (now) => expired.all(now),
    insert({ id, job, cost, predictedMs, now }) {
      const { key, request, tier, person, place, address } = job;
      const body = JSON.stringify({ request, person, place, address });
      const values = [person.platform, person.id, place.channel, request.model, cost, predictedMs, now, body] as const;
      return insert.get(id, key, TIERS.indexOf(tier), ...values)!;
    },
    firstOf: ({ tier, platform, person }) => firstOf.get(tier, platform, person),
    start: (row, { token, owner, expiresAt, now }) => start.get(now, token, owner, expiresAt, row.sequence)!,
    requeue: (row, attempts) => void requeue.run(attempts, row.sequence),
    extend: (id, token, expiresAt) => extend.run(expiresAt, id, token) > 0,
    finish(row, state, now, { result, failure, cancelledBy }) {
      finish.run(state, now, toJson(result), toJson(failure), cancelledBy ?? null, row.sequence);
    },
    setDelivered: (row) => void setDelivered.run(row.sequence),
    setTier: (row, tier) => void setTier.run(tier, row.sequence),
  };
}

/** The Job of a row. */
export function toJob(row: JobRow): Job {
  const body = JSON.parse(row.body) as Pick<Job, "request" | "person" | "place" | "address">;
  return {
    ...body,
    id: row.id,
    key: row.key,
    tier: TIERS[row.tier]!,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_at,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(row.result === null ? {} : { result: JSON.parse(row.result) as JobResult }),
    ...(row.failure === null ? {} : { failure: JSON.parse(row.failure) as Failure }),
    ...(row.cancelled_by === null ? {} : { cancelledBy: row.cancelled_by }),
  };
}

/** Each state is read newest first from an index that ends with the sequence, so that a long history costs nothing. */
function list(database: Database, filter: Parameters<JobQueue["list"]>[0]): JobRow[] {
  const { person, channel, platform, limit } = filter;
  const states = [...new Set(filter.states ?? JOB_STATES)];
  const ofPlatform = channel === undefined ? "platform" : PLATFORM_OF_CHANNEL;
  const matches = Object.entries({ person, channel, [ofPlatform]: platform }).filter(
    ([, value]) => value !== undefined,
  );
  const where = ["state = ?", ...matches.map(([column]) => `${column} = ?`)].join(" AND ");
  const ofState = `SELECT * FROM (SELECT * FROM jobs WHERE ${where} ORDER BY sequence DESC LIMIT ?)`;
  const newest = `${states.map(() => ofState).join(" UNION ALL ")} ORDER BY sequence DESC LIMIT ?`;
  const values = states.flatMap((state) => [state, ...matches.map(([, value]) => value!), limit]);
  return states.length === 0 ? [] : database.prepare<JobRow>(newest).all(...values, limit);
}

function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
