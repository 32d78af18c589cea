import { describe, expect, it } from "vitest";
import { formatDuration, statusButtons, statusText } from "../../src/core/status-text.ts";

describe("statusText", () => {
  it.each([
    [{ state: "queued", ahead: 3, etaMs: 12_000 }, "3 ahead of you, about 12 s"],
    [{ state: "queued", ahead: 0 }, "Next in line"],
    [{ state: "queued" }, "Waiting"],
    [{ state: "loading" }, "Loading the model"],
    [{ state: "running", step: 3, steps: 12, etaMs: 2000 }, "Drawing: step 3 of 12, about 2.0 s"],
    [{ state: "running" }, "Drawing"],
    [{ state: "finishing" }, "Finishing"],
  ] as const)("says %j", (update, text) => {
    expect(statusText(update)).toBe(text);
  });
});

describe("statusButtons", () => {
  it("offers to cancel", () => {
    expect(statusButtons("k3f9x2ab")[0]![0]).toMatchObject({ id: "v1:cancel:k3f9x2ab", label: "Cancel" });
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0.0 s"],
    [820, "0.8 s"],
    [9949, "9.9 s"],
    [9950, "10 s"],
    [99_400, "99 s"],
    [99_600, "2 min"],
    [3_570_000, "1 h"],
    [3_900_000, "1 h 5 min"],
  ])("writes %i ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
