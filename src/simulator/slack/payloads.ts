import type { JsonObject } from "../discord/json.ts";
import type { Grant, Grants } from "./grants.ts";
import type { Ids } from "./ids.ts";
import type { Conversation, Person, SeededWorkspace, World } from "./world.ts";

/** Parts that Slack's payloads have in common. */
export interface Payloads {
  /** The installation that hears of a workspace's events. Throws when the app is not installed there. */
  grantOf(workspace: SeededWorkspace): Grant;
  /** Of a slash command: a form, so every value is a string. */
  command(person: Person, conversation: Conversation, fields: Readonly<Record<string, string>>): JsonObject;
  /** Of block_actions, view_submission, shortcut and their like. */
  interaction(type: string, person: Person, fields: JsonObject): JsonObject;
  /** Of the Events API: the event in its wrapping. */
  event(workspace: SeededWorkspace, event: JsonObject): JsonObject;
  channel(conversation: Conversation): JsonObject;
}

/** As messages carry it; apps should check signatures instead. */
const VERIFICATION_TOKEN = "simulated-verification-token";

export function createPayloads(deps: {
  readonly ids: Ids;
  readonly now: () => number;
  readonly world: World;
  readonly grants: Grants;
}): Payloads {
  const { grants, ids, world } = deps;

  function grantOf(workspace: SeededWorkspace): Grant {
    const grant = grants.of(workspace);
    if (!grant) throw new Error(`the app is not installed in ${workspace.name}`);
    return grant;
  }
  const workspaceOf = (person: Person) => world.workspace(person.teamId)!;

  return {
    grantOf,
    command(person, conversation, fields) {
      const workspace = workspaceOf(person);
      const { enterprise } = workspace;
      const names = {
        public: conversation.name,
        private: "privategroup",
        im: "directmessage",
        mpim: conversation.name,
      };
      return {
        token: VERIFICATION_TOKEN,
        team_id: workspace.id,
        team_domain: workspace.domain,
        ...(enterprise ? { enterprise_id: enterprise.id, enterprise_name: enterprise.name } : {}),
        channel_id: conversation.id,
        channel_name: names[conversation.kind],
        user_id: person.id,
        user_name: person.name,
        ...fields,
        api_app_id: grants.appId,
        is_enterprise_install: String(grantOf(workspace).isEnterpriseInstall),
      };
    },
    interaction(type, person, fields) {
      const workspace = workspaceOf(person);
      const { enterprise } = workspace;
      const grid = enterprise ? { enterprise_id: enterprise.id, enterprise_name: enterprise.name } : {};
      return {
        type,
        user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
        api_app_id: grants.appId,
        token: VERIFICATION_TOKEN,
        team: { id: workspace.id, domain: workspace.domain, ...grid },
        enterprise: enterprise ? { id: enterprise.id, name: enterprise.name } : null,
        is_enterprise_install: grantOf(workspace).isEnterpriseInstall,
        ...fields,
      };
    },
    event(workspace, event) {
      const grant = grantOf(workspace);
      const enterpriseId = workspace.enterprise?.id ?? null;
      const eventId = ids.next("Ev");
      return {
        token: VERIFICATION_TOKEN,
        team_id: workspace.id,
        ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
        context_team_id: workspace.id,
        context_enterprise_id: enterpriseId,
        api_app_id: grants.appId,
        event: { event_ts: ids.ts(), ...event },
        type: "event_callback",
        event_id: eventId,
        event_time: Math.floor(deps.now() / 1000),
        authorizations: [
          {
            enterprise_id: enterpriseId,
            team_id: grant.isEnterpriseInstall ? null : workspace.id,
            user_id: grant.userId,
            is_bot: true,
            is_enterprise_install: grant.isEnterpriseInstall,
          },
        ],
        is_ext_shared_channel: false,
        event_context: `4-simulated-${eventId}`,
      };
    },
    channel({ id, kind, name }) {
      return { id, name: kind === "private" ? "privategroup" : name };
    },
  };
}
