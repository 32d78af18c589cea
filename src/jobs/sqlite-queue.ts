import type { Clock } from "../core/clock.ts";
import type { Failure } from "../core/errors.ts";
import { UserError } from "../core/errors.ts";
import { predictedCost } from "../core/image-request.ts";
import type { AdmissionRules, Enqueued, JobQueue, Lease, QueueEvent } from "../core/job-queue.ts";
import type { JobResult, JobState, NewJob } from "../core/job.ts";
import { TIERS } from "../core/job.ts";
import type { Logger } from "../core/logger.ts";
import type { Person } from "../core/platform.ts";
import type { Database } from "../storage/database.ts";
import type { QuotaLedger } from "../storage/quotas.ts";
import { createDeliveryRows } from "./delivery-rows.ts";
import { createDeviceSpeeds } from "./device-speeds.ts";
import { createFairShares } from "./fair-shares.ts";
import { newJobId, newToken } from "./job-ids.ts";
import { createJobRows, type JobRow, toJob } from "./job-rows.ts";
import { createLeaseOwner, type ProcessIdentity, thisProcess } from "./lease-owner.ts";
import { createQueueCounts } from "./queue-position.ts";

export interface SqliteQueueSettings {
  /** The guess for a model that nobody ever ran: device milliseconds per step and megapixel. */
  readonly msPerUnit: number;
  /** How far, in fair milliseconds, a job may overtake for the model that a device has loaded. */
  readonly affinityMs: number;
  /** How often a job may be started before it fails. */
  readonly maxAttempts: number;
  /** More waiting jobs than this are refused. */
  readonly maxWaiting: number;
}

export const SQLITE_QUEUE_SETTINGS: SqliteQueueSettings = {
  msPerUnit: 1000,
  affinityMs: 10_000,
  maxAttempts: 2,
  maxWaiting: 200_000,
};

export interface SqliteQueueDeps {
  /** Stays open when the queue is closed. */
  readonly database: Database;
  readonly quotas: QuotaLedger;
  readonly clock: Clock;
  /** A random integer in [0, below). */
  readonly random: (below: number) => number;
  readonly log: Logger;
  readonly settings?: Partial<SqliteQueueSettings>;
  /** Somebody with weight 2 gets twice the device time of somebody with weight 1. */
  readonly weightOf?: (person: Person) => number;
  readonly identity?: ProcessIdentity;
}

/** Only so many people are looked through for a job of the loaded model. */
const AFFINITY_CANDIDATES = 16;

/** The embedded JobQueue: every method is one transaction, so that a crash leaves each job before it or after it. */
export function createSqliteQueue(deps: SqliteQueueDeps): JobQueue {
  const { database, quotas, clock, random, log } = deps;
  const settings = { ...SQLITE_QUEUE_SETTINGS, ...deps.settings };
  const weightOf = deps.weightOf ?? (() => 1);
  const jobs = createJobRows(database);
  const shares = createFairShares(database);
  const deliveries = createDeliveryRows(database);
  const speeds = createDeviceSpeeds(database, settings.msPerUnit);
  const counts = createQueueCounts(database);
  const owner = createLeaseOwner(deps.identity ?? thisProcess, newToken(random));
  const listeners = new Set<(event: QueueEvent) => void>();

  type Emit = (type: Exclude<QueueEvent["type"], "progress">, row: JobRow, state: JobState) => void;

  /** Runs a transaction and tells the listeners what changed once it is safe. */
  function change<T>(body: (emit: Emit) => T): T {
    const events: QueueEvent[] = [];
    const result = database.transaction(() => body((type, row, state) => events.push({ type, job: row.id, state })));
    counts.changed();
    events.forEach(tell);
    return result;
  }

  function tell(event: QueueEvent): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.error("listener of the queue failed", { job: event.job, error });
      }
    }
  }

  /** The row of a lease that still holds. */
  function leased({ job, token }: Lease): JobRow | undefined {
    const row = jobs.byId(job.id);
    return row?.state === "running" && row.lease_token === token ? row : undefined;
  }

  type Ending = { result?: JobResult; failure?: Failure; cancelledBy?: string; deviceMs?: number };

  /** The one way into a final state: state, answer, quota and fair share together. */
  function finish(row: JobRow, state: JobState, { deviceMs, ...outcome }: Ending, emit: Emit): void {
    const now = clock.now();
    jobs.finish(row, state, now, outcome);
    deliveries.add(row.sequence, now);
    if (row.state === "queued") shares.leave(row);
    // Without a measurement the device was busy since the start.
    else shares.correct(row, (deviceMs ?? now - (row.started_at ?? now)) - row.predicted_ms);
    if (state === "rendered" && deviceMs !== undefined) {
      quotas.settle(row.id, deviceMs);
      speeds.learn(row.model, row.cost, deviceMs);
    } else {
      quotas.refund(row.id);
    }
    emit("finished", row, state);
  }

  function putBack(row: JobRow, attempts: number, emit: Emit): void {
    jobs.requeue(row, attempts);
    shares.giveBack(row, row.predicted_ms);
    emit("requeued", row, "queued");
  }

  /** A worker died or hangs: its job waits again, or has had its chances. */
  function takeBack(row: JobRow, emit: Emit): void {
    log.warn("worker of a job is gone", { job: row.id, attempts: row.attempts });
    if (row.attempts < settings.maxAttempts) return putBack(row, row.attempts, emit);
    const error = new UserError("generation-failed", { reason: "the device stopped working", reference: row.id });
    finish(row, "failed", { failure: { code: error.code, params: error.params, message: error.message } }, emit);
  }

  /** Whose job comes next, and which. */
  function choose(affinity: string | undefined): JobRow | undefined {
    const fairest = shares.next();
    if (!fairest) return undefined;
    const first = jobs.firstOf(fairest);
    if (affinity === undefined || first?.model === affinity) return first;
    const candidates = shares.upTo(fairest.tier, fairest.start_tag + settings.affinityMs, AFFINITY_CANDIDATES);
    return candidates.map((share) => jobs.firstOf(share)).find((row) => row?.model === affinity) ?? first;
  }

  function insert(job: NewJob, rules: AdmissionRules, emit: Emit): JobRow {
    const cost = predictedCost(job.request);
    const predictedMs = speeds.predictMs(job.request.model, cost);
    const id = newJobId(random, (taken) => jobs.byId(taken) !== undefined);
    if (rules.quota) {
      const { platform, id: person } = job.person;
      quotas.reserve({ job: id, platform, person, predictedMs, ...rules.quota });
    }
    const row = jobs.insert({ id, job, cost, predictedMs, now: clock.now() });
    shares.enter(row, weightOf(job.person), row.sequence);
    emit("queued", row, "queued");
    return row;
  }

  function checkRoom(fresh: readonly NewJob[], rules: AdmissionRules): void {
    const waiting = counts.waiting();
    if (waiting + fresh.length > settings.maxWaiting) throw new UserError("queue-full", { waiting });
    const { maxWaitingPerPerson: perPerson, maxWaitingPerChannel: perChannel } = rules;
    for (const job of fresh) {
      if (perPerson !== undefined) {
        const asked = fresh.filter(({ person }) => person.id === job.person.id).length;
        const waiting = jobs.waitingOf(job, perPerson);
        if (waiting + asked > perPerson) throw new UserError("too-many-waiting", { waiting, limit: perPerson });
      }
      if (perChannel !== undefined) {
        const asked = fresh.filter(({ place }) => place.channel === job.place.channel).length;
        const waiting = jobs.waitingIn(job, perChannel);
        if (waiting + asked > perChannel) throw new UserError("too-many-in-channel", { waiting, limit: perChannel });
      }
    }
  }

  const enqueueAll = (all: readonly NewJob[], rules: AdmissionRules): Enqueued[] =>
    change((emit) => {
      checkRoom(
        all.filter(({ key }) => !jobs.byKey(key)),
        rules,
      );
      return all.map((job) => {
        const known = jobs.byKey(job.key);
        return known ? { job: toJob(known), created: false } : { job: toJob(insert(job, rules, emit)), created: true };
      });
    });

  return {
    enqueue: async (job) => enqueueAll([job], {})[0]!,
    enqueueAll: async (all, rules = {}) => enqueueAll(all, rules),
    find: async (key) => optionalJob(jobs.byKey(key)),
    get: async (id) => optionalJob(jobs.byId(id)),
    list: async (filter) => jobs.list(filter).map(toJob),
    stats: async () => counts.stats(),

    async position(id) {
      const row = jobs.byId(id);
      return row?.state === "queued" ? counts.position(row, jobs.running(), clock.now()) : undefined;
    },

    async claim(worker, leaseMs) {
      const now = clock.now();
      // An idle worker asks often: it only reads.
      if (!shares.next() && jobs.expired(now).length === 0) return undefined;
      return change((emit) => {
        for (const row of jobs.expired(now)) takeBack(row, emit);
        const row = choose(worker.affinity);
        if (!row) return undefined;
        const lease = { token: newToken(random), owner: owner.name, expiresAt: now + leaseMs, now };
        const started = jobs.start(row, lease);
        shares.start(row, row.predicted_ms);
        emit("started", row, "running");
        return { job: toJob(started), token: lease.token, expiresAt: lease.expiresAt };
      });
    },

    async beat(lease, leaseMs, progress) {
      if (jobs.extend(lease.job.id, lease.token, clock.now() + leaseMs)) {
        if (progress) tell({ type: "progress", job: lease.job.id, progress });
        return "ok";
      }
      const row = jobs.byId(lease.job.id);
      return row?.state === "cancelled" && row.lease_token === lease.token ? "cancelled" : "lost";
    },

    complete: async (lease, result, deviceMs) =>
      change((emit) => {
        const row = leased(lease);
        if (row) finish(row, "rendered", { result, deviceMs }, emit);
        return row !== undefined;
      }),

    fail: async (lease, failure, { retry, state = "failed" }) =>
      change((emit) => {
        const row = leased(lease);
        if (row && retry && row.attempts < settings.maxAttempts) putBack(row, row.attempts, emit);
        else if (row) finish(row, state, { failure }, emit);
        return row !== undefined;
      }),

    release: async (lease) =>
      change((emit) => {
        const row = leased(lease);
        if (row) putBack(row, row.attempts - 1, emit);
      }),

    cancel: async (id, by) =>
      change((emit) => {
        const row = jobs.byId(id);
        if (!row) return "unknown";
        if (row.state !== "queued" && row.state !== "running") return "finished";
        finish(row, "cancelled", { cancelledBy: by }, emit);
        return row.state === "queued" ? "cancelled" : "cancelling";
      }),

    bump: async (id, tier) =>
      change((emit) => {
        const row = jobs.byId(id);
        if (row?.state !== "queued") return false;
        const moved = { ...row, tier: TIERS.indexOf(tier) };
        if (moved.tier === row.tier) return true;
        shares.leave(row);
        jobs.setTier(row, moved.tier);
        shares.enter(moved, weightOf(toJob(row).person), row.sequence);
        emit("requeued", row, "queued");
        return true;
      }),

    async claimDelivery(leaseMs) {
      const now = clock.now();
      if (!deliveries.anyDue(now)) return undefined;
      return change(() => {
        const token = newToken(random);
        const claimed = deliveries.claim({ token, owner: owner.name, now, until: now + leaseMs });
        const row = claimed && jobs.bySequence(claimed.job);
        return claimed && row && { job: toJob(row), token, tries: claimed.tries };
      });
    },

    finishDelivery: async ({ job, token }, outcome) =>
      change((emit) => {
        const row = jobs.byId(job.id);
        if (!row || !deliveries.finish(row.sequence, token, outcome) || outcome === "undeliverable") return;
        jobs.setDelivered(row);
        emit("delivered", row, row.state === "rendered" ? "delivered" : row.state);
      }),

    async deferDelivery({ job, token }, delayMs) {
      const row = jobs.byId(job.id);
      if (row) deliveries.defer(row.sequence, token, clock.now() + delayMs);
    },

    recover: async () =>
      change((emit) => {
        const now = clock.now();
        const orphans = jobs
          .running()
          .filter((row) => (row.lease_expires_at ?? 0) <= now || owner.isDead(row.lease_owner ?? ""));
        for (const row of orphans) takeBack(row, emit);
        for (const name of deliveries.owners()) if (owner.isDead(name)) deliveries.release(name, now);
        return orphans.length;
      }),

    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async close() {
      listeners.clear();
    },
  };
}

function optionalJob(row: JobRow | undefined) {
  return row && toJob(row);
}
