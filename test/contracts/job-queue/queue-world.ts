import { UserError } from "../../../src/core/errors.ts";
import type { JobQueue, Lease } from "../../../src/core/job-queue.ts";
import type { Job, JobResult, NewJob, Tier } from "../../../src/core/job.ts";
import type { Clock } from "../../../src/core/clock.ts";
import type { Person } from "../../../src/core/platform.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { imageRequest } from "../../support/image-request.ts";
import { seededRandom } from "../../support/seeded-random.ts";

/** What a driver needs to be put under the contract; all are the same for every start on the same storage. */
export interface DriverOptions {
  readonly clock: Clock;
  readonly random: (below: number) => number;
  /** Default: 1 for everybody. */
  readonly weightOf?: (person: Person) => number;
  /** Device milliseconds per unit of work until something is measured. */
  readonly msPerUnit: number;
  readonly affinityMs: number;
  readonly maxAttempts: number;
  readonly maxWaiting: number;
}

/** Empty storage of a driver. Each call of `open` is a start of the program: what an earlier one had leased belongs to a dead process. */
export interface QueueStorage {
  readonly open: () => Promise<JobQueue>;
}

export type CreateQueueStorage = (options: DriverOptions) => QueueStorage;

export interface QueueWorld {
  readonly queue: JobQueue;
  readonly clock: FakeClock;
  /** As after kill -9: the old queue is never closed. */
  readonly restart: () => Promise<JobQueue>;
}

export async function openWorld(create: CreateQueueStorage, options: Partial<DriverOptions> = {}): Promise<QueueWorld> {
  const clock = createFakeClock();
  const storage = create({
    clock,
    random: seededRandom(1),
    msPerUnit: 1000,
    affinityMs: 10_000,
    maxAttempts: 2,
    maxWaiting: 100_000,
    ...options,
  });
  return { queue: await storage.open(), clock, restart: storage.open };
}

let keys = 0;

export interface JobFields {
  readonly key?: string;
  readonly tier?: Tier;
  readonly model?: string;
  /** Units of work: with 1000 ms per unit the predicted seconds. */
  readonly cost?: number;
  readonly channel?: string;
  readonly platform?: string;
  readonly roles?: readonly string[];
}

/** A job of one square megapixel-picture per unit of work. */
export function newJob(person = "ada", fields: JobFields = {}): NewJob {
  const { key = `event-${++keys}`, tier = "interactive", model = "m", cost = 1 } = fields;
  const { channel = "general", platform = "discord", roles = [] } = fields;
  return {
    key,
    tier,
    request: imageRequest({
      model,
      steps: cost,
      widthPx: 1000,
      heightPx: 1000,
      pictures: [{ seed: 7, prompt: "a fox" }],
    }),
    person: { platform, id: person, name: person, moderator: false, roles },
    place: { platform, community: "c", channel, ageRestricted: false },
    address: { platform, token: "t", channel },
  };
}

export const RESULT: JobResult = {
  pictures: [
    {
      blob: { sha256: "ab".repeat(32), mimeType: "image/png" },
      widthPx: 1000,
      heightPx: 1000,
      seed: 7,
      prompt: "a fox",
      pixelsSha256: "cd".repeat(32),
      altText: "a fox",
      spoiler: false,
    },
  ],
  timings: { textMs: 1, denoiseMs: 2, decodeMs: 3, filterMs: 4, totalMs: 10 },
  notes: ["note"],
};

const error = new UserError("generation-failed", { reason: "it rained", reference: "r" });
export const FAILURE = { code: error.code, params: error.params, message: error.message };

export const LEASE_MS = 30_000;

export async function claim(queue: JobQueue, affinity?: string): Promise<Lease> {
  const lease = await queue.claim({ id: "gpu0", ...(affinity === undefined ? {} : { affinity }) }, LEASE_MS);
  if (!lease) throw new Error("nothing to claim");
  return lease;
}

export async function enqueue(queue: JobQueue, person?: string, fields?: JobFields): Promise<Job> {
  return (await queue.enqueue(newJob(person, fields))).job;
}

/** Claims and completes as many jobs as there are, or `count`; each takes as long as predicted or `deviceMs`. Returns them in order. */
export async function runJobs(
  { queue, clock }: QueueWorld,
  options: { count?: number; deviceMs?: (job: Job) => number } = {},
): Promise<Job[]> {
  const { count = Number.POSITIVE_INFINITY, deviceMs = ({ request }) => request.steps * 1000 } = options;
  const done: Job[] = [];
  while (done.length < count) {
    const lease = await queue.claim({ id: "gpu0" }, LEASE_MS);
    if (!lease) break;
    await clock.advance(1);
    await queue.complete(lease, RESULT, deviceMs(lease.job));
    done.push(lease.job);
  }
  return done;
}

/** Hands out all answers that are due and marks them as posted. Returns their jobs in order. */
export async function postAnswers(queue: JobQueue): Promise<Job[]> {
  const posted: Job[] = [];
  for (let next = await queue.claimDelivery(60_000); next; next = await queue.claimDelivery(60_000)) {
    posted.push(next.job);
    await queue.finishDelivery(next, "delivered");
  }
  return posted;
}

export const people = (jobs: readonly Job[]) => jobs.map(({ person }) => person.id);
