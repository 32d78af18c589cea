import type { Clock } from "../../core/clock.ts";
import { UserError } from "../../core/errors.ts";
import { workspaceKey, type Workspace } from "./address.ts";
import type { SlackApi } from "./slack-api.ts";
import { codeOf } from "./slack-faults.ts";

/** Where Slack keeps the pictures of emoji; they need no token. */
export const EMOJI_HOST = "emoji.slack-edge.com";

/** The address of the picture of a workspace's own emoji; undefined when it has none of this name. Rejects with UserError teach-picture. */
export type FindEmoji = (workspace: Workspace, name: string) => Promise<string | undefined>;

type List = Readonly<Record<string, string>>;

const KNOWN_MS = 60_000;
const ALIAS = "alias:";
const MAX_ALIASES = 5;

/** Looks into `emoji.list`, at most once a minute and workspace, and follows other names of the same picture. */
export function createFindEmoji({ api, clock }: { readonly api: SlackApi; readonly clock: Clock }): FindEmoji {
  const known = new Map<string, { readonly list: List; readonly until: number }>();

  async function read(workspace: Workspace): Promise<List> {
    try {
      const args = {};
      const { emoji = {} } = await api.call<{ emoji?: List }>(workspace, {
        method: "emoji.list",
        args,
        repeatable: true,
      });
      return emoji;
    } catch (error) {
      if (codeOf(error) !== "missing_scope") throw error;
      const reason = "I may not look up this workspace's emoji (an admin allows that with the scope emoji:read)";
      throw new UserError("teach-picture", { reason: `${reason}; attach a picture instead` }, { cause: error });
    }
  }

  return async (workspace, name) => {
    const key = workspaceKey(workspace);
    const now = clock.now();
    const cached = known.get(key);
    const list = cached && cached.until > now ? cached.list : await read(workspace);
    if (list !== cached?.list) known.set(key, { list, until: now + KNOWN_MS });
    return addressOf(list, name, MAX_ALIASES);
  };
}

/** Follows aliases, which may also lead to Slack's own emoji or round in a circle: those have no address here. */
function addressOf(list: List, name: string, aliases: number): string | undefined {
  const found = Object.hasOwn(list, name) ? list[name] : undefined;
  if (found === undefined || !found.startsWith(ALIAS)) return found;
  return aliases === 0 ? undefined : addressOf(list, found.slice(ALIAS.length), aliases - 1);
}
