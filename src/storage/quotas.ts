import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import type { QuotaStore } from "../core/stores.ts";
import type { Database } from "./database.ts";

type Reservation = Parameters<QuotaStore["reserve"]>[0];
type Usage = Awaited<ReturnType<QuotaStore["used"]>>;

/** The QuotaStore's work without promises, so that the queue can do it inside its own transactions. */
export interface QuotaLedger {
  reserve(reservation: Reservation): void;
  settle(job: string, deviceMs: number): void;
  refund(job: string): void;
  used(input: Parameters<QuotaStore["used"]>[0]): Usage;
}

/** Uses older than this belong to no period that anybody limits. */
const KEEP_MS = 62 * 24 * 3_600_000;

/**
 * Device time per person in windows that start at multiples of the period since the epoch (a day begins at 00:00 UTC). A job counts in the
 * window in which it was accepted. `reserve` throws UserError quota-used-up with retryAfterMs.
 */
export function createQuotaLedger({ database, clock }: { database: Database; clock: Clock }): QuotaLedger {
  const insert = database.prepare(
    "INSERT INTO quota_uses (job, platform, person, at, device_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const update = database.prepare("UPDATE quota_uses SET device_ms = ? WHERE job = ?");
  const remove = database.prepare("DELETE FROM quota_uses WHERE job = ?");
  const removeOld = database.prepare("DELETE FROM quota_uses WHERE platform = ? AND person = ? AND at < ?");
  const sum = database.prepare<{ usedMs: number }>(
    "SELECT coalesce(sum(device_ms), 0) AS usedMs FROM quota_uses WHERE platform = ? AND person = ? AND at >= ?",
  );

  function used({ platform, person, periodMs }: Parameters<QuotaStore["used"]>[0]): Usage {
    const startsAt = Math.floor(clock.now() / periodMs) * periodMs;
    return { usedMs: sum.get(platform, person, startsAt)?.usedMs ?? 0, resetsAt: startsAt + periodMs };
  }

  return {
    used,
    reserve({ job, platform, person, predictedMs, limitMs, periodMs }) {
      database.transaction(() => {
        const { usedMs, resetsAt } = used({ platform, person, periodMs });
        if (usedMs + predictedMs > limitMs) throw quotaUsedUp(usedMs, limitMs, resetsAt, clock.now());
        removeOld.run(platform, person, clock.now() - Math.max(KEEP_MS, periodMs));
        insert.run(job, platform, person, clock.now(), Math.round(predictedMs));
      });
    },
    settle: (job, deviceMs) => void update.run(Math.round(deviceMs), job),
    refund: (job) => void remove.run(job),
  };
}

/** The ledger as the core's QuotaStore. */
export function createQuotaStore(ledger: QuotaLedger): QuotaStore {
  return {
    reserve: async (reservation) => ledger.reserve(reservation),
    settle: async (job, deviceMs) => ledger.settle(job, deviceMs),
    refund: async (job) => ledger.refund(job),
    used: async (input) => ledger.used(input),
  };
}

function quotaUsedUp(usedMs: number, limitMs: number, resetsAt: number, now: number): UserError {
  const params = {
    used: Math.round(usedMs / 1000),
    limit: Math.round(limitMs / 1000),
    resetsAt: `${new Date(resetsAt).toISOString().slice(0, 16).replace("T", " ")} UTC`,
  };
  return new UserError("quota-used-up", params, { retryAfterMs: resetsAt - now });
}
