import type { BlobRef } from "./image-request.ts";

/** JSON values by key, with optional expiry. Survives a restart. Keys look like `settings:discord:123`. */
export interface KeyValueStore {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<boolean>;
}

/** Content-addressed bytes. */
export interface BlobStore {
  /** Writes atomically (temporary file, rename); the same bytes twice are stored once. Rejects with UserError storage-full. */
  put(bytes: Uint8Array, mimeType: string): Promise<BlobRef>;
  /** Rejects with UserError file-unreadable when missing or altered. */
  get(ref: BlobRef): Promise<Uint8Array>;
  delete(ref: BlobRef): Promise<void>;
  /** Every stored file and when its bytes were last put, in milliseconds since the epoch. Types are not stored. */
  list(): Promise<readonly { readonly ref: BlobRef; readonly writtenAt: number }[]>;
}

/** Device time people used, per person and period, so that quotas are fair in seconds and not in jobs. */
export interface QuotaStore {
  /** Reserves predicted device milliseconds for a job. Rejects with UserError quota-used-up. */
  reserve(input: {
    job: string;
    person: string;
    platform: string;
    predictedMs: number;
    limitMs: number;
    periodMs: number;
  }): Promise<void>;
  /** Replaces the reservation by what was measured. */
  settle(job: string, deviceMs: number): Promise<void>;
  /** Gives the reservation back: failure, refusal, cancellation. */
  refund(job: string): Promise<void>;
  used(input: { person: string; platform: string; periodMs: number }): Promise<{ usedMs: number; resetsAt: number }>;
}

/** An interaction that a platform has promised to answer, in the platform's own words. */
export interface Unanswered {
  /** The platform's own id of it. */
  readonly id: string;
  /** JSON that only the platform understands. */
  readonly body: unknown;
  /** How often a start of the program has taken it up again. */
  readonly tries: number;
  /** Then nobody can answer it any more. */
  readonly expiresAt: number;
}

/** What was promised and is not answered yet, so that a restart leaves nobody waiting. */
export interface UnansweredStore {
  /** Adds, replaces (same id) and removes, all or nothing. Rejects with UserError storage-full, storage-broken, storage-busy. */
  change(
    platform: string,
    changes: { readonly add: readonly Unanswered[]; readonly remove: readonly string[] },
  ): Promise<void>;
  /** What can still be answered, the oldest first. */
  list(platform: string): Promise<readonly Unanswered[]>;
}
