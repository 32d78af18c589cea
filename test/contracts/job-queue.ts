import { describe } from "vitest";
import { countsContract } from "./job-queue/counts.ts";
import { fairnessContract } from "./job-queue/fairness.ts";
import { intakeContract } from "./job-queue/intake.ts";
import { interleavingContract } from "./job-queue/interleavings.ts";
import { leaseContract } from "./job-queue/leases.ts";
import { outboxContract } from "./job-queue/outbox.ts";
import type { CreateQueueStorage } from "./job-queue/queue-world.ts";

/** What every driver of JobQueue must do. `create` makes empty storage; its `open` is a start of the program on it. */
export function jobQueueContract(name: string, create: CreateQueueStorage): void {
  describe(`${name} as a JobQueue`, () => {
    intakeContract(create);
    leaseContract(create);
    fairnessContract(create);
    outboxContract(create);
    countsContract(create);
    interleavingContract(create);
  });
}
