import { describe, expect, it } from "vitest";
import { createLeaseOwner, thisProcess } from "../../src/jobs/lease-owner.ts";

const owner = (host: string, pid: number, instance: string, alive: readonly number[] = []) =>
  createLeaseOwner({ host, pid, isAlive: (other) => alive.includes(other) }, instance);

describe("the owner of a lease", () => {
  it("is not dead while it asks", () => {
    const me = owner("h", 1, "a");

    expect(me.isDead(me.name)).toBe(false);
  });

  it("is dead when its process is gone from this host", () => {
    const me = owner("h", 10, "a", [12]);

    expect(me.isDead(owner("h", 11, "b").name)).toBe(true);
    expect(me.isDead(owner("h", 12, "c").name)).toBe(false);
  });

  it("is dead when this process has its number now", () => {
    expect(owner("h", 1, "new", [1]).isDead(owner("h", 1, "old").name)).toBe(true);
  });

  it("is left alone on another host, which cannot be asked", () => {
    expect(owner("h", 10, "a").isDead(owner("other", 11, "b").name)).toBe(false);
    expect(owner("h/2", 10, "a").isDead(owner("h/2", 11, "b").name)).toBe(true);
  });

  it("asks the system about processes", () => {
    expect(thisProcess.isAlive(process.pid)).toBe(true);
    expect(thisProcess.isAlive(process.ppid)).toBe(true);
    expect(thisProcess.isAlive(2 ** 22 + 1)).toBe(false);
  });
});
