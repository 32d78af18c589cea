import type { Clock } from "../core/clock.ts";
import { readFavourites, writeFavourites, type Favourite } from "../core/favourites.ts";
import { personKey } from "../core/moderation.ts";
import { readSettings, writeSettings } from "../core/person-settings.ts";
import { accountOf, type Account, type Person } from "../core/platform.ts";
import type { KeyValueStore } from "../core/stores.ts";
import type { Database } from "../storage/database.ts";
import { createAccountData } from "./account-data.ts";
import type { AuditLog } from "./audit-log.ts";

/** Which accounts are one person. Only the operator says so: whoever has one of them reads what all of them asked for. */
export interface LinkedAccounts {
  /** Somebody as the program knows them: by the first of their accounts, whichever they act by. */
  recognise(person: Person): Person;
  /** All accounts of the person who has this one; the one that they are known by comes first. */
  accountsOf(account: Account): readonly Account[];
  /** Makes the person of `other` the person of `main`, with their requests, quota, favourites and settings. False when they are one already. */
  link(main: Account, other: Account, by: string): Promise<boolean>;
  /** Makes an account a person of its own again, with what it asked for. False when it is linked to none. */
  unlink(account: Account, by: string): Promise<boolean>;
  /** Everybody with several accounts. */
  list(): readonly (readonly Account[])[];
}

/**
 * Favourites and settings may lie elsewhere than the accounts, so that no transaction holds both: what is taken over is copied first and
 * removed last. A process that ends between leaves nobody with less, and copying again adds nothing twice.
 */
export function createLinkedAccounts(deps: {
  readonly database: Database;
  readonly settings: KeyValueStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
}): LinkedAccounts {
  const { database, settings, audit, clock } = deps;
  const data = createAccountData(database);
  const mainOfAccount = database.prepare<Account>(
    "SELECT main_platform AS platform, main_person AS id FROM linked_accounts WHERE platform = ? AND person = ?",
  );
  const ofMain = database.prepare<Account>(
    "SELECT platform, person AS id FROM linked_accounts WHERE main_platform = ? AND main_person = ? ORDER BY at, platform, person",
  );
  const mains = database.prepare<Account>(
    "SELECT main_platform AS platform, main_person AS id FROM linked_accounts GROUP BY main_platform, main_person ORDER BY min(at)",
  );
  const insert = database.prepare(
    "INSERT OR REPLACE INTO linked_accounts (platform, person, main_platform, main_person, at) VALUES (?, ?, ?, ?, ?)",
  );
  const remove = database.prepare("DELETE FROM linked_accounts WHERE platform = ? AND person = ?");

  function mainOf({ platform, id }: Account): Account {
    // libsql's rows carry more than their columns.
    const main = mainOfAccount.get(platform, id);
    return main ? { platform: main.platform, id: main.id } : { platform, id };
  }

  function accountsOf(account: Account): readonly Account[] {
    const main = mainOf(account);
    return [main, ...ofMain.all(main.platform, main.id)];
  }

  function setMain(account: Account, main: Account): void {
    if (isSame(account, main)) remove.run(account.platform, account.id);
    else insert.run(account.platform, account.id, main.platform, main.id, clock.now());
  }

  /** What one prefers stays, and what the other prefers is taken over where there is nothing else. Again, it changes nothing. */
  async function shareTastes(from: Account, to: Account): Promise<void> {
    await addFavourites(to, await readFavourites(settings, from));
    if (Object.keys(await readSettings(settings, to)).length === 0)
      await writeSettings(settings, to, await readSettings(settings, from));
  }

  async function addFavourites(to: Account, others: readonly Favourite[]): Promise<void> {
    const own = await readFavourites(settings, to);
    const isNew = (one: Favourite) => !own.some(({ job, index }) => job === one.job && index === one.index);
    await writeFavourites(settings, to, [...own, ...others.filter(isNew)]);
  }

  return {
    accountsOf,
    recognise(person) {
      const account = accountOf(person);
      const main = mainOf(account);
      return isSame(main, account) ? person : { ...person, ...main, account };
    },
    async link(one, other, by) {
      const [main, joined] = [mainOf(one), mainOf(other)];
      if (isSame(main, joined)) return false;
      await shareTastes(joined, main);
      database.transaction(() => {
        for (const account of accountsOf(joined)) setMain(account, main);
        data.join(joined, main);
        audit.append({ event: "link", by, person: personKey(main), detail: personKey(other) });
      });
      return true;
    },
    async unlink(account, by) {
      const [main, heir, ...others] = accountsOf(account);
      if (!main || !heir) return false;
      // Whom everybody knows by the account that leaves is known by the next one from now on.
      const isMain = isSame(main, account);
      const leaving = isMain ? heir : account;
      const moving = new Set([leaving, ...(isMain ? others : [])].flatMap((one) => data.askedBy(one, main)));
      const favourites = await readFavourites(settings, main);
      await addFavourites(
        leaving,
        favourites.filter(({ job }) => moving.has(job)),
      );
      database.transaction(() => {
        setMain(leaving, leaving);
        data.split(leaving, main);
        for (const one of isMain ? others : []) {
          setMain(one, heir);
          data.split(one, main);
          data.join(one, heir);
        }
        audit.append({ event: "unlink", by, person: personKey(main), detail: personKey(account) });
      });
      await writeFavourites(
        settings,
        main,
        favourites.filter(({ job }) => !moving.has(job)),
      );
      return true;
    },
    list: () => mains.all().map((main) => accountsOf(main)),
  };
}

function isSame(one: Account, other: Account): boolean {
  return one.platform === other.platform && one.id === other.id;
}
