import { describe, expect, it } from "vitest";
import { createServiceClock } from "../../../src/simulator/slack/service-clock.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

describe("createServiceClock", () => {
  it("fires timers when either clock reaches them, once and in order", async () => {
    const base = createFakeClock(0);
    const clock = createServiceClock(base);
    const fired: string[] = [];
    clock.after(3000, () => fired.push(`c at ${clock.now()}`));
    clock.after(2000, () => fired.push(`b at ${clock.now()}`));
    clock.after(1000, () => fired.push(`a at ${clock.now()}`));

    await base.advance(1000);
    clock.advance(5000);
    await base.advance(5000);

    expect(fired).toEqual(["a at 1000", "b at 2000", "c at 3000"]);
    expect(clock.now()).toBe(11_000);
    expect(base.now()).toBe(6000);
  });

  it("fires what a timer starts, when it falls due on the way", () => {
    const clock = createServiceClock(createFakeClock(0));
    const fired: number[] = [];
    clock.after(1000, () => {
      fired.push(clock.now());
      clock.after(1000, () => fired.push(clock.now()));
      clock.after(9000, () => fired.push(clock.now()));
    });

    clock.advance(5000);

    expect(fired).toEqual([1000, 2000]);
  });

  it("never fires early, whatever the timers below do", () => {
    let nowMs = 0;
    const waiting: { readonly ms: number; readonly callback: () => void }[] = [];
    const early = createServiceClock({
      now: () => nowMs,
      after(ms, callback) {
        waiting.push({ ms, callback });
        return () => {};
      },
    });
    const fired: number[] = [];
    early.after(20, () => fired.push(early.now()));

    nowMs = 19;
    waiting.shift()!.callback();
    const [again] = waiting;
    nowMs = 20;
    again!.callback();

    expect(again!.ms).toBe(1);
    expect(fired).toEqual([20]);
  });

  it("forgets cancelled timers, and all of them when it stops", async () => {
    const base = createFakeClock(0);
    const clock = createServiceClock(base);
    const fired: string[] = [];
    const cancel = clock.after(1000, () => fired.push("cancelled"));
    clock.after(2000, () => fired.push("stopped"));

    cancel();
    clock.stop();
    clock.advance(10_000);
    await base.advance(10_000);

    expect(fired).toEqual([]);
    expect(base.pending()).toBe(0);
  });
});
