import type { Clock } from "../core/clock.ts";
import { UserError } from "../core/errors.ts";
import { communityOf, EVERYWHERE, isOperator, personKey, type Asker, type Ban, type Bans } from "../core/moderation.ts";
import { accountOf, type Account } from "../core/platform.ts";
import type { Database } from "../storage/database.ts";
import type { AuditLog } from "./audit-log.ts";

const HOUR_MS = 3_600_000;

type Row = {
  platform: string;
  community: string;
  person: string;
  reason: string;
  banned_by: string;
  at: number;
  expires_at: number | null;
};

/** The list of bans, also for the program itself: strikes and decisions end in `place`. */
export interface BanList extends Bans {
  place(ban: Omit<Ban, "at">): Ban;
  /** Those in force for somebody, in every community. */
  ofPerson(person: { platform: string; id: string }): Ban[];
  /** Rejects with UserError banned, with the reason and the end. */
  check(asker: Asker): Promise<void>;
  inForce(platform: string, community: string): Ban[];
}

export function createBans(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /** All accounts of whoever has this one: a ban of one holds for all. */
  readonly accountsOf: (account: Account) => readonly Account[];
}): BanList {
  const { database, clock, audit } = deps;
  const alive = "(expires_at IS NULL OR expires_at > ?)";
  const insert = database.prepare(
    "INSERT OR REPLACE INTO bans (platform, community, person, reason, banned_by, at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const remove = database.prepare(`DELETE FROM bans WHERE platform = ? AND community = ? AND person = ? AND ${alive}`);
  const one = database.prepare<Row>(
    `SELECT * FROM bans WHERE platform = ? AND community IN (?, '${EVERYWHERE}') AND person = ? AND ${alive} ORDER BY community <> '${EVERYWHERE}'`,
  );
  const ofCommunity = database.prepare<Row>(
    `SELECT * FROM bans WHERE platform = ? AND community IN (?, '${EVERYWHERE}') AND ${alive} ORDER BY at DESC`,
  );
  const ofOperator = database.prepare<Row>(
    `SELECT * FROM bans WHERE community = '${EVERYWHERE}' AND ${alive} ORDER BY at DESC`,
  );
  const ofPerson = database.prepare<Row>(`SELECT * FROM bans WHERE platform = ? AND person = ? AND ${alive}`);

  function place(given: Omit<Ban, "at">): Ban {
    const ban: Ban = { ...given, at: clock.now() };
    const { platform, community, person, reason, by, at, expiresAt } = ban;
    database.transaction(() => {
      insert.run(platform, community, person, reason, by, at, expiresAt ?? null);
      const detail = expiresAt === undefined ? "until lifted" : `until ${new Date(expiresAt).toISOString()}`;
      audit.append({ event: "ban", by, person: personKey({ platform, id: person }), platform, community, detail });
    });
    return ban;
  }

  function find({ person, place: { platform, ...place } }: Asker): Ban | undefined {
    for (const account of deps.accountsOf(accountOf(person))) {
      const community = account.platform === platform ? communityOf(place) : EVERYWHERE;
      const row = one.get(account.platform, community, account.id, clock.now());
      if (row) return toBan(row);
    }
    return undefined;
  }

  const inForce = (platform: string, community: string): Ban[] =>
    ofCommunity.all(platform, community, clock.now()).map(toBan);

  return {
    place,
    inForce,
    find: async (asker) => find(asker),
    ofPerson: ({ platform, id }) => ofPerson.all(platform, id, clock.now()).map(toBan),
    async check(asker) {
      const ban = find(asker);
      if (!ban) return;
      const params = { reason: ban.reason, until: untilText(ban) };
      const wait = ban.expiresAt === undefined ? {} : { retryAfterMs: ban.expiresAt - clock.now() };
      throw new UserError("banned", params, wait);
    },
    async ban(person, { reason, hours }, by) {
      requireModerator(by);
      return place({
        ...banned(person, by),
        reason,
        by: personKey(by.person),
        ...(hours === undefined ? {} : { expiresAt: clock.now() + hours * HOUR_MS }),
      });
    },
    async lift(written, by) {
      requireModerator(by);
      const { platform, community, person } = banned(written, by);
      return database.transaction(() => {
        if (remove.run(platform, community, person, clock.now()) === 0) return false;
        const entry = { person: personKey({ platform, id: person }), platform, community };
        audit.append({ event: "unban", by: personKey(by.person), ...entry });
        return true;
      });
    },
    async list(by) {
      requireModerator(by);
      const { platform, community } = placeOf(by);
      const here = inForce(platform, community);
      return isOperator(by)
        ? [...ofOperator.all(clock.now()).map(toBan), ...here.filter((ban) => ban.community !== EVERYWHERE)]
        : here;
    },
  };
}

/** Whom a moderator means, and where: their own community, or for the operator's `discord:123` the whole platform. */
function banned(written: string, by: Asker): Pick<Ban, "platform" | "community" | "person"> {
  const [, platform, person] = (isOperator(by) ? /^([a-z]+):(.+)$/.exec(written) : undefined) ?? [];
  return platform === undefined || person === undefined
    ? { ...placeOf(by), person: written }
    : { platform, community: EVERYWHERE, person };
}

/** Throws UserError moderators-only. */
export function requireModerator({ person }: Asker): void {
  if (!person.moderator) throw new UserError("moderators-only");
}

/** The community in which an asker's word counts. */
export function placeOf({ place }: Pick<Asker, "place">): { platform: string; community: string } {
  return { platform: place.platform, community: communityOf(place) };
}

/** until 2026-01-02 03:04 UTC, or: until a moderator lifts it. */
function untilText({ expiresAt }: Ban): string {
  if (expiresAt === undefined) return "until a moderator lifts the ban";
  return `until ${new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function toBan({ banned_by: by, expires_at: expiresAt, ...row }: Row): Ban {
  return { ...row, by, ...(expiresAt === null ? {} : { expiresAt }) };
}
