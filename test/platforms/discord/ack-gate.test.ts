import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ACKS_AT_A_TIME, createAckGate } from "../../../src/platforms/discord/ack-gate.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

describe("the gate for acknowledgements", () => {
  it("holds work back until the last acknowledgement is through", async () => {
    const order: string[] = [];
    const clock = createFakeClock();
    const gate = createAckGate(clock);
    let finish!: () => void;

    const slow = gate.pass(() => new Promise<void>((resolve) => (finish = resolve)).then(() => order.push("slow ack")));
    await gate.pass(async () => order.push("fast ack"));
    const work = gate.quiet().then(() => order.push("work"));
    finish();
    await slow;
    await clock.advance(0);
    await work;

    expect(order).toEqual(["fast ack", "slow ack", "work"]);
  });

  it("does not hold it back for ever", async () => {
    const clock = createFakeClock();
    const gate = createAckGate(clock);
    void gate.pass(() => new Promise(() => {}));
    let resumed = false;

    const work = gate.quiet().then(() => (resumed = true));
    await clock.advance(1999);
    const before = resumed;
    await clock.advance(1);
    await work;

    expect([before, resumed]).toEqual([false, true]);
    expect(clock.pending()).toBe(0);
  });

  it("lets work in piece by piece, and an acknowledgement that comes meanwhile goes first", async () => {
    const order: string[] = [];
    const clock = createFakeClock();
    const gate = createAckGate(clock);
    const finish: (() => void)[] = [];
    const acknowledge = () => new Promise<void>((resolve) => finish.push(resolve));
    const first = gate.pass(acknowledge);
    let second: Promise<void> | undefined;
    const works = [
      gate.quiet().then(() => {
        order.push("work 1");
        second = gate.pass(acknowledge);
      }),
      gate.quiet().then(() => order.push("work 2")),
    ];

    finish[0]!();
    await first;
    await clock.advance(1);
    const held = [...order];
    finish[1]!();
    await second;
    await clock.advance(0);
    await Promise.all(works);

    expect(held).toEqual(["work 1"]);
    expect(order).toEqual(["work 1", "work 2"]);
  });

  it("runs so many acknowledgements at a time and the others in their order", async () => {
    const gate = createAckGate(createFakeClock());
    const finish: (() => void)[] = [];

    const passed = Array.from({ length: ACKS_AT_A_TIME + 2 }, () =>
      gate.pass(() => new Promise<void>((resolve) => finish.push(resolve))),
    );
    await turn();
    const atOnce = finish.length;
    finish[0]!();
    await turn();
    const after = finish.length;
    finish[1]!();
    await turn();
    for (const end of finish) end();
    await Promise.all(passed);

    expect([atOnce, after]).toEqual([ACKS_AT_A_TIME, ACKS_AT_A_TIME + 1]);
  });

  it("has room again after an acknowledgement that failed", async () => {
    const clock = createFakeClock();
    const gate = createAckGate(clock);

    await expect(gate.pass(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await gate.quiet();

    expect(clock.pending()).toBe(0);
  });
});
