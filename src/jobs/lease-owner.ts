import { hostname } from "node:os";

/** The process that asks, and how to see whether another one on the same host still runs. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  readonly isAlive: (pid: number) => boolean;
}

export interface LeaseOwner {
  /** What is written beside a lease: host, process and this start of it. */
  readonly name: string;
  /** True for an owner that can never come back. Owners on other hosts are left to the expiry of their leases. */
  isDead(name: string): boolean;
}

export const thisProcess: ProcessIdentity = { host: hostname(), pid: process.pid, isAlive };

/** `instance` distinguishes this start from an earlier one with the same pid: in a container every process has pid 1. */
export function createLeaseOwner({ host, pid, isAlive }: ProcessIdentity, instance: string): LeaseOwner {
  const name = `${pid}/${instance}/${host}`;
  return {
    name,
    isDead(other) {
      if (other === name) return false;
      const [otherPid, , ...rest] = other.split("/");
      return rest.join("/") === host && (Number(otherPid) === pid || !isAlive(Number(otherPid)));
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
