import type { RESTGetCurrentApplicationResult } from "discord-api-types/v10";
import type { KeyValueStore } from "../../core/stores.ts";
import { commandHash, type RegistrationJson } from "./command-json.ts";
import type { DiscordRest } from "./discord-rest.ts";

/** What this data folder knows of the last registration. */
export interface Registered {
  readonly application: string;
  readonly hash: string;
}

/** Everywhere, or one server's id (there, changes show at once). */
export type Scope = { readonly guild?: string };

/** The last registration from here, if any. */
export function readRegistered(store: KeyValueStore, scope: Scope = {}): Promise<Registered | undefined> {
  return store.get<Registered>(registeredKey(scope));
}

/** Whether Discord has these commands, as far as this data folder knows. */
export async function isRegistered(
  store: KeyValueStore,
  json: RegistrationJson,
): Promise<"current" | "outdated" | "never"> {
  const known = await readRegistered(store);
  if (!known) return "never";
  return known.hash === commandHash(json) ? "current" : "outdated";
}

/** Puts the commands to Discord when they are not what was put before; Discord allows 200 new ones a day. Returns whether it did. */
export async function registerCommands(
  deps: { readonly rest: Pick<DiscordRest, "send">; readonly store: KeyValueStore },
  json: RegistrationJson,
  scope: Scope = {},
  options: { readonly force?: boolean } = {},
): Promise<boolean> {
  const { rest, store } = deps;
  const { id: application } = await fetchApplication(rest);
  const hash = commandHash(json);
  const known = await readRegistered(store, scope);
  if (!options.force && known?.hash === hash && known.application === application) return false;
  const place = scope.guild === undefined ? "" : (`/guilds/${scope.guild}` as const);
  await rest.send({
    method: "PUT",
    path: `/applications/${application}${place}/commands`,
    body: json,
    auth: true,
    repeatable: true,
  });
  await store.set(registeredKey(scope), { application, hash } satisfies Registered);
  return true;
}

/** The application of the token. */
export function fetchApplication(rest: Pick<DiscordRest, "send">): Promise<RESTGetCurrentApplicationResult> {
  return rest.send({ method: "GET", path: "/applications/@me", auth: true, repeatable: true });
}

function registeredKey({ guild }: Scope): string {
  return `discord:registered:${guild ?? "global"}`;
}
