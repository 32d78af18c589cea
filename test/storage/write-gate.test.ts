import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createWriteGate } from "../../src/storage/write-gate.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const busy = () => Promise.reject(new UserError("storage-busy"));

describe("the gate of the database", () => {
  it("lets writers through, and their other errors out", async () => {
    const gate = createWriteGate({ clock: createFakeClock(), isFree: () => true });

    expect(await gate.pass(async () => 7)).toBe(7);
    await expect(gate.pass(() => Promise.reject(new Error("no space")))).rejects.toThrow("no space");
    expect(gate.closed()).toBe(false);
  });

  it("lets all wait for one look after the other, and writes again when the database is free", async () => {
    const clock = createFakeClock();
    let [free, looks, writes] = [false, 0, 0];
    const gate = createWriteGate({ clock, isFree: () => ((looks += 1), free) });
    const write = () => ((writes += 1), free ? Promise.resolve("written") : busy());

    const all = Promise.all([gate.pass(write), gate.pass(write), gate.pass(write)]);
    await clock.advance(2000);
    const during = { looks, writes, closed: gate.closed() };
    free = true;
    await clock.advance(300);

    expect(await all).toEqual(["written", "written", "written"]);
    expect(during).toEqual({ looks: 8, writes: 3, closed: true });
    expect(writes).toBe(6);
    expect(gate.closed()).toBe(false);
  });

  it("gives up when a writer's patience ends, each its own", async () => {
    const clock = createFakeClock();
    const gate = createWriteGate({ clock, isFree: () => false });
    const ends: string[] = [];
    const note = (name: string) => (error: unknown) => ends.push(`${name} ${(error as UserError).code}`);

    gate.pass(busy, 10_000).catch(note("patient"));
    gate.pass(busy, 1000).catch(note("hasty"));
    await clock.advance(1500);
    const early = [...ends];
    await clock.advance(10_000);

    expect(early).toEqual(["hasty storage-busy"]);
    expect(ends).toEqual(["hasty storage-busy", "patient storage-busy"]);
  });

  it("closes by itself when the database meets another program", async () => {
    const path = join(temporaryFolder(), "easel.db");
    const [own, other] = [1, 2].map(() => openDatabase({ path, log: silentLogger }));
    const clock = createFakeClock();
    const gate = createWriteGate({ clock, isFree: () => own!.isFree() });
    own!.waitAtMost(10, () => gate.close());
    const write = async () => own!.prepare("INSERT INTO key_values (key, value) VALUES ('a', '1')").run();

    other!.exec("BEGIN IMMEDIATE");
    const written = gate.pass(write);
    await clock.advance(1000);
    const closed = gate.closed();
    other!.exec("ROLLBACK");
    await clock.advance(300);

    expect(closed).toBe(true);
    expect(await written).toBe(1);
    own!.close();
    other!.close();
  });
});
