import type { JsonObject } from "../../discord/json.ts";
import type { CustomEmoji } from "../custom-emoji.ts";
import type { Grants } from "../grants.ts";
import { forBots, type Methods } from "../method.ts";
import { page } from "../page.ts";
import { SlackError } from "../slack-error.ts";
import type { Person, World } from "../world.ts";

/** users.*, bots.info, team.info and emoji.list. */
export function peopleMethods(deps: {
  readonly world: World;
  readonly grants: Grants;
  readonly emoji: CustomEmoji;
  readonly originUrl: () => string;
}): Methods {
  const { world, grants } = deps;
  const json = (person: Person, scopes: readonly string[]) =>
    personJson(person, grants, scopes.includes("users:read.email"));

  return {
    "users.info": forBots(
      { tier: 4, scopes: ["users:read"], required: ["user"], optional: ["include_locale"] },
      ({ args, grant }) => {
        const person = world.person(args.required("user"));
        if (!person) throw new SlackError("user_not_found");
        return {
          user: { ...json(person, grant.scopes), ...(args.flag("include_locale") ? { locale: person.locale } : {}) },
        };
      },
    ),
    "users.list": forBots(
      { tier: 2, scopes: ["users:read"], optional: ["cursor", "limit", "include_locale", "team_id"] },
      ({ args, grant, workspace }) => {
        const { items, nextCursor } = page(world.people(workspace.id), args);
        return {
          members: items.map((person) => json(person, grant.scopes)),
          cache_ts: 0,
          response_metadata: { next_cursor: nextCursor },
        };
      },
    ),
    "users.lookupByEmail": forBots(
      { tier: 3, scopes: ["users:read.email"], required: ["email"] },
      ({ args, grant, workspace }) => {
        const person = world.people(workspace.id).find((one) => emailOf(one) === args.text("email"));
        if (!person) throw new SlackError("users_not_found");
        return { user: json(person, grant.scopes) };
      },
    ),
    "bots.info": forBots({ tier: 3, scopes: ["users:read"], optional: ["bot", "team_id"] }, ({ args, grant }) => {
      if ((args.text("bot") ?? grant.botId) !== grant.botId) throw new SlackError("bot_not_found");
      const name = world.person(grant.userId)!.name;
      const icons = { image_36: "", image_48: "", image_72: "" };
      return {
        bot: { id: grant.botId, deleted: false, name, updated: 0, app_id: grants.appId, user_id: grant.userId, icons },
      };
    }),
    "emoji.list": forBots(
      { tier: 2, scopes: ["emoji:read"], optional: ["include_categories"] },
      ({ workspace }): JsonObject => ({ emoji: deps.emoji.list(workspace.id), cache_ts: "0" }),
    ),
    "team.info": forBots({ tier: 3, scopes: ["team:read"], optional: ["team", "domain"] }, ({ args, workspace }) => {
      const team = world.workspace(args.text("team") ?? workspace.id);
      if (!team) throw new SlackError("team_not_found");
      const { id, name, domain, enterprise } = team;
      const grid = enterprise
        ? { enterprise_id: enterprise.id, enterprise_name: enterprise.name, enterprise_domain: enterprise.domain }
        : {};
      return {
        team: {
          id,
          name,
          url: `${deps.originUrl()}/`,
          domain,
          email_domain: "",
          icon: { image_default: true },
          ...grid,
        },
      };
    }),
  };
}

const AVATAR_SIZES_PX = [24, 32, 48, 72, 192, 512];
const emailOf = (person: Person) => `${person.name}@example.com`;

function personJson(person: Person, grants: Grants, withEmail: boolean): JsonObject {
  const profile: JsonObject = {
    title: "",
    phone: "",
    skype: "",
    real_name: person.realName,
    real_name_normalized: person.realName,
    display_name: person.name,
    display_name_normalized: person.name,
    status_text: "",
    status_emoji: "",
    status_expiration: 0,
    status_emoji_display_info: [],
    huddle_state: "default_unset",
    huddle_state_expiration_ts: 0,
    avatar_hash: "simulated",
    ...Object.fromEntries(AVATAR_SIZES_PX.map((size) => [`image_${size}`, ""])),
    team: person.teamId,
    ...(withEmail && !person.isBot ? { email: emailOf(person) } : {}),
    ...(person.isBot ? { api_app_id: grants.appId } : {}),
  };
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    deleted: person.deleted,
    color: "9f69e7",
    real_name: person.realName,
    tz: "Europe/London",
    tz_label: "Greenwich Mean Time",
    tz_offset: 0,
    profile,
    is_admin: person.isAdmin,
    is_owner: person.isAdmin,
    is_primary_owner: person.isAdmin,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: person.isBot,
    is_app_user: false,
    is_email_confirmed: !person.isBot,
    updated: 0,
  };
}
