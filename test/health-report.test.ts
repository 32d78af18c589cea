import { describe, expect, it } from "vitest";
import { degraded, down, HEALTHY } from "../src/core/health.ts";
import { reportHealth, type HealthSources } from "../src/health-report.ts";
import type { DeviceInfo } from "../src/inference/device.ts";
import { createFakeStore } from "./commands/fake-context.ts";
import { createFakePlatform } from "./support/fake-platform.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const device = (state: DeviceInfo["state"], id = "cpu", reason?: string): DeviceInfo => ({
  id,
  device: "cpu",
  state,
  crashes: 0,
  ...(reason === undefined ? {} : { reason }),
});

function report(change: Partial<HealthSources> = {}, expected: readonly string[] = []) {
  const sources: HealthSources = {
    store: createFakeStore(new Map()),
    gate: { closed: () => false },
    dataDir: temporaryFolder(),
    devices: [device("idle")],
    platforms: new Map(),
    safetyFault: () => undefined,
    killSwitch: { paused: async () => undefined },
    sharedSettings: undefined,
    ...change,
  };
  return reportHealth(sources, expected);
}

describe("the report about the program", () => {
  it("is ok when every part is", async () => {
    const { state, parts } = await report();

    expect(state).toBe("ok");
    expect(Object.keys(parts)).toEqual(["database", "disk", "devices", "safety", "drawing"]);
  });

  it("has the platforms that are to be connected, in their own words", async () => {
    const discord = { ...createFakePlatform("discord"), health: () => degraded("Discord limits this bot.") };
    const { state, parts } = await report({ platforms: new Map([["discord", discord]]) }, ["discord", "slack"]);

    expect(state).toBe("down");
    expect(parts["discord"]).toEqual(degraded("Discord limits this bot."));
    expect(parts["slack"]).toEqual(down("It is not connected yet."));
  });

  it.each<[string, Partial<HealthSources>, string, ReturnType<typeof down>]>([
    [
      "another program holds the database",
      { gate: { closed: () => true } },
      "database",
      degraded("Another program holds it: whoever writes has to wait."),
    ],
    [
      "the database cannot be read",
      {
        store: {
          ...createFakeStore(new Map()),
          get: () => Promise.reject(new Error("disk I/O error")),
        },
      },
      "database",
      down("It cannot be read: disk I/O error"),
    ],
    [
      "one of two devices is restarted",
      { devices: [device("busy", "cuda:0"), device("restarting", "cuda:1", "signal SIGABRT")] },
      "devices",
      degraded("cuda:1 is restarting (signal SIGABRT)."),
    ],
    ["no device is there yet", { devices: [device("starting")] }, "devices", down("cpu is starting.")],
    [
      "the filters fail their test",
      { safetyFault: () => "no rules are loaded" },
      "safety",
      down("The safety filters fail their test, nothing is drawn: no rules are loaded"),
    ],
    [
      "drawing is paused",
      { killSwitch: { paused: async () => ({ by: "discord:1", at: Date.UTC(2026, 0, 1) }) } },
      "drawing",
      degraded("It is paused since 2026-01-01T00:00:00.000Z; what is asked for is declined."),
    ],
  ])("says when %s, and nothing else is wrong", async (_, change, part, health) => {
    const { state, parts } = await report(change);

    expect(parts[part]).toEqual(health);
    expect(state).toBe(health.state);
    expect(Object.entries(parts).filter(([name, one]) => name !== part && one !== HEALTHY)).toEqual([]);
  });
});
