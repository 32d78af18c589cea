import type { Ids } from "./ids.ts";

/** The emoji that a workspace made for itself. */
export interface CustomEmoji {
  add(emoji: { readonly teamId: string; readonly name: string; readonly bytes: Buffer }): void;
  /** Another name, of an emoji here or of one of Slack's own. */
  alias(emoji: { readonly teamId: string; readonly name: string; readonly of: string }): void;
  /** As `emoji.list` shows them: addresses, and `alias:` with a name. */
  list(teamId: string): Readonly<Record<string, string>>;
  /** The picture at the path of an address; everybody may see it. */
  at(path: string): Buffer | undefined;
}

/** Slack keeps these pictures at a host of their own; here it is a path. */
export function createCustomEmoji(ids: Ids, originUrl: () => string): CustomEmoji {
  const pictures = new Map<string, Buffer>();
  const names = new Map<string, Map<string, () => string>>();

  function name(teamId: string, key: string, value: () => string): void {
    const known = names.get(teamId) ?? new Map<string, () => string>();
    names.set(teamId, known.set(key, value));
  }

  return {
    add({ teamId, name: key, bytes }) {
      const path = `/emoji/${teamId}/${key}/${ids.next("")}.png`;
      pictures.set(path, bytes);
      name(teamId, key, () => `${originUrl()}${path}`);
    },
    alias: ({ teamId, name: key, of }) => name(teamId, key, () => `alias:${of}`),
    list: (teamId) => Object.fromEntries([...(names.get(teamId) ?? [])].map(([key, value]) => [key, value()])),
    at: (path) => pictures.get(path),
  };
}
