import type { Failure } from "./errors.ts";
import type { BlobRef, ImageRequest } from "./image-request.ts";
import type { Person, Place, ReplyAddress } from "./platform.ts";

/**
 * queued -> running -> rendered -> delivered
 * queued | running -> failed | cancelled | refused
 * `rendered`, `failed`, `cancelled` and `refused` each put exactly one terminal answer into the outbox; a `rendered` job becomes `delivered` with it.
 */
export const JOB_STATES = ["queued", "running", "rendered", "delivered", "failed", "cancelled", "refused"] as const;
export type JobState = (typeof JOB_STATES)[number];
export const FINISHED_STATES: readonly JobState[] = ["rendered", "delivered", "failed", "cancelled", "refused"];

/** interactive: somebody waits; batch: large counts and permutations; background: maintenance. Lower index is served first. */
export const TIERS = ["interactive", "batch", "background"] as const;
export type Tier = (typeof TIERS)[number];

/** One finished picture as it is posted. */
export interface JobPicture {
  readonly blob: BlobRef;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly seed: number;
  readonly prompt: string;
  readonly style?: string;
  /** sha256 of the raw pixels (before encoding and labelling): equal for equal recipes. */
  readonly pixelsSha256: string;
  readonly altText: string;
  readonly spoiler: boolean;
  /** Which recipe of request.pictures made it, where others were left out; absent = the one at the same place. */
  readonly recipe?: number;
}

/** Milliseconds a job spent in each phase on the device. */
export interface PhaseTimings {
  readonly textMs: number;
  readonly denoiseMs: number;
  readonly decodeMs: number;
  readonly filterMs: number;
  readonly totalMs: number;
}

export interface JobResult {
  readonly pictures: readonly JobPicture[];
  readonly timings: PhaseTimings;
  /** Sentences for the person, e.g. which word the model does not know. */
  readonly notes: readonly string[];
}

export interface NewJob {
  /** The platform's event id; a second enqueue with the same key returns the first job. */
  readonly key: string;
  readonly request: ImageRequest;
  readonly tier: Tier;
  readonly person: Person;
  readonly place: Place;
  readonly address: ReplyAddress;
}

export interface Job extends NewJob {
  /** Short id people can type, e.g. k3f9x2ab. */
  readonly id: string;
  readonly state: JobState;
  readonly attempts: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly result?: JobResult;
  readonly failure?: Failure;
  /** Who cancelled it. */
  readonly cancelledBy?: string;
}
