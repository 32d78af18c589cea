import type { Failure } from "./errors.ts";
import type { Job, JobResult, JobState, NewJob, Tier } from "./job.ts";

export interface Enqueued {
  readonly job: Job;
  /** False when the key was known and the first job is returned. */
  readonly created: boolean;
}

/** Where a waiting job stands. `ahead` is exact up to 1000 and then "1000 or more". */
export interface Position {
  readonly ahead: number;
  readonly etaMs: number;
}

/** The right to run one job until `expiresAt`; beating extends it. */
export interface Lease {
  readonly job: Job;
  readonly token: string;
  readonly expiresAt: number;
}

export interface Progress {
  readonly step: number;
  readonly steps: number;
}

/** One terminal answer that waits to be posted. */
export interface Delivery {
  readonly job: Job;
  readonly token: string;
  readonly tries: number;
}

export interface QueueStats {
  readonly waiting: Readonly<Record<Tier, number>>;
  readonly running: number;
  readonly undelivered: number;
  /** Predicted device milliseconds of all waiting jobs. */
  readonly waitingMs: number;
}

export type QueueEvent =
  | {
      readonly type: "queued" | "started" | "requeued" | "finished" | "delivered";
      readonly job: string;
      readonly state: JobState;
    }
  | { readonly type: "progress"; readonly job: string; readonly progress: Progress };

/**
 * Durable, fair queue of jobs and outbox of their answers. Drivers: sqlite (embedded) and, later, bullmq; one contract suite for all
 * (test/contracts/job-queue.ts).
 */
export interface JobQueue {
  /** Stores a job before it is acknowledged; idempotent by `job.key`. Rejects with UserError storage-full, queue-full. */
  enqueue(job: NewJob): Promise<Enqueued>;
  get(id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(filter: {
    person?: string;
    platform?: string;
    channel?: string;
    states?: readonly JobState[];
    limit: number;
  }): Promise<Job[]>;
  position(id: string): Promise<Position | undefined>;
  /** The fairest waiting job, or undefined. `affinity` names the model that the device has loaded: a bounded bonus. */
  claim(worker: { id: string; affinity?: string }, leaseMs: number): Promise<Lease | undefined>;
  beat(lease: Lease, leaseMs: number, progress?: Progress): Promise<"ok" | "cancelled" | "lost">;
  /** Stores the result, settles the cost by `deviceMs`, and puts the answer into the outbox: one transaction. False when the lease was lost. */
  complete(lease: Lease, result: JobResult, deviceMs: number): Promise<boolean>;
  /** Fails the job, or puts it back when `retry` and it has attempts left. False when the lease was lost. */
  fail(lease: Lease, failure: Failure, options: { retry: boolean; state?: "failed" | "refused" }): Promise<boolean>;
  /** Gives a claimed job back unharmed (drain): no attempt is counted. */
  release(lease: Lease): Promise<void>;
  cancel(id: string, by: string): Promise<"cancelled" | "cancelling" | "finished" | "unknown">;
  bump(id: string, tier: Tier): Promise<boolean>;
  /** The next answer that is due, hidden from others for `leaseMs`. */
  claimDelivery(leaseMs: number): Promise<Delivery | undefined>;
  /** Marks an answer as posted or undeliverable; it is never handed out again. */
  finishDelivery(delivery: Delivery, outcome: "delivered" | "undeliverable"): Promise<void>;
  /** Hands the answer out again after `delayMs`. */
  deferDelivery(delivery: Delivery, delayMs: number): Promise<void>;
  /** At start: jobs and deliveries leased by dead processes become waiting again. Returns how many jobs. */
  recover(): Promise<number>;
  stats(): Promise<QueueStats>;
  /** Calls back on every change made through this instance; returns the unsubscribe function. */
  watch(listener: (event: QueueEvent) => void): () => void;
  close(): Promise<void>;
}
