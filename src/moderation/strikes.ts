import type { Clock } from "../core/clock.ts";
import type { Database } from "../storage/database.ts";
import type { BanList } from "./bans.ts";

const HOUR_MS = 3_600_000;

/** What refusals lead to. A rule's category is the part before its slash. */
export interface StrikePolicy {
  /** Categories that cost nothing: somebody in distress, or the filter's own failure. */
  readonly free: readonly string[];
  /** Categories whose first strike already counts as many as the first step. */
  readonly severe: readonly string[];
  /** At so many strikes, so many hours without drawing; ascending. Empty: no bans by the program. */
  readonly steps: readonly { readonly strikes: number; readonly hours: number }[];
  readonly windowMs: number;
}

interface Offender {
  readonly platform: string;
  readonly community: string;
  readonly person: string;
}

export interface Strikes {
  /** Counts a refusal, and bans at the steps of the policy. */
  add(offender: Offender, rule: string): void;
  /** Forgets the newest strike for a rule: a moderator found the refusal wrong. */
  takeBack(offender: Offender, rule: string): void;
  /** In the whole community when no person is given. */
  count(of: Omit<Offender, "person">, since: number): number;
  ofPerson(person: { platform: string; id: string }): { rule: string; at: number }[];
  prune(before: number): number;
}

export function createStrikes(deps: {
  database: Database;
  clock: Clock;
  bans: BanList;
  policy: StrikePolicy;
}): Strikes {
  const { database, clock, bans, policy } = deps;
  const insert = database.prepare("INSERT INTO strikes (platform, community, person, rule, at) VALUES (?, ?, ?, ?, ?)");
  const ofOffender = database.prepare<{ strikes: number }>(
    "SELECT count(*) AS strikes FROM strikes WHERE platform = ? AND community = ? AND person = ? AND at > ?",
  );
  const ofCommunity = database.prepare<{ strikes: number }>(
    "SELECT count(*) AS strikes FROM strikes WHERE platform = ? AND community = ? AND at > ?",
  );
  const ofPerson = database.prepare<{ rule: string; at: number }>(
    "SELECT rule, at FROM strikes WHERE platform = ? AND person = ? ORDER BY sequence",
  );
  const removeNewest = database.prepare(
    `DELETE FROM strikes WHERE sequence = (SELECT max(sequence) FROM strikes WHERE platform = ? AND community = ? AND person = ? AND rule = ?)`,
  );
  const removeOld = database.prepare("DELETE FROM strikes WHERE at < ?");

  /** The step that this strike reaches. */
  function stepAt(strikes: number, severe: boolean): StrikePolicy["steps"][number] | undefined {
    const [first] = policy.steps;
    if (!severe || !first) return policy.steps.find((step) => step.strikes === strikes);
    return policy.steps.findLast((step) => step.strikes <= Math.max(strikes, first.strikes));
  }

  return {
    add(offender, rule) {
      const category = rule.split("/", 1)[0]!;
      if (policy.free.includes(category)) return;
      const { platform, community, person } = offender;
      database.transaction(() => {
        const now = clock.now();
        insert.run(platform, community, person, rule, now);
        const strikes = ofOffender.get(platform, community, person, now - policy.windowMs)?.strikes ?? 0;
        const step = stepAt(strikes, policy.severe.includes(category));
        if (!step) return;
        const reason = `requests that were refused (${rule})`;
        bans.place({ ...offender, reason, by: "easel", expiresAt: now + step.hours * HOUR_MS });
      });
    },
    takeBack: ({ platform, community, person }, rule) => void removeNewest.run(platform, community, person, rule),
    count: ({ platform, community }, since) => ofCommunity.get(platform, community, since)?.strikes ?? 0,
    ofPerson: ({ platform, id }) => ofPerson.all(platform, id),
    prune: (before) => removeOld.run(before),
  };
}
