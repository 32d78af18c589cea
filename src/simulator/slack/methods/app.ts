import type { JsonObject } from "../../discord/json.ts";
import { schemaError, SlackError } from "../slack-error.ts";
import type { Grants } from "../grants.ts";
import { type Call, forBots, type Methods } from "../method.ts";
import type { OAuth } from "../oauth.ts";
import type { SocketMode } from "../socket-mode.ts";
import type { WorkflowSteps } from "../workflow-steps.ts";
import type { World } from "../world.ts";

/** auth.*, apps.*, oauth.v2.access, functions.* and api.test: the app itself. */
export function appMethods(deps: {
  readonly world: World;
  readonly grants: Grants;
  readonly oauth: OAuth;
  readonly steps: WorkflowSteps;
  readonly socketMode: () => SocketMode;
  readonly originUrl: () => string;
  readonly onUninstall: (call: Call) => void;
}): Methods {
  const { grants, world } = deps;

  return {
    "api.test": {
      tier: "special",
      token: "none",
      optional: ["foo", "error"],
      run({ args }) {
        const error = args.text("error");
        if (error !== undefined) throw new SlackError(error, { args: args.all });
        return { args: args.all };
      },
    },
    "auth.test": forBots({ tier: "special" }, ({ grant, workspace }) => {
      const { enterprise } = workspace;
      const org = grant.isEnterpriseInstall && enterprise ? enterprise : undefined;
      return {
        url: `${deps.originUrl()}/`,
        team: org?.name ?? workspace.name,
        user: world.person(grant.userId)!.name,
        team_id: org?.id ?? workspace.id,
        user_id: grant.userId,
        bot_id: grant.botId,
        ...(enterprise ? { enterprise_id: enterprise.id } : {}),
        is_enterprise_install: grant.isEnterpriseInstall,
        app_id: grants.appId,
        app_name: world.person(grant.userId)!.name,
      };
    }),
    "auth.revoke": forBots({ tier: 3, optional: ["test"] }, ({ args, grant }): JsonObject => {
      const test = args.flag("test");
      if (!test) grants.revoke(grant.token, "token_revoked");
      return { revoked: !test };
    }),
    "apps.uninstall": forBots({ tier: 1, required: ["client_id", "client_secret"] }, (call): JsonObject => {
      deps.oauth.checkClient(call.args.text("client_id"), call.args.text("client_secret"));
      deps.onUninstall(call);
      return {};
    }),
    "apps.connections.open": {
      tier: 3,
      token: "app",
      scopes: ["connections:write"],
      run: () => ({ url: deps.socketMode().ticketUrl() }),
    },
    "oauth.v2.access": {
      tier: 4,
      token: "none",
      optional: ["client_id", "client_secret", "code", "redirect_uri", "grant_type", "refresh_token"],
      run: ({ args, authorization }) => deps.oauth.access(args, authorization),
    },
    "functions.completeSuccess": forBots(
      { tier: 3, required: ["function_execution_id", "outputs"] },
      ({ args }): JsonObject => {
        const outputs = args.json("outputs", "invalid_arguments");
        if (typeof outputs !== "object" || outputs === null)
          throw schemaError("invalid_arguments", ["must provide an object [json-pointer:/outputs]"]);
        deps.steps.complete(args.required("function_execution_id"), { outputs: outputs as JsonObject });
        return {};
      },
    ),
    "functions.completeError": forBots(
      { tier: 3, required: ["function_execution_id", "error"] },
      ({ args }): JsonObject => {
        deps.steps.complete(args.required("function_execution_id"), { error: args.required("error") });
        return {};
      },
    ),
  };
}
