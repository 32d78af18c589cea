import type { JsonObject } from "../discord/json.ts";
import type { Arguments } from "./arguments.ts";
import type { Grant, Grants } from "./grants.ts";
import type { Ids } from "./ids.ts";
import { SlackError } from "./slack-error.ts";
import type { SeededWorkspace, World } from "./world.ts";

/** Installing the app by a link (docs.slack.dev, authentication/installing-with-oauth). */
export interface OAuth {
  /** The manifest's redirect URL: where a browser goes on when the link names none; others have to begin with it. */
  redirectUrl: string | undefined;
  /** What an admin's browser gets who opens the address and allows the app: where to go on. Throws `invalid_client_id`, `bad_redirect_uri`, `invalid_team`. */
  authorize(query: URLSearchParams): string;
  /** oauth.v2.access: a code or a refresh token for a bot token. */
  access(args: Arguments, authorization: string): JsonObject;
  checkClient(id: string | undefined, secret: string | undefined): void;
}

const CODE_MS = 10 * 60_000;
const ROTATED_TOKEN_S = 12 * 3600;

export function createOAuth(deps: {
  readonly ids: Ids;
  readonly now: () => number;
  readonly world: World;
  readonly grants: Grants;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether tokens live for twelve hours and are renewed. */
  readonly tokenRotation: boolean;
}): OAuth {
  interface Code {
    readonly workspace: SeededWorkspace;
    readonly wholeEnterprise: boolean;
    readonly scopes: readonly string[];
    readonly redirectUri: string | undefined;
    readonly atMs: number;
  }
  const codes = new Map<string, Code>();
  const lifetime = deps.tokenRotation ? { expiresInMs: ROTATED_TOKEN_S * 1000 } : {};

  function checkClient(id: string | undefined, secret: string | undefined): void {
    if (id !== deps.clientId) throw new SlackError("invalid_client_id");
    if (secret !== deps.clientSecret) throw new SlackError("bad_client_secret");
  }

  function answer(grant: Grant, workspace: SeededWorkspace): JsonObject {
    const { enterprise } = workspace;
    return {
      access_token: grant.token,
      token_type: "bot",
      scope: grant.scopes.join(","),
      bot_user_id: grant.userId,
      app_id: deps.grants.appId,
      ...(grant.refreshToken === undefined ? {} : { expires_in: ROTATED_TOKEN_S, refresh_token: grant.refreshToken }),
      team: grant.isEnterpriseInstall ? null : { id: workspace.id, name: workspace.name },
      enterprise: enterprise ? { id: enterprise.id, name: enterprise.name } : null,
      is_enterprise_install: grant.isEnterpriseInstall,
      authed_user: { id: workspace.alice.id },
    };
  }

  function refresh(token: string | undefined): JsonObject {
    const old = deps.grants.byRefreshToken(token ?? "");
    if (!old || old.refused) throw new SlackError("invalid_refresh_token");
    const workspace = deps.world.workspaces.find(
      (one) => one.id === old.teamId || one.enterprise?.id === old.enterpriseId,
    )!;
    const renewed = deps.grants.install(workspace, {
      wholeEnterprise: old.isEnterpriseInstall,
      scopes: old.scopes,
      ...lifetime,
    });
    old.refused = "token_revoked";
    return answer(renewed, workspace);
  }

  const self: OAuth = {
    redirectUrl: undefined,
    checkClient,
    authorize(query) {
      if (query.get("client_id") !== deps.clientId) throw new SlackError("invalid_client_id");
      const scopes = (query.get("scope") ?? "").split(",").filter((scope) => scope !== "");
      if (scopes.length === 0) throw new SlackError("invalid_scope");
      const redirectUri = query.get("redirect_uri") ?? undefined;
      const target = redirectUri ?? self.redirectUrl;
      if (target === undefined || !target.startsWith(self.redirectUrl ?? "")) throw new SlackError("bad_redirect_uri");
      const asked = query.get("team");
      const { workspaces } = deps.world;
      const workspace = workspaces.find(
        ({ id, enterprise }) => asked === null || asked === id || asked === enterprise?.id,
      );
      if (!workspace) throw new SlackError("invalid_team");
      const code = deps.ids.uuid();
      const wholeEnterprise = asked !== null && asked === workspace.enterprise?.id;
      codes.set(code, { workspace, wholeEnterprise, scopes, redirectUri, atMs: deps.now() });
      const next = new URL(target);
      next.searchParams.set("code", code);
      next.searchParams.set("state", query.get("state") ?? "");
      return next.toString();
    },
    access(args, authorization) {
      const [id, secret] = basic(authorization);
      checkClient(args.text("client_id") ?? id, args.text("client_secret") ?? secret);
      if (args.text("grant_type") === "refresh_token") return refresh(args.text("refresh_token"));
      const code = codes.get(args.text("code") ?? "");
      if (!code) throw new SlackError("invalid_code");
      codes.delete(args.text("code")!);
      if (deps.now() - code.atMs > CODE_MS) throw new SlackError("code_expired");
      if (args.text("redirect_uri") !== code.redirectUri) throw new SlackError("bad_redirect_uri");
      const { workspace, wholeEnterprise, scopes } = code;
      return answer(deps.grants.install(workspace, { wholeEnterprise, scopes, ...lifetime }), workspace);
    },
  };
  return self;
}

function basic(authorization: string): readonly (string | undefined)[] {
  if (!authorization.startsWith("Basic ")) return [];
  return Buffer.from(authorization.slice("Basic ".length), "base64").toString("utf8").split(":");
}
