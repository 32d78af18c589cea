import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Person, Place } from "../../src/core/platform.ts";
import { createLimits, type LimitSettings } from "../../src/jobs/limits.ts";

const person = (id: string, roles: readonly string[] = []): Person => ({
  platform: "discord",
  id,
  name: id,
  moderator: false,
  roles,
});
const place = (channel = "general"): Place => ({ platform: "discord", channel, ageRestricted: false });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(settings: LimitSettings) {
  const limits = createLimits(settings);
  /** "ok", or the code of the refusal; lets Bottleneck's own timers of 0 ms fire. */
  async function take(who: Person, where = place()): Promise<string> {
    const outcome = limits.take(who, where).then(
      () => "ok",
      (error: { code: string }) => error.code,
    );
    await vi.advanceTimersByTimeAsync(50);
    return outcome;
  }
  return { limits, take };
}

describe("the rate of requests", () => {
  it("allows a burst, and then as many as are refilled", async () => {
    const { take } = setUp({ person: { rate: { perMinute: 6, burst: 3 } } });
    const outcomes = [];

    for (let i = 0; i < 4; i++) outcomes.push(await take(person("ada")));
    await vi.advanceTimersByTimeAsync(10_500);
    for (let i = 0; i < 2; i++) outcomes.push(await take(person("ada")));

    expect(outcomes).toEqual(["ok", "ok", "ok", "too-fast", "ok", "too-fast"]);
  });

  it("never refills above the burst", async () => {
    const { take } = setUp({ person: { rate: { perMinute: 60, burst: 2 } } });
    await take(person("ada"));

    await vi.advanceTimersByTimeAsync(3_600_000);
    const outcomes = [];
    for (let i = 0; i < 3; i++) outcomes.push(await take(person("ada")));

    expect(outcomes).toEqual(["ok", "ok", "too-fast"]);
  });

  it("says when to come back", async () => {
    const { limits } = setUp({ person: { rate: { perMinute: 4, burst: 1 } } });
    const first = limits.take(person("ada"), place());
    const second = limits.take(person("ada"), place());
    const refusal = expect(second).rejects.toMatchObject({
      code: "too-fast",
      retryAfterMs: 15_000,
      message: "That was too fast. Try again in 15 s.",
    });

    await vi.advanceTimersByTimeAsync(10);

    await first;
    await refusal;
  });

  it("holds when many requests come at the same moment", async () => {
    const { limits } = setUp({ person: { rate: { perMinute: 1, burst: 5 } } });

    const outcomes = Promise.allSettled(Array.from({ length: 20 }, () => limits.take(person("ada"), place())));
    await vi.advanceTimersByTimeAsync(100);

    expect((await outcomes).filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });

  it("is each person's own", async () => {
    const { take } = setUp({ person: { rate: { perMinute: 1, burst: 1 } } });

    const outcomes = [
      await take(person("ada")),
      await take(person("bob")),
      await take({ ...person("ada"), platform: "slack" }),
      await take(person("ada")),
    ];

    expect(outcomes).toEqual(["ok", "ok", "ok", "too-fast"]);
  });

  it("is limited for a channel, too, which costs the person nothing", async () => {
    const { take } = setUp({
      person: { rate: { perMinute: 1, burst: 2 } },
      channel: { rate: { perMinute: 1, burst: 1 } },
    });

    const outcomes = [
      await take(person("ada")),
      await take(person("bob")),
      await take(person("bob"), place("other")),
      await take(person("bob"), place("third")),
      await take(person("bob"), place("fourth")),
    ];

    expect(outcomes).toEqual(["ok", "too-fast", "ok", "ok", "too-fast"]);
  });

  it("has no limit where none is set", async () => {
    const { take } = setUp({ person: {} });

    for (let i = 0; i < 50; i++) expect(await take(person("ada"))).toBe("ok");
  });

  it("starts again after a stop", async () => {
    const { limits, take } = setUp({ person: { rate: { perMinute: 1, burst: 1 } } });
    await take(person("ada"));

    const stopped = limits.stop();
    await vi.advanceTimersByTimeAsync(10);
    await stopped;

    expect(await take(person("ada"))).toBe("ok");
  });
});

describe("limits by role", () => {
  const hour = 3_600_000;
  const settings: LimitSettings = {
    person: { rate: { perMinute: 4, burst: 2 }, maxWaiting: 3, quota: { limitMs: 60_000, periodMs: hour } },
    roles: {
      patron: { maxWaiting: 10, weight: 2, quota: { limitMs: 300_000, periodMs: hour } },
      artist: { maxWaiting: 20, quota: { limitMs: 600_000, periodMs: 24 * hour } },
      staff: { rate: { perMinute: Number.POSITIVE_INFINITY, burst: 1 } },
      newcomer: { maxWaiting: 1 },
    },
    channel: { maxWaiting: 30 },
  };

  it("are the common ones for somebody without a role", () => {
    const { limits } = setUp(settings);

    expect(limits.of(person("ada", ["unknown"]))).toEqual(settings.person);
    expect(limits.weightOf(person("ada"))).toBe(1);
    expect(limits.rulesFor(person("ada"))).toEqual({
      maxWaitingPerPerson: 3,
      maxWaitingPerChannel: 30,
      quota: { limitMs: 60_000, periodMs: hour },
    });
  });

  it("replace what they mention, the most generous of several first", () => {
    const { limits } = setUp(settings);

    expect(limits.of(person("ada", ["patron", "artist"]))).toEqual({
      rate: { perMinute: 4, burst: 2 },
      maxWaiting: 20,
      quota: { limitMs: 300_000, periodMs: hour },
      weight: 2,
    });
  });

  it("can be stricter than the common ones", () => {
    const { limits } = setUp(settings);

    expect(limits.rulesFor(person("ada", ["newcomer"])).maxWaitingPerPerson).toBe(1);
  });

  it("can lift a limit", async () => {
    const { take } = setUp(settings);

    for (let i = 0; i < 20; i++) expect(await take(person("ada", ["staff"]))).toBe("ok");
  });

  it("leave out what nobody limits", () => {
    const { limits } = setUp({ person: {} });

    expect(limits.rulesFor(person("ada"))).toEqual({});
  });
});
