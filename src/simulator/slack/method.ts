import type { JsonObject } from "../discord/json.ts";
import type { Arguments } from "./arguments.ts";
import type { Grant } from "./grants.ts";
import type { Tier } from "./rate-limits.ts";
import type { SeededWorkspace } from "./world.ts";

/** A call that may happen: its token is good and has the scopes. */
export interface Call {
  readonly args: Arguments;
  readonly grant: Grant;
  /** The workspace that is meant: the token's, or the one in `team_id` or of the channel for a token of a whole enterprise. */
  readonly workspace: SeededWorkspace;
}

interface MethodTerms {
  readonly tier: Tier;
  /** All are needed; of an inner list one is enough. */
  readonly scopes?: readonly (string | readonly string[])[];
  /** Checked before anything else; Slack names the missing ones. */
  readonly required?: readonly string[];
  /** Other arguments that it knows; what is in neither list goes to the log. */
  readonly optional?: readonly string[];
}

/** A method of the Web API. */
export type Method =
  | (MethodTerms & { readonly token: "bot"; run(call: Call): JsonObject })
  | (MethodTerms & {
      readonly token: "app";
      run(call: { readonly args: Arguments; readonly grant: Grant }): JsonObject;
    })
  | (MethodTerms & {
      readonly token: "none";
      run(call: { readonly args: Arguments; readonly authorization: string }): JsonObject;
    });

export type Methods = Readonly<Record<string, Method>>;

/** A method for bots. */
export function forBots(terms: MethodTerms, run: (call: Call) => JsonObject): Method {
  return { ...terms, token: "bot", run };
}
