import { describe, expect, it } from "vitest";
import { createAckGate } from "../../../src/platforms/discord/ack-gate.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

describe("the gate for acknowledgements", () => {
  it("holds work back until the last acknowledgement is through", async () => {
    const order: string[] = [];
    const gate = createAckGate(createFakeClock());
    let finish!: () => void;

    const slow = gate.pass(() => new Promise<void>((resolve) => (finish = resolve)).then(() => order.push("slow ack")));
    await gate.pass(async () => order.push("fast ack"));
    const work = gate.quiet().then(() => order.push("work"));
    finish();
    await Promise.all([slow, work]);

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
});
