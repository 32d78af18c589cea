import type { Ids } from "./ids.ts";
import { SlackError } from "./slack-error.ts";
import type { Person, SeededWorkspace, World } from "./world.ts";

/** What a token stands for. */
export interface Grant {
  readonly token: string;
  readonly kind: "bot" | "app";
  /** The workspace; absent for an app-level token and for an installation in a whole enterprise. */
  readonly teamId?: string;
  readonly enterpriseId?: string;
  readonly isEnterpriseInstall: boolean;
  readonly userId: string;
  readonly botId: string;
  scopes: readonly string[];
  /** Why it is refused from now on. */
  refused?: "token_revoked" | "account_inactive" | "invalid_auth" | "token_expired";
  readonly expiresAtMs?: number;
  readonly refreshToken?: string;
}

/** The tokens of one app, and where it is installed. */
export interface Grants {
  readonly appToken: string;
  readonly appId: string;
  readonly botId: string;
  /** Installs the app in a workspace, or with `wholeEnterprise` in all of its enterprise; the app joins #general. */
  install(
    workspace: SeededWorkspace,
    options?: {
      readonly wholeEnterprise?: boolean;
      readonly scopes?: readonly string[];
      readonly expiresInMs?: number;
    },
  ): Grant;
  /** The token's grant. Throws `invalid_auth`, or the reason why the token is refused. */
  require(token: string): Grant;
  /** The newest installation that reaches a workspace. */
  of(workspace: SeededWorkspace): Grant | undefined;
  /** A token for one run of a workflow step: the installation's grant under another name. */
  issueWorkflowToken(grant: Grant): string;
  byRefreshToken(token: string): Grant | undefined;
  /** Whether a user is the app's bot. */
  isBot(userId: string): boolean;
  revoke(token: string, reason: NonNullable<Grant["refused"]>): void;
  uninstall(grant: Grant): void;
}

/** `botToken` is given to the first installation, so that a test can know it before. */
export function createGrants(deps: {
  readonly ids: Ids;
  readonly now: () => number;
  readonly world: World;
  readonly botName: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly scopes: readonly string[];
}): Grants {
  const { ids, world } = deps;
  const appId = ids.next("A");
  const botId = ids.next("B");
  const grants = new Map<string, Grant>();
  const bots = new Map<string, Person>();
  let made = 0;

  grants.set(deps.appToken, {
    token: deps.appToken,
    kind: "app",
    isEnterpriseInstall: false,
    userId: "",
    botId,
    scopes: ["connections:write"],
  });

  function botOf(placeId: string, teamId: string): Person {
    const known = bots.get(placeId);
    if (known) return known;
    const bot = world.addPerson({ teamId, name: deps.botName, isBot: true });
    bots.set(placeId, bot);
    return bot;
  }

  const reaches = (grant: Grant, workspace: SeededWorkspace) =>
    grant.kind === "bot" &&
    (grant.isEnterpriseInstall ? grant.enterpriseId === workspace.enterprise?.id : grant.teamId === workspace.id);

  return {
    appToken: deps.appToken,
    appId,
    botId,
    install(workspace, { wholeEnterprise = false, scopes = deps.scopes, expiresInMs } = {}) {
      if (wholeEnterprise && !workspace.enterprise) throw new Error(`${workspace.name} belongs to no enterprise`);
      const bot = botOf(wholeEnterprise ? workspace.enterprise!.id : workspace.id, workspace.id);
      const joined = wholeEnterprise ? world.workspaces.filter((one) => one.enterprise) : [workspace];
      for (const { general } of joined) general.members.add(bot.id);
      made += 1;
      const token = made === 1 && expiresInMs === undefined ? deps.botToken : `xoxb-simulated-${made}`;
      const grant: Grant = {
        token: expiresInMs === undefined ? token : `xoxe.xoxb-1-simulated-${made}`,
        kind: "bot",
        ...(wholeEnterprise ? {} : { teamId: workspace.id }),
        ...(workspace.enterprise ? { enterpriseId: workspace.enterprise.id } : {}),
        isEnterpriseInstall: wholeEnterprise,
        userId: bot.id,
        botId,
        scopes,
        ...(expiresInMs === undefined
          ? {}
          : { expiresAtMs: deps.now() + expiresInMs, refreshToken: `xoxe-1-simulated-${made}` }),
      };
      grants.set(grant.token, grant);
      return grant;
    },
    require(token) {
      const grant = grants.get(token);
      if (!grant) throw new SlackError("invalid_auth");
      if (grant.refused) throw new SlackError(grant.refused);
      if (grant.expiresAtMs !== undefined && grant.expiresAtMs <= deps.now()) throw new SlackError("token_expired");
      return grant;
    },
    of: (workspace) =>
      [...grants.values()].findLast(
        (grant) => !grant.refused && !grant.token.startsWith("xwfp-") && reaches(grant, workspace),
      ),
    issueWorkflowToken(grant) {
      const token = `xwfp-simulated-${(made += 1)}`;
      grants.set(token, { ...grant, token });
      return token;
    },
    byRefreshToken: (token) => [...grants.values()].find(({ refreshToken }) => refreshToken === token),
    isBot: (userId) => [...bots.values()].some(({ id }) => id === userId),
    revoke(token, reason) {
      const grant = grants.get(token);
      if (!grant) throw new Error(`there is no token ${token}`);
      grant.refused = reason;
    },
    uninstall(grant) {
      grant.refused = "account_inactive";
      for (const conversation of world.conversations())
        if (conversation.kind !== "im") conversation.members.delete(grant.userId);
    },
  };
}
