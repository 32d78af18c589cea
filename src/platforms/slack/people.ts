import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Person } from "../../core/platform.ts";
import { personId, workspaceKey, type Where } from "./address.ts";
import type { SlackApi } from "./slack-api.ts";

/** Who did something, and in which language they read. Moderators are the workspace's owners and admins. */
export type ReadPerson = (where: Where) => Promise<{ readonly person: Person; readonly locale: string }>;

const KNOWN_MS = 5 * 60_000;
const MAX_KNOWN = 5000;

export const DEFAULT_LOCALE = "en-US";

interface Known extends Pick<Person, "name" | "moderator"> {
  readonly locale: string;
}

interface UserInfo {
  readonly user?: {
    readonly locale?: string;
    readonly is_admin?: boolean;
    readonly is_owner?: boolean;
    readonly real_name?: string;
    readonly profile?: { readonly display_name?: string };
  };
}

/** Asks Slack about somebody, at most every five minutes. Whom Slack says nothing about is a member. */
export function createPeople(deps: {
  readonly api: SlackApi;
  readonly clock: Clock;
  readonly log: Logger;
}): ReadPerson {
  const known = new Map<string, { readonly info: Known; readonly until: number }>();

  async function ask(where: Where): Promise<Known> {
    try {
      const { user = {} } = await deps.api.call<UserInfo>(where, {
        method: "users.info",
        args: { user: where.user, include_locale: true },
        repeatable: true,
        attempts: 2,
      });
      const { is_admin: admin = false, is_owner: owner = false, profile, real_name: realName } = user;
      const name = [profile?.display_name, realName, where.userName].find((one) => one !== undefined && one !== "");
      return { name: name ?? where.user, moderator: admin || owner, locale: user.locale ?? DEFAULT_LOCALE };
    } catch (error) {
      deps.log.warn("Slack does not say who is an admin", { error });
      return { name: where.userName, moderator: false, locale: DEFAULT_LOCALE };
    }
  }

  return async (where) => {
    const key = `${workspaceKey(where)} ${where.user}`;
    const now = deps.clock.now();
    const cached = known.get(key);
    const info = cached && cached.until > now ? cached.info : await ask(where);
    if (info !== cached?.info) known.set(key, { info, until: now + KNOWN_MS });
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value!);
    const { name, moderator, locale } = info;
    return { person: { platform: "slack", id: personId(where, where.user), roles: [], name, moderator }, locale };
  };
}
