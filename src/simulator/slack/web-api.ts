import { asList, asObject, asText, type JsonObject } from "../discord/json.ts";
import { type Arguments, createArguments, parseArguments } from "./arguments.ts";
import { requireScope } from "./conversations-access.ts";
import type { Grant, Grants } from "./grants.ts";
import type { Method, Methods } from "./method.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { RequestLog } from "./request-log.ts";
import { schemaError, SlackError } from "./slack-error.ts";
import type { SeededWorkspace, World } from "./world.ts";

/** A call as it comes in. */
export interface ApiRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly authorization: string;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}

/** The dispatcher of the Web API: reads arguments, knows the token, counts, checks, runs. */
export interface WebApi {
  /** What was asked, for the log: never throws. */
  read(request: ApiRequest): { readonly args: JsonObject; readonly token: string | undefined };
  call(request: ApiRequest): ApiAnswer;
}

/** Errors that say that an interface changed or was misused: our log takes them as faults of the app. */
const VIOLATIONS = new Set([
  "unknown_method",
  "invalid_arguments",
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_json",
  "invalid_post_type",
  "json_not_object",
  "missing_scope",
  "no_text",
  "not_allowed_token_type",
]);

export function createWebApi(deps: {
  readonly methods: Methods;
  readonly grants: Grants;
  readonly world: World;
  readonly rateLimits: RateLimits;
  readonly log: RequestLog;
}): WebApi {
  const { grants, log, world } = deps;

  function workspaceOf(grant: Grant, args: Arguments): SeededWorkspace {
    if (!grant.isEnterpriseInstall) return world.workspace(grant.teamId!)!;
    const reached = world.workspaces.filter(({ enterprise }) => enterprise?.id === grant.enterpriseId);
    const channel = world.conversation(args.text("channel") ?? args.text("channel_id") ?? "");
    const asked = args.text("team_id") ?? channel?.teamId;
    const found = asked === undefined ? reached[0] : reached.find(({ id }) => id === asked);
    if (!found) throw new SlackError("team_access_not_granted");
    return found;
  }

  function check(method: Method, args: Arguments, request: ApiRequest): void {
    const missing = (method.required ?? []).filter((name) => !args.has(name) || args.all[name] === "");
    if (missing.length > 0)
      throw schemaError(
        "invalid_arguments",
        missing.map((name) => `missing required field: ${name}`),
      );
    const known = new Set(["token", "team_id", ...(method.required ?? []), ...(method.optional ?? [])]);
    for (const name of Object.keys(args.all))
      if (!known.has(name)) log.note({ method: request.method, message: `unknown argument: ${name}`, refused: false });
  }

  function run(request: ApiRequest): { body: JsonObject; headers: Record<string, string> } {
    const method = Object.hasOwn(deps.methods, request.method) ? deps.methods[request.method] : undefined;
    if (!method) throw new SlackError("unknown_method", { req_method: request.method });
    const args = createArguments(parseArguments(request.query, request.contentType, request.body));
    if (method.token === "none") {
      check(method, args, request);
      return { body: method.run({ args, authorization: request.authorization }), headers: {} };
    }
    const token = tokenOf(request.authorization) ?? args.text("token");
    if (token === undefined) throw new SlackError("not_authed");
    const grant = grants.require(token);
    if (grant.kind !== method.token) throw new SlackError("not_allowed_token_type");
    const place = grant.teamId ?? grant.enterpriseId ?? grants.appId;
    const channelId = args.text("channel");
    const retryAfterS = deps.rateLimits.take({ method: request.method, tier: method.tier, place, channelId });
    if (retryAfterS !== undefined) throw new SlackError("ratelimited", { retryAfterS });
    requireScope({ grant }, ...(method.scopes ?? []));
    check(method, args, request);
    const headers = {
      "x-oauth-scopes": grant.scopes.join(","),
      "x-accepted-oauth-scopes": (method.scopes ?? []).flat().join(","),
    };
    if (method.token === "app") return { body: method.run({ args, grant }), headers };
    return { body: method.run({ args, grant, workspace: workspaceOf(grant, args) }), headers };
  }

  function refused(request: ApiRequest, error: SlackError): ApiAnswer {
    log.error(error.code);
    if (VIOLATIONS.has(error.code)) {
      const metadata = asObject(error.fields["response_metadata"]);
      const detail = asList(metadata?.["messages"])
        .map((one) => asText(one))
        .join("; ");
      log.note({
        method: request.method,
        message: detail === "" ? error.code : `${error.code}: ${detail}`,
        refused: true,
      });
    }
    const { retryAfterS, ...fields } = error.fields;
    if (typeof retryAfterS === "number")
      return {
        status: 429,
        body: { ok: false, error: "ratelimited" },
        headers: { "retry-after": String(retryAfterS) },
      };
    return { status: 200, body: { ok: false, error: error.code, ...fields }, headers: {} };
  }

  return {
    read({ query, contentType, body, authorization }) {
      try {
        const args = parseArguments(query, contentType, body);
        return { args, token: tokenOf(authorization) ?? asText(args["token"]) };
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        return { args: { unreadable: body }, token: tokenOf(authorization) };
      }
    },
    call(request) {
      try {
        const { body, headers } = run(request);
        return { status: 200, body: { ok: true, ...body }, headers };
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        return refused(request, error);
      }
    },
  };
}

/** The token of a Bearer header. */
export function tokenOf(authorization: string): string | undefined {
  return /^Bearer (\S+)$/.exec(authorization)?.[1];
}
