import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/core/logger.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createQuotaLedger, createQuotaStore } from "../../src/storage/quotas.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const HOUR = 3_600_000;
const person = { platform: "discord", person: "ada" };

function setUp() {
  const clock = createFakeClock(Date.UTC(2026, 4, 1, 10, 30));
  const database = openDatabase({ path: ":memory:", log: silentLogger });
  const quotas = createQuotaStore(createQuotaLedger({ database, clock }));
  const reserve = (job: string, predictedMs: number, who = person) =>
    quotas.reserve({ job, ...who, predictedMs, limitMs: 60_000, periodMs: HOUR });
  const used = (who = person) => quotas.used({ ...who, periodMs: HOUR });
  return { clock, database, quotas, reserve, used };
}

describe("quotas", () => {
  it("adds up what is reserved", async () => {
    const { reserve, used } = setUp();

    await reserve("a", 10_000);
    await reserve("b", 20_000.4);

    expect(await used()).toEqual({ usedMs: 30_000, resetsAt: Date.UTC(2026, 4, 1, 11) });
  });

  it("refuses what does not fit and says when it refills", async () => {
    const { reserve, used } = setUp();
    await reserve("a", 45_000);

    const outcome = reserve("b", 15_001);

    await expect(outcome).rejects.toMatchObject({
      code: "quota-used-up",
      message: "Your quota is used up: 45 of 60 device seconds. It refills at 2026-05-01 11:00 UTC.",
      retryAfterMs: HOUR / 2,
    });
    expect((await used()).usedMs).toBe(45_000);
  });

  it("accepts exactly what is left", async () => {
    const { reserve } = setUp();
    await reserve("a", 45_000);

    await expect(reserve("b", 15_000)).resolves.toBeUndefined();
  });

  it("replaces a reservation by what was measured", async () => {
    const { quotas, reserve, used } = setUp();
    await reserve("a", 45_000);

    await quotas.settle("a", 5_000);

    expect((await used()).usedMs).toBe(5_000);
  });

  it("gives a reservation back", async () => {
    const { quotas, reserve, used } = setUp();
    await reserve("a", 45_000);

    await quotas.refund("a");

    expect((await used()).usedMs).toBe(0);
  });

  it("starts again with the next period", async () => {
    const { clock, reserve, used } = setUp();
    await reserve("a", 60_000);

    await clock.advance(HOUR / 2);

    expect(await used()).toEqual({ usedMs: 0, resetsAt: Date.UTC(2026, 4, 1, 12) });
    await expect(reserve("b", 60_000)).resolves.toBeUndefined();
  });

  it("keeps people and platforms apart", async () => {
    const { reserve, used } = setUp();

    await reserve("a", 60_000);
    await reserve("b", 50_000, { platform: "slack", person: "ada" });
    await reserve("c", 40_000, { platform: "discord", person: "bob" });

    expect((await used()).usedMs).toBe(60_000);
    expect((await used({ platform: "slack", person: "ada" })).usedMs).toBe(50_000);
  });

  it("does not keep what happened long ago", async () => {
    const { clock, database, reserve } = setUp();
    await reserve("a", 1000);
    await clock.advance(63 * 24 * HOUR);

    await reserve("b", 1000);

    expect(database.prepare("SELECT job FROM quota_uses").all()).toEqual([{ job: "b" }]);
  });
});
