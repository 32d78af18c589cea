import type { Account } from "./platform.ts";
import type { KeyValueStore } from "./stores.ts";

/** A picture that somebody likes. */
export interface Favourite {
  readonly job: string;
  readonly index: number;
}

/** The oldest are forgotten beyond this. */
export const MAX_FAVOURITES = 200;

/** `platform` and `person` let a purge find it. */
interface Stored {
  readonly platform: string;
  readonly person: string;
  readonly favourites: readonly Favourite[];
}

/** Somebody's favourites, newest first. */
export async function readFavourites(store: KeyValueStore, person: Account): Promise<readonly Favourite[]> {
  return (await store.get<Stored>(key(person)))?.favourites ?? [];
}

/** Adds a favourite, or takes it away when it is one. True when it is one now. */
export async function toggleFavourite(store: KeyValueStore, person: Account, picked: Favourite): Promise<boolean> {
  const known = await readFavourites(store, person);
  const others = known.filter(({ job, index }) => job !== picked.job || index !== picked.index);
  const isNew = others.length === known.length;
  const favourites = isNew ? [picked, ...others].slice(0, MAX_FAVOURITES) : others;
  await writeFavourites(store, person, favourites);
  return isNew;
}

/** Replaces somebody's favourites, newest first. */
export async function writeFavourites(
  store: KeyValueStore,
  person: Account,
  favourites: readonly Favourite[],
): Promise<void> {
  if (favourites.length === 0) await store.delete(key(person));
  else await store.set(key(person), { platform: person.platform, person: person.id, favourites } satisfies Stored);
}

function key({ platform, id }: Account): string {
  return `favourites:${platform}:${id}`;
}
