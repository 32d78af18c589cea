import { UserError } from "../core/errors.ts";
import type { AdmissionRules, JobQueue } from "../core/job-queue.ts";
import type { Job, NewJob } from "../core/job.ts";
import type { Limits } from "./limits.ts";

export interface AdmissionDeps {
  readonly queue: Pick<JobQueue, "enqueueAll" | "find">;
  readonly limits: Pick<Limits, "take" | "rulesFor">;
  /** Rejects with UserError when this person may not draw here now: the kill switch, a ban. */
  readonly gate: (job: NewJob) => Promise<void>;
}

/** What the place allows, within what the operator does. */
export interface PlaceCaps {
  readonly maxWaiting?: number;
}

/** The door of the queue. */
export interface Admission {
  /**
   * Stores all jobs of one interaction, or none. Jobs that were accepted before come back as they are, whatever the limits say now. Rejects
   * with UserError shutting-down, too-fast, those of the gate, and those of JobQueue.enqueueAll.
   */
  submit(jobs: readonly NewJob[], caps?: PlaceCaps): Promise<readonly Job[]>;
  /** The process is about to end: nothing new is accepted. */
  close(): void;
}

export function createAdmission({ queue, limits, gate }: AdmissionDeps): Admission {
  let closed = false;

  /** A platform that got no receipt sends an interaction again; that is neither too fast nor too much. */
  async function acceptedBefore(jobs: readonly NewJob[]): Promise<Job[] | undefined> {
    const known = await Promise.all(jobs.map(({ key }) => queue.find(key)));
    const accepted = known.filter((job) => job !== undefined);
    return accepted.length === jobs.length ? accepted : undefined;
  }

  return {
    async submit(jobs, caps = {}) {
      const [first] = jobs;
      const accepted = await acceptedBefore(jobs);
      if (accepted || !first) return accepted ?? [];
      if (closed) throw new UserError("shutting-down");
      await gate(first);
      await limits.take(first.person, first.place);
      const enqueued = await queue.enqueueAll(jobs, stricter(limits.rulesFor(first.person), caps));
      return enqueued.map(({ job }) => job);
    },
    close() {
      closed = true;
    },
  };
}

function stricter(rules: AdmissionRules, { maxWaiting }: PlaceCaps): AdmissionRules {
  if (maxWaiting === undefined) return rules;
  return { ...rules, maxWaitingPerPerson: Math.min(maxWaiting, rules.maxWaitingPerPerson ?? maxWaiting) };
}
