import type { Failure } from "./errors.ts";
import type { Job, JobResult, JobState, NewJob, Tier } from "./job.ts";

export interface Enqueued {
  readonly job: Job;
  /** False when the key was known and the first job is returned. */
  readonly created: boolean;
}

/** What must hold for jobs to be accepted, checked in the transaction that stores them. What is absent is unlimited. */
export interface AdmissionRules {
  readonly maxWaitingPerPerson?: number;
  readonly maxWaitingPerChannel?: number;
  /** Predicted device time is reserved, settled by what was measured, and given back when the job ends without a result. */
  readonly quota?: { readonly limitMs: number; readonly periodMs: number };
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
  /** How often it was handed out, this time included. */
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
  /**
   * Stores all jobs or none, in order. Jobs whose key is known come back as they are and are not checked again. Rejects with UserError
   * too-many-waiting, too-many-in-channel, quota-used-up, queue-full, storage-full.
   */
  enqueueAll(jobs: readonly NewJob[], rules?: AdmissionRules): Promise<readonly Enqueued[]>;
  /** The job of a platform's event, when it was accepted. */
  find(key: string): Promise<Job | undefined>;
  get(id: string): Promise<Job | undefined>;
  /** Newest first. With a channel, `platform` is the channel's; else the person's. */
  list(filter: {
    person?: string;
    platform?: string;
    channel?: string;
    states?: readonly JobState[];
    limit: number;
  }): Promise<Job[]>;
  /** Of a waiting job, by what is known now; undefined when it does not wait. */
  position(id: string): Promise<Position | undefined>;
  /**
   * The fairest waiting job, or undefined. `affinity` names the model that the device has loaded: a bounded bonus. Jobs whose lease expired
   * wait again, or fail when they have no attempts left.
   */
  claim(worker: { id: string; affinity?: string }, leaseMs: number): Promise<Lease | undefined>;
  /** Extends the lease. `cancelled` and `lost`: it is over, the queue has the last word already, and nothing can be stored for it. */
  beat(lease: Lease, leaseMs: number, progress?: Progress): Promise<"ok" | "cancelled" | "lost">;
  /** Stores the result, settles the cost by `deviceMs`, and puts the answer into the outbox: one transaction. False when the lease was lost. */
  complete(lease: Lease, result: JobResult, deviceMs: number): Promise<boolean>;
  /** Fails the job, or puts it back when `retry` and it has attempts left. False when the lease was lost. */
  fail(lease: Lease, failure: Failure, options: { retry: boolean; state?: "failed" | "refused" }): Promise<boolean>;
  /** Gives a claimed job back unharmed (drain): no attempt is counted. */
  release(lease: Lease): Promise<void>;
  /** Ends the job and puts the answer into the outbox at once. `cancelling`: a device still works on it until its next beat. */
  cancel(id: string, by: string): Promise<"cancelled" | "cancelling" | "finished" | "unknown">;
  /** Moves a waiting job to another tier. False when it does not wait. */
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
