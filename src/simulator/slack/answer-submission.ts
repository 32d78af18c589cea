import { asObject, type JsonObject } from "../discord/json.ts";
import { asObjects } from "./json.ts";
import type { ViewChecker } from "./methods/views.ts";
import { schemaError, SlackError } from "./slack-error.ts";
import type { StoredView, Views } from "./views.ts";

/**
 * What an acknowledgement of a view_submission does to the screen: nothing closes the view, `errors` keeps it, `update`, `push` and `clear` do
 * as they say (docs.slack.dev, surfaces/modals). Throws what Slack would show as "we had some trouble connecting".
 */
export function answerSubmission(
  deps: { readonly views: Views; readonly checkView: ViewChecker },
  view: StoredView,
  answer: JsonObject,
  botUserId: string,
): void {
  const { views } = deps;
  const given = () => deps.checkView(answer["view"], "modal", botUserId);
  switch (answer["response_action"]) {
    case undefined:
      return views.close(view);
    case "clear":
      return views.close(view, true);
    case "update":
      views.update(view, given(), undefined);
      return;
    case "push":
      views.push(ownerOf(view), given(), view);
      return;
    case "errors": {
      const inputs = asObjects(view.view["blocks"]).filter(({ type }) => type === "input");
      const known = inputs.map((block) => block["block_id"]);
      const unknown = Object.keys(asObject(answer["errors"]) ?? {}).filter((id) => !known.includes(id));
      if (unknown.length > 0 || asObject(answer["errors"]) === undefined)
        throw schemaError("invalid_arguments", [`errors name no input block: ${unknown.join(", ")}`]);
      return;
    }
    default:
      throw new SlackError("invalid_response_action");
  }
}

function ownerOf(view: StoredView) {
  const text = (name: string) => String(view.view[name]);
  return {
    teamId: view.teamId,
    userId: view.userId,
    appId: text("app_id"),
    botId: text("bot_id"),
    installedTeamId: text("app_installed_team_id"),
  };
}
