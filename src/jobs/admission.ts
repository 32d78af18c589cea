import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { JobQueue } from "../core/job-queue.ts";
import type { Job, NewJob } from "../core/job.ts";
import type { KeyValueStore } from "../core/stores.ts";
import type { Limits } from "./limits.ts";

/** Who stopped the drawing, and when. */
export interface Pause {
  readonly by: string;
  readonly at: number;
}

export interface AdmissionDeps {
  readonly queue: Pick<JobQueue, "enqueueAll" | "find">;
  readonly limits: Pick<Limits, "take" | "rulesFor">;
  /** Keeps the kill switch over restarts. */
  readonly settings: KeyValueStore;
  readonly clock: Clock;
}

/** The door of the queue. */
export interface Admission {
  /**
   * Stores all jobs of one interaction, or none. Jobs that were accepted before come back as they are, whatever the limits say now. Rejects
   * with UserError shutting-down, queue-paused, too-fast, and those of JobQueue.enqueueAll.
   */
  submit(jobs: readonly NewJob[]): Promise<readonly Job[]>;
  /** The kill switch: nothing is accepted until `resume`, also after a restart. */
  pause(by: string): Promise<void>;
  resume(): Promise<void>;
  paused(): Promise<Pause | undefined>;
  /** The process is about to end: nothing new is accepted. */
  close(): void;
}

const PAUSE_KEY = "admission:paused";

export function createAdmission({ queue, limits, settings, clock }: AdmissionDeps): Admission {
  let closed = false;
  const paused = () => settings.get<Pause>(PAUSE_KEY);

  /** A platform that got no receipt sends an interaction again; that is neither too fast nor too much. */
  async function acceptedBefore(jobs: readonly NewJob[]): Promise<Job[] | undefined> {
    const known = await Promise.all(jobs.map(({ key }) => queue.find(key)));
    const accepted = known.filter((job) => job !== undefined);
    return accepted.length === jobs.length ? accepted : undefined;
  }

  return {
    async submit(jobs) {
      const [first] = jobs;
      const accepted = await acceptedBefore(jobs);
      if (accepted || !first) return accepted ?? [];
      if (closed) throw new UserError("shutting-down");
      if (await paused()) throw new UserError("queue-paused");
      await limits.take(first.person, first.place);
      const enqueued = await queue.enqueueAll(jobs, limits.rulesFor(first.person));
      return enqueued.map(({ job }) => job);
    },
    pause: (by) => settings.set(PAUSE_KEY, { by, at: clock.now() } satisfies Pause),
    resume: async () => void (await settings.delete(PAUSE_KEY)),
    paused,
    close() {
      closed = true;
    },
  };
}
