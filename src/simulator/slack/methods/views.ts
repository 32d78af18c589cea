import { asObject, asText, type JsonObject } from "../../discord/json.ts";
import { checkView } from "../block-kit/validate.ts";
import type { Grants } from "../grants.ts";
import { type Call, forBots, type Methods } from "../method.ts";
import type { SlackFiles } from "../slack-files-in-blocks.ts";
import { schemaError, SlackError } from "../slack-error.ts";
import type { Triggers } from "../triggers.ts";
import type { StoredView, ViewOwner, Views } from "../views.ts";
import type { World } from "../world.ts";

export type ViewChecker = (view: unknown, type: "modal" | "home", botUserId: string) => JsonObject;

/** A view that Slack takes. Throws `invalid_arguments` with a sentence for each fault. */
export function createViewChecker(slackFiles: SlackFiles): ViewChecker {
  return (given, type, botUserId) => {
    const view = asObject(given);
    if (!view) throw schemaError("invalid_arguments", ["must provide an object [json-pointer:/view]"]);
    const problems = checkView(view, type, (file) => slackFiles.isUsable(file, botUserId));
    if (problems.length > 0) throw schemaError("invalid_arguments", problems);
    return view;
  };
}

/** views.*: modals and Home tabs. */
export function viewMethods(deps: {
  readonly views: Views;
  readonly triggers: Triggers;
  readonly check: ViewChecker;
  readonly world: World;
  readonly grants: Grants;
}): Methods {
  const { views } = deps;
  const given = (call: Call, type: "modal" | "home") =>
    deps.check(call.args.json("view", "invalid_arguments"), type, call.grant.userId);
  const owner = (call: Call, userId: string): ViewOwner => ({
    teamId: deps.world.person(userId)?.teamId ?? call.workspace.id,
    userId,
    appId: deps.grants.appId,
    botId: call.grant.botId,
    installedTeamId: call.grant.isEnterpriseInstall ? call.grant.enterpriseId! : call.workspace.id,
  });
  const triggered = (call: Call) =>
    deps.triggers.exchange(call.args.text("trigger_id") ?? call.args.text("interactivity_pointer") ?? "");

  return {
    "views.open": forBots(
      { tier: 4, required: ["view"], optional: ["trigger_id", "interactivity_pointer"] },
      (call) => {
        const view = given(call, "modal");
        return shown(views.open(owner(call, triggered(call).userId), view));
      },
    ),
    "views.push": forBots(
      { tier: 4, required: ["view"], optional: ["trigger_id", "interactivity_pointer"] },
      (call) => {
        const view = given(call, "modal");
        const trigger = triggered(call);
        const below = views.get(trigger.viewId ?? "") ?? views.top(trigger.userId);
        if (!below?.isOpen || below.type !== "modal") throw new SlackError("view_not_found");
        return shown(views.push(owner(call, trigger.userId), view, below));
      },
    ),
    "views.update": forBots({ tier: 4, required: ["view"], optional: ["view_id", "external_id", "hash"] }, (call) => {
      const { args, workspace } = call;
      const [viewId, externalId] = [args.text("view_id"), args.text("external_id")];
      const found =
        viewId !== undefined
          ? views.get(viewId)
          : externalId === undefined
            ? undefined
            : views.byExternalId(workspace.id, externalId);
      if (!found?.isOpen) throw new SlackError("not_found");
      return shown(views.update(found, given(call, found.type), args.text("hash")));
    }),
    "views.publish": forBots({ tier: 4, required: ["user_id", "view"], optional: ["hash"] }, (call) => {
      const person = deps.world.person(asText(call.args.required("user_id"))!);
      if (!person || person.isBot) throw new SlackError("user_not_found");
      return shown(views.publish(owner(call, person.id), given(call, "home"), call.args.text("hash")));
    }),
  };
}

function shown({ view }: StoredView): JsonObject {
  return { view };
}
