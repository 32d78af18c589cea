import { describe, expect, it } from "vitest";
import type { StatusUpdate } from "../../../src/core/message.ts";
import { createProgressBar, progressLine } from "../../../src/platforms/terminal/progress-bar.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const running = (step: number, more: Partial<StatusUpdate> = {}): StatusUpdate => ({
  job: "k3f9",
  state: "running",
  step,
  steps: 8,
  etaMs: 3000,
  buttons: [],
  ...more,
});

function start(tty: boolean) {
  const clock = createFakeClock();
  const lines: (string | undefined)[] = [];
  const bar = createProgressBar({
    tty,
    clock,
    columns: () => 79,
    live: (line) => lines.push(line),
    print: (line) => lines.push(line),
  });
  return { bar, clock, lines };
}

describe("progressLine", () => {
  it("draws a bar and says the same in words", () => {
    expect(progressLine(running(6), 79)).toBe("[##################------] Drawing: step 6 of 8, about 3.0 s");
  });

  it("shortens the bar, then leaves it out, and never exceeds the width", () => {
    expect(progressLine(running(4), 50)).toBe("[#######-------] Drawing: step 4 of 8, about 3.0 s");
    expect(progressLine(running(4), 38)).toBe("Drawing: step 4 of 8, about 3.0 s");
    for (let columns = 0; columns < 90; columns++) {
      expect(progressLine(running(8), columns, 3).length).toBeLessThanOrEqual(columns);
    }
  });

  it("says what waits", () => {
    const queued: StatusUpdate = { job: "k3f9", state: "queued", ahead: 2, etaMs: 40_000, buttons: [] };

    expect(progressLine(queued, 79, 1)).toBe("2 ahead of you, about 40 s (1 more waiting)");
  });
});

describe("createProgressBar", () => {
  it("redraws at most every 100 ms, and the latest state wins", async () => {
    const { bar, clock, lines } = start(true);

    for (const step of [1, 2, 3, 4]) bar.update(running(step));
    const atOnce = lines.length;
    await clock.advance(100);

    expect(atOnce).toBe(1);
    expect(lines.map((line) => /step (\d)/.exec(line ?? "")?.[1])).toEqual(["1", "4"]);
  });

  it("prefers a running job over waiting ones, and goes when all are done", async () => {
    const { bar, clock, lines } = start(true);

    bar.update({ job: "later", state: "queued", ahead: 1, buttons: [] });
    await clock.advance(100);
    bar.update(running(1));
    await clock.advance(100);
    bar.done("k3f9");
    bar.done("later");

    expect(lines).toEqual([
      "1 ahead of you",
      expect.stringContaining("step 1 of 8, about 3.0 s (1 more waiting)"),
      "1 ahead of you",
      undefined,
    ]);
  });

  it("does not bring a finished job back when an update comes late", async () => {
    const { bar, clock, lines } = start(true);

    bar.update(running(8));
    bar.done("k3f9");
    bar.update(running(8));
    await clock.advance(1000);

    expect(lines.at(-1)).toBeUndefined();
    expect(bar.jobs()).toEqual([]);
  });

  it("prints a line for each state and one every ten seconds where there is no terminal", async () => {
    const { bar, clock, lines } = start(false);

    bar.update({ job: "k3f9", state: "queued", ahead: 0, buttons: [] });
    for (let step = 1; step <= 8; step++) {
      bar.update(running(step));
      await clock.advance(3000);
    }

    expect(lines).toEqual([
      "k3f9: Next in line",
      "k3f9: Drawing: step 1 of 8, about 3.0 s",
      "k3f9: Drawing: step 5 of 8, about 3.0 s",
    ]);
  });
});
